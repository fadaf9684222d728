#pragma once

#include "game/run_rules.hpp"
#include "game/track.hpp"

#include <span>
#include <vector>

namespace fief::game {

/// Follows the position at a moving instant along points in time order; asked for instants that
/// never decrease, a whole track costs one pass.
class position_cursor {
public:
  /// Where the track is at `t`.
  /// @pre `points[index].t <= t <= points.back().t`, and no call before asked for a later `t`.
  unit_vector at(std::span<const track_point> points, instant t);

  /// Forgets that the first `count` points existed, after they were erased.
  void rebase(std::size_t count) { index_ -= std::min(index_, count); }

private:
  std::size_t index_ = 0;
};

/// Sets `moving` of every segment: rules 2.1 step 5. Being slow over the window is measured at its
/// start, middle and end, pairwise, so that turning round in a street is no pause while trembling
/// on the spot is one. Cost: linear.
void mark_moving(std::vector<track_point>& points, const run_rules& rules);

} // namespace fief::game
