#pragma once

#include "game/track.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace fief::game {

/// A place that a race must visit.
struct checkpoint {
  std::int32_t lat_e7 = 0;
  std::int32_t lon_e7 = 0;
  friend bool operator==(const checkpoint&, const checkpoint&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, checkpoint& x) {
  return f(x.lat_e7, x.lon_e7);
}

/// What an event asks to be run. With checkpoints, `distance_m` is the length that a run must have
/// within 10 %, if given; without, it is the distance to reach.
struct course {
  std::vector<checkpoint> checkpoints;
  std::optional<double> distance_m;
};

struct score_rules {
  double checkpoint_radius_m = 40;
  double course_tolerance = 0.1;
};

/// One run's result in an event.
struct score {
  std::int64_t value = 0; ///< Race: elapsed milliseconds. Distance: moving millimetres.
  instant reached_at{};   ///< When the value stood: the first tie-breaker.
  friend bool operator==(const score&, const score&) = default;
};

/// The part of a track that counts for an event: points with `from <= t < to`.
std::vector<track_point> clip(const clean_track& track, instant from, instant to);

/// A race (rules 4). With two or more checkpoints: the shortest elapsed time from leaving the first
/// to entering the last, all of them visited in order, over a distance within 10 % of the course.
/// The straight lines from the circles' rims to their centres count as distance, not as time.
/// Otherwise the time from the first point to `distance_m`. Pauses count as time.
/// Errors: nothing when it was not finished, or the course says neither.
/// Cost: points × checkpoints.
std::optional<score> race_score(const clean_track& track, const course& asked, instant starts_at,
                                instant cut_at, const score_rules& rules = {});

/// Moving distance; `reached_at` is when the last of it was covered. Nothing if there is none.
std::optional<score> distance_score(const clean_track& track, instant starts_at, instant cut_at);

} // namespace fief::game
