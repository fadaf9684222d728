#pragma once

#include "game/run_rules.hpp"
#include "game/sport.hpp"
#include "game/track.hpp"

#include <span>

namespace fief::game {

// Rules 2.1 step 7: signs that hold a run's rewards for review and never reject it. Each is linear.

/// Whether steps were sent and their rate while moving is none of a person's. Joined track only;
/// less than 3 min of it with steps tells nothing. Walks and hikes have a lower lower bound.
bool is_cadence_odd(std::span<const track_point> points, sport declared, const run_rules& rules);

/// Whether more than 3 points in some 10 min have a change of speed above 5 m/s². Speed is the net
/// displacement over at least 3 s before and after: between single fixes, honest runs show up
/// to 10.
bool is_acceleration_odd(std::span<const track_point> points, const run_rules& rules);

/// Whether the speeds of successive windows of 10 s vary less than any runner's do.
bool is_speed_uniform(std::span<const track_point> points, const run_rules& rules);

} // namespace fief::game
