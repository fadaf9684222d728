#include "game/sport.hpp"

#include <array>

namespace fief::game {

std::string_view to_string(sport x) {
  switch (x) {
    case sport::run: return "run";
    case sport::trail_run: return "trail_run";
    case sport::walk: return "walk";
    case sport::hike: return "hike";
    case sport::ride: return "ride";
    case sport::swim: return "swim";
    case sport::ski: return "ski";
    case sport::row: return "row";
    case sport::other: return "other";
  }
  return "unknown";
}

std::optional<sport> parse_sport(std::string_view name) {
  constexpr std::array all{sport::run,  sport::trail_run, sport::walk, sport::hike, sport::ride,
                           sport::swim, sport::ski,       sport::row,  sport::other};
  for (auto x : all)
    if (to_string(x) == name)
      return x;
  return std::nullopt;
}

} // namespace fief::game
