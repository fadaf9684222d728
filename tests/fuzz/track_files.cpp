#include "tests/fuzz/track_files.hpp"

#include "base/assert.hpp"

#include <cstdlib>

namespace fief::fuzz {

std::optional<integrations::track_file> checked_track(std::string_view file_bytes) {
  auto result = integrations::decode_track_file(file_bytes, "application/octet-stream");
  if (result.has_error()) {
    FIEF_ASSERT(integrations::to_string(result.error().code) != "unknown");
    FIEF_ASSERT(!result.error().detail.empty() && result.error().detail.size() < 200);
    return std::nullopt;
  }
  auto& file = *result;
  FIEF_ASSERT(file.fixes.size() <= game::fix_limits::fixes_max);
  std::uint32_t seq = 0;
  std::uint32_t untimed = 0;
  for (const auto& x : file.fixes) {
    FIEF_ASSERT(x.seq == ++seq);
    FIEF_ASSERT(std::abs(x.lat_e7) <= 900'000'000 && std::abs(x.lon_e7) <= 1'800'000'000);
    FIEF_ASSERT(x.lat_e7 != 0 || x.lon_e7 != 0);
    FIEF_ASSERT(x.steps == game::fix::steps_unknown && x.flags == 0);
    untimed += x.t == game::instant{} ? 1 : 0;
  }
  FIEF_ASSERT(untimed == file.points_without_time);
  FIEF_ASSERT(file.fixes.empty() || untimed < file.fixes.size());
  FIEF_ASSERT(file.device_distance_m.value_or(0) >= 0);
  return std::move(file);
}

std::vector<game::fix> without_accuracy(std::vector<game::fix> fixes) {
  for (auto& x : fixes)
    x.acc_dm = game::fix::acc_unknown;
  return fixes;
}

} // namespace fief::fuzz
