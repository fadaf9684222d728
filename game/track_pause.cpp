#include "game/track_pause.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::game {

namespace {

/// One past the last point of the unbroken stretch that begins at `first`.
std::size_t stretch_end(std::span<const track_point> points, std::size_t first) {
  auto end = first + 1;
  while (end < points.size() && points[end].how != link::broken)
    ++end;
  return end;
}

void mark_stretch(std::span<track_point> points, const run_rules& rules) {
  auto still_m = rules.pause_speed_mps * static_cast<double>(rules.pause_window.count()) / 1000.0;
  auto end = points.back().t;
  auto paused_until = points.front().t;
  position_cursor middle;
  position_cursor last;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& from = points[i - 1];
    auto& to = points[i];
    if (from.t + rules.pause_window <= end) {
      auto half = middle.at(points, from.t + rules.pause_window / 2);
      auto whole = last.at(points, from.t + rules.pause_window);
      if (distance_m(from.at, half) < still_m && distance_m(half, whole) < still_m
          && distance_m(from.at, whole) < still_m)
        paused_until = from.t + rules.pause_window;
    }
    auto time = to.t - from.t;
    auto waited = time > rules.pause_gap && to.distance_m <= rules.pause_gap_distance_m;
    auto paused = std::clamp(paused_until - from.t, milliseconds{0}, time);
    to.moving = waited ? milliseconds{0} : time - paused;
  }
}

} // namespace

unit_vector position_cursor::at(std::span<const track_point> points, instant t) {
  while (index_ + 1 < points.size() && points[index_ + 1].t < t)
    ++index_;
  FIEF_ASSERT(index_ < points.size());
  if (index_ + 1 == points.size())
    return points[index_].at;
  const auto& a = points[index_];
  const auto& b = points[index_ + 1];
  auto share = static_cast<double>((t - a.t).count()) / static_cast<double>((b.t - a.t).count());
  return between(a.at, b.at, std::clamp(share, 0.0, 1.0));
}

void mark_moving(std::vector<track_point>& points, const run_rules& rules) {
  std::span<track_point> all{points};
  for (std::size_t first = 0; first < all.size();) {
    auto end = stretch_end(all, first);
    mark_stretch(all.subspan(first, end - first), rules);
    first = end;
  }
}

} // namespace fief::game
