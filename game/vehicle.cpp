#include "game/vehicle.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::game {

void vehicle_scan::follow(const std::vector<track_point>& points, std::size_t index) {
  if (index > stretch_last_ || (index == stretch_last_ && stretch_ended_)) {
    stretch_last_ = index;
    stretch_ended_ = false;
  }
  auto until = points[index].t + rules_.vehicle_window;
  while (!stretch_ended_ && points[stretch_last_].t < until && stretch_last_ + 1 < points.size()) {
    const auto& next = points[stretch_last_ + 1];
    auto gap = next.t - points[stretch_last_].t;
    if (next.how == link::broken && gap > rules_.vehicle_window)
      stretch_ended_ = true;
    else
      ++stretch_last_;
    if (stretch_ended_ || next.how != link::broken)
      continue;
    jump x{stretch_last_, distance_m(points[stretch_last_ - 1].at, next.at), gap};
    while (!jumps_.empty() && jumps_.back().length_m <= x.length_m)
      jumps_.pop_back();
    jumps_.push_back(x);
  }
}

bool vehicle_scan::is_fast(const std::vector<track_point>& points, std::size_t index) {
  auto until = points[index].t + rules_.vehicle_window;
  auto net_m = distance_m(points[index].at, ahead_.at(points, until));
  auto limit_m = [&](milliseconds time) {
    return rules_.vehicle_speed_mps * static_cast<double>(time.count()) / 1000.0;
  };
  if (net_m <= limit_m(rules_.vehicle_window))
    return false;
  while (!jumps_.empty() && jumps_.front().index <= index)
    jumps_.pop_front();
  if (jumps_.empty())
    return true;
  const auto& largest = jumps_.front();
  return net_m - largest.length_m > limit_m(rules_.vehicle_window - largest.time);
}

void vehicle_scan::advance(std::vector<track_point>& points, bool final) {
  for (; next_ < points.size(); ++next_) {
    auto from = next_ - 1;
    follow(points, from);
    auto until = points[from].t + rules_.vehicle_window;
    auto known = points[stretch_last_].t >= until;
    if (!known && !stretch_ended_ && !final)
      return;
    if (known && is_fast(points, from)) {
      fast_ += until - std::max(fast_until_, points[from].t);
      fast_until_ = until;
    }
    points[next_].fast = fast_until_ > points[from].t;
  }
}

void vehicle_scan::rebase(std::size_t count) {
  FIEF_ASSERT(count < next_);
  next_ -= count;
  stretch_last_ -= std::min(stretch_last_, count);
  for (auto& x : jumps_)
    x.index -= std::min(x.index, count);
  ahead_.rebase(count);
}

} // namespace fief::game
