#pragma once

#include "game/claim.hpp"
#include "game/passed.hpp"
#include "game/run_rules.hpp"
#include "game/sport.hpp"
#include "game/tiling.hpp"
#include "game/track.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace fief::game {

/// What becomes of a run.
enum class verdict : std::uint8_t {
  accepted = 1,
  flagged,  ///< Accepted for the runner; claims and rewards wait for a review.
  rejected, ///< Takes nothing and counts for no event.
};

std::string_view to_string(verdict x);
std::optional<verdict> parse_verdict(std::string_view name);

/// Why a run is not simply accepted. The names are stable: they are stored and shown. Appended
/// only.
enum class run_reason : std::uint8_t {
  no_fixes = 1,          ///< Nothing to judge, as indoors: statistics only.
  no_usable_time,        ///< Most fixes have no time, one before 2010, or all the same: rejected.
  too_many_fixes,        ///< Over 50,000: rejected.
  too_long,              ///< Over 24 h: rejected.
  vehicle,               ///< Moved for a minute as no runner can: rejected.
  vehicle_part,          ///< Less than a minute of that: its tiles are lost.
  weak_gps,              ///< More than half of the fixes are inaccurate: no territory.
  too_short,             ///< Under 500 m or 3 min of movement: no territory.
  too_sparse,            ///< Too few fixes, or too far apart in time: no territory.
  not_a_territory_sport, ///< Statistics only.
  enclosure_too_large,   ///< Only the tiles passed count.
  mock_location,         ///< Flag: the device says that its location is simulated.
  cadence,               ///< Flag: steps per minute of nobody.
  acceleration,          ///< Flag: changes of speed of nobody.
  uniform_speed,         ///< Flag: steadier than anybody.
  clock_drift,           ///< Flag: the device's clock moved during the run.
  partial,               ///< Finished by the server after 24 h without data.
  identical,             ///< The same fixes as another run of this user.
  same_run,              ///< Another recording of a run of this user, which keeps the territory.
  duplicate_foreign,     ///< The same fixes as another user's run: rejected.
  impossible,            ///< Flag: the user was elsewhere at that time.
  replay,                ///< Flag: the points of another run.
  statistics_only,       ///< Its source lends it for statistics only: no territory.
  withdrawn,             ///< Its source took it back.
};

/// The stable snake_case name: `"weak_gps"`.
std::string_view to_string(run_reason x);
std::optional<run_reason> parse_run_reason(std::string_view name);

/// One run as the server stored it. `fixes` and `home_zones` must outlive the call.
struct run_input {
  run_id run;
  user_id user;
  sport declared = sport::run;
  bool partial = false;           ///< The server finished it for want of data.
  milliseconds clock_offset{0};   ///< Server's minus device's clock; added to each fix's time.
  milliseconds drift_max_seen{0}; ///< Largest change of that offset within the run.
  std::span<const fix> fixes;     ///< In any order, with any number of repeats.
  std::span<const home_zone> home_zones;
  bool simulated = false; ///< By a simulated phone: that its fixes say so is no reason.
};

/// What a run is worth. Tiles within home zones appear nowhere in it.
struct run_result {
  game::verdict verdict = verdict::accepted;
  std::vector<run_reason> reasons; ///< Ascending, each once.
  bool counts_for_event = true;    ///< False when rejected.
  double distance_m = 0;           ///< Covered while moving.
  milliseconds moving{0};
  milliseconds elapsed{0};
  std::int64_t pace_ms_per_km = 0; ///< Moving time over distance; 0 if it went nowhere.
  instant started_at{};            ///< Of the first and the last good fix; the epoch if none.
  instant finished_at{};
  milliseconds fast{0}; ///< Time at a vehicle's speed.
  track_counts counts;
  std::vector<tile_pass> passed; ///< Ascending by tile; empty when no territory is taken.
  std::vector<tile_id> enclosed; ///< Ascending; disjoint from every tile touched.
  std::vector<claim> claims;     ///< Ascending by tile, one per tile passed or enclosed.

  [[nodiscard]] bool has(run_reason x) const;
};

/// Applies rules 2 and 3 to a whole run. Pure: the same input gives the same result.
/// Cost: linear in fixes and tiles but for sorting; about 1 ms for 3,600 fixes.
run_result process_run(const run_input& input, const run_rules& rules, const tiling& tiles);

/// The same for a track that was cleaned before, by `clean` with the same input.
run_result process_track(const run_input& input, const clean_track& track, const run_rules& rules,
                         const tiling& tiles);

} // namespace fief::game
