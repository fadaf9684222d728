#pragma once

#include "game/run_rules.hpp"
#include "game/sport.hpp"
#include "game/track.hpp"
#include "game/track_marks.hpp"

#include <span>
#include <vector>

namespace fief::game {

// Rules 2.1 step 7: signs that hold a run's rewards for review and never reject it. Each is linear,
// and is there exactly when it is found somewhere.

/// Where steps were sent and their rate while moving is none of a person's. Joined track only; less
/// than 3 min of it with steps tells nothing. Walks and hikes have a lower lower bound. The whole
/// run is judged, and of its parts of 3 min those are named that are beyond the same bound.
std::vector<track_mark> find_odd_cadence(std::span<const track_point> points, sport declared,
                                         const run_rules& rules);
inline bool is_cadence_odd(std::span<const track_point> points, sport declared,
                           const run_rules& rules) {
  return !find_odd_cadence(points, declared, rules).empty();
}

/// Where more than 3 points in some 10 min have a change of speed above 5 m/s². Speed is the net
/// displacement over at least 3 s before and after: between single fixes, honest runs show up
/// to 10.
std::vector<track_mark> find_odd_acceleration(std::span<const track_point> points,
                                              const run_rules& rules);
inline bool is_acceleration_odd(std::span<const track_point> points, const run_rules& rules) {
  return !find_odd_acceleration(points, rules).empty();
}

/// Where the successive windows of 10 s lie, if their speeds vary less than any runner's do.
std::vector<track_mark> find_uniform_speed(std::span<const track_point> points,
                                           const run_rules& rules);
inline bool is_speed_uniform(std::span<const track_point> points, const run_rules& rules) {
  return !find_uniform_speed(points, rules).empty();
}

} // namespace fief::game
