#pragma once

#include "game/run_rules.hpp"
#include "game/track.hpp"
#include "game/track_pause.hpp"

#include <deque>
#include <vector>

namespace fief::game {

/// Finds the parts of a track that no runner could have covered: windows of 30 s whose net
/// displacement is above 7 m/s (rules 2.1 step 6). Works on a track that still grows, so that the
/// live view waits for the verdict of the windows over a segment instead of guessing.
///
/// A window may span a break, since a fast car's fixes are nothing but breaks, unless the break is
/// longer than the window: whoever pauses the watch and takes a tram is not measured on it. One
/// jump is not a vehicle either: without its largest break a window must still be too fast.
class vehicle_scan {
public:
  explicit vehicle_scan(const run_rules& rules) : rules_(rules) {}

  /// Sets `fast` of every segment whose windows are all known. With `final`, no more points come
  /// and all segments get their mark. Cost: amortised linear in the points.
  void advance(std::vector<track_point>& points, bool final);

  /// Segments that lead to points below this index have their final mark.
  [[nodiscard]] std::size_t decided() const { return next_; }

  /// Length of the union of the windows too fast.
  [[nodiscard]] milliseconds fast() const { return fast_; }

  /// The first `count` points were erased. @pre `count < decided()`
  void rebase(std::size_t count);

private:
  /// Extends the known end of the stretch that holds point `index`.
  void follow(const std::vector<track_point>& points, std::size_t index);

  /// Whether the window that starts at point `index` is too fast. @pre It is within the stretch.
  bool is_fast(const std::vector<track_point>& points, std::size_t index);

  /// A break between points `index - 1` and `index`.
  struct jump {
    std::size_t index = 0;
    double length_m = 0;
    milliseconds time{0};
  };

  run_rules rules_;
  std::deque<jump> jumps_; ///< Within the window, falling in length: the first is the largest.
  std::size_t next_ = 1;   ///< The first segment without a mark.
  std::size_t stretch_last_ = 0; ///< The last point known to be in the stretch of `next_ - 1`.
  bool stretch_ended_ = false;
  instant fast_until_{};
  milliseconds fast_{0};
  position_cursor ahead_;
};

} // namespace fief::game
