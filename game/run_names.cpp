#include "game/run.hpp"

namespace fief::game {

std::string_view to_string(verdict x) {
  switch (x) {
    case verdict::accepted: return "accepted";
    case verdict::flagged: return "flagged";
    case verdict::rejected: return "rejected";
  }
  return "unknown";
}

std::optional<verdict> parse_verdict(std::string_view name) {
  for (auto x : {verdict::accepted, verdict::flagged, verdict::rejected})
    if (to_string(x) == name)
      return x;
  return std::nullopt;
}

std::string_view to_string(run_reason x) {
  switch (x) {
    case run_reason::no_fixes: return "no_fixes";
    case run_reason::no_usable_time: return "no_usable_time";
    case run_reason::too_many_fixes: return "too_many_fixes";
    case run_reason::too_long: return "too_long";
    case run_reason::vehicle: return "vehicle";
    case run_reason::vehicle_part: return "vehicle_part";
    case run_reason::weak_gps: return "weak_gps";
    case run_reason::too_short: return "too_short";
    case run_reason::too_sparse: return "too_sparse";
    case run_reason::not_a_territory_sport: return "not_a_territory_sport";
    case run_reason::enclosure_too_large: return "enclosure_too_large";
    case run_reason::mock_location: return "mock_location";
    case run_reason::cadence: return "cadence";
    case run_reason::acceleration: return "acceleration";
    case run_reason::uniform_speed: return "uniform_speed";
    case run_reason::clock_drift: return "clock_drift";
    case run_reason::partial: return "partial";
    case run_reason::identical: return "identical";
    case run_reason::same_run: return "same_run";
    case run_reason::duplicate_foreign: return "duplicate_foreign";
    case run_reason::impossible: return "impossible";
    case run_reason::replay: return "replay";
    case run_reason::statistics_only: return "statistics_only";
    case run_reason::withdrawn: return "withdrawn";
  }
  return "unknown";
}

std::optional<run_reason> parse_run_reason(std::string_view name) {
  constexpr auto last = static_cast<std::uint8_t>(run_reason::withdrawn);
  for (std::uint8_t value = 1; value <= last; ++value)
    if (to_string(static_cast<run_reason>(value)) == name)
      return static_cast<run_reason>(value);
  return std::nullopt;
}

} // namespace fief::game
