#include "game/track_marks.hpp"

#include "base/assert.hpp"
#include "game/track_flags.hpp"
#include "game/track_pause.hpp"

#include <algorithm>
#include <tuple>

namespace fief::game {

namespace {

double seconds(milliseconds x) {
  return static_cast<double>(x.count()) / 1000.0;
}

/// The fastest window within a part of fast segments, which windows are the reason for.
double fastest_mps(std::span<const track_point> points, const track_mark& part,
                   position_cursor& ahead, const run_rules& rules) {
  double net_m = 0;
  for (auto i = part.first; points[i].t + rules.vehicle_window <= points[part.last].t; ++i)
    net_m = std::max(
      net_m, distance_m(points[i].at, ahead.at(points, points[i].t + rules.vehicle_window)));
  return net_m / seconds(rules.vehicle_window);
}

std::vector<track_mark> find_fast(std::span<const track_point> points, const run_rules& rules) {
  std::vector<track_mark> marks;
  position_cursor ahead;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (!points[i].fast)
      continue;
    track_mark part{mark_kind::fast, i - 1, i, 0};
    while (part.last + 1 < points.size() && points[part.last + 1].fast)
      ++part.last;
    part.value = fastest_mps(points, part, ahead, rules);
    marks.push_back(part);
    i = part.last;
  }
  return marks;
}

std::vector<track_mark> find_gaps(std::span<const track_point> points, const run_rules& rules) {
  std::vector<track_mark> marks;
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto time = points[i].t - points[i - 1].t;
    if (points[i].how != link::joined || time > rules.pause_gap)
      marks.push_back({mark_kind::gap, i - 1, i, seconds(time)});
  }
  return marks;
}

std::vector<track_mark> find_parked(std::span<const track_point> points) {
  std::vector<track_mark> marks;
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto rest = points[i].t - points[i - 1].t - points[i].moving;
    if (!points[i].has_segment() || rest <= milliseconds{0})
      continue;
    if (marks.empty() || marks.back().last != i - 1)
      marks.push_back({mark_kind::parked, i - 1, i, 0});
    marks.back().last = i;
    marks.back().value += seconds(rest);
  }
  return marks;
}

} // namespace

std::string_view to_string(mark_kind x) {
  switch (x) {
    case mark_kind::fast: return "fast";
    case mark_kind::gap: return "gap";
    case mark_kind::parked: return "parked";
    case mark_kind::acceleration: return "acceleration";
    case mark_kind::uniform_speed: return "uniform_speed";
    case mark_kind::cadence: return "cadence";
  }
  return "unknown";
}

std::string_view to_string(link x) {
  switch (x) {
    case link::start: return "start";
    case link::joined: return "joined";
    case link::bridge: return "bridge";
    case link::broken: return "broken";
  }
  return "unknown";
}

std::vector<track_mark> find_marks(std::span<const track_point> points, sport declared,
                                   const run_rules& rules) {
  auto marks = find_gaps(points, rules);
  auto take = [&](const std::vector<track_mark>& more) {
    marks.insert(marks.end(), more.begin(), more.end());
  };
  take(find_parked(points));
  if (takes_territory(declared)) {
    take(find_fast(points, rules));
    take(find_odd_cadence(points, declared, rules));
    take(find_odd_acceleration(points, rules));
    take(find_uniform_speed(points, rules));
  }
  std::sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.last, a.kind) < std::tie(b.first, b.last, b.kind);
  });
  for (const auto& x : marks)
    FIEF_ASSERT(x.first < x.last && x.last < points.size() && x.value >= 0);
  return marks;
}

} // namespace fief::game
