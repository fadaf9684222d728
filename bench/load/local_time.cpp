#include "bench/load/preparation.hpp"

#include <absl/time/time.h>

namespace fief::load {

std::optional<std::int64_t> local_instant(const std::string& tz, std::int64_t now_ms,
                                          std::int32_t second) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(tz, &zone))
    return std::nullopt;
  auto today = absl::ToCivilDay(absl::FromUnixMillis(now_ms), zone);
  absl::CivilSecond at = absl::CivilSecond{today} + second;
  return absl::ToUnixMillis(absl::FromCivil(at, zone));
}

std::string local_time(const std::string& tz, std::int64_t ms) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(tz, &zone);
  return absl::FormatTime("%H:%M:%S", absl::FromUnixMillis(ms), zone);
}

} // namespace fief::load
