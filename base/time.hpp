#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fief::base {

using std::chrono::milliseconds;

/// A UTC instant to the millisecond. Inside the program time is always this type; bare integers
/// exist only in JSON, SQL and configuration.
using instant = std::chrono::sys_time<milliseconds>;

constexpr instant from_ms(std::int64_t ms) {
  return instant{milliseconds{ms}};
}
constexpr std::int64_t to_ms(instant t) {
  return t.time_since_epoch().count();
}

/// RFC 3339 in UTC with exactly three decimals: `2026-05-10T20:00:00.000Z`.
/// Range: years 0000 to 9999; an instant outside is clamped to that range.
std::string to_rfc3339(instant t);

/// Reads RFC 3339 (section 5.6) with `Z` or a numeric offset and any number of decimals, cut to
/// milliseconds. A leap second `:60` reads as the last millisecond before it.
/// Errors: nothing for any other text, or a date that does not exist.
std::optional<instant> parse_rfc3339(std::string_view text);

} // namespace fief::base
