#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fief::game {

/// What the runner says the activity is. Appended, never renamed: the names are stored.
enum class sport : std::uint8_t { run = 1, trail_run, walk, hike, ride, swim, ski, row, other };

/// The stable snake_case name: `"trail_run"`.
std::string_view to_string(sport x);

/// The inverse of `to_string`. Errors: nothing for any other text.
std::optional<sport> parse_sport(std::string_view name);

/// Whether a run of this sport can take tiles; anything else is kept as statistics only.
constexpr bool takes_territory(sport x) {
  return x == sport::run || x == sport::trail_run || x == sport::walk || x == sport::hike;
}

/// Whether feet may swing slower than a runner's: the cadence check has another lower bound.
constexpr bool is_walking(sport x) {
  return x == sport::walk || x == sport::hike;
}

} // namespace fief::game
