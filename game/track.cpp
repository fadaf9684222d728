#include "game/track.hpp"

#include "base/assert.hpp"
#include "game/track_pause.hpp"
#include "game/vehicle.hpp"

#include <algorithm>
#include <tuple>

namespace fief::game {

namespace {

auto order_of(const fix& x) {
  return std::tuple{x.t, x.seq, x.acc_dm, x.lat_e7, x.lon_e7, x.alt_dm, x.steps, x.flags};
}

/// Different fixes in the order of rules 2.1 step 1.
std::vector<fix> sorted_unique(std::span<const fix> fixes) {
  std::vector<fix> sorted(fixes.begin(), fixes.end());
  auto less = [](const fix& a, const fix& b) { return order_of(a) < order_of(b); };
  if (!std::is_sorted(sorted.begin(), sorted.end(), less))
    std::sort(sorted.begin(), sorted.end(), less);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

bool is_possible(const fix& x) {
  auto lat_ok = x.lat_e7 >= -900'000'000 && x.lat_e7 <= 900'000'000;
  auto lon_ok = x.lon_e7 >= -1'800'000'000 && x.lon_e7 <= 1'800'000'000;
  return lat_ok && lon_ok && !(x.lat_e7 == 0 && x.lon_e7 == 0);
}

milliseconds span_of_times(std::span<const fix> sorted, milliseconds clock_offset) {
  std::optional<instant> first;
  std::optional<instant> last;
  for (const auto& x : sorted)
    if (auto t = corrected_time(x, clock_offset)) {
      first = first ? first : t;
      last = t;
    }
  return first ? *last - *first : milliseconds{0};
}

/// Metres per second; simultaneous places are infinitely fast.
double speed_mps(double distance, milliseconds time) {
  return distance / (static_cast<double>(std::max<std::int64_t>(time.count(), 1)) / 1000.0);
}

} // namespace

std::optional<instant> corrected_time(const fix& x, milliseconds clock_offset) {
  constexpr instant first = std::chrono::sys_days{std::chrono::year{1800} / 1 / 1};
  constexpr instant last = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};
  std::int64_t sum = 0;
  if (x.t == instant{} || __builtin_add_overflow(base::to_ms(x.t), clock_offset.count(), &sum))
    return std::nullopt;
  auto t = base::from_ms(sum);
  if (t < first || t > last)
    return std::nullopt;
  return t;
}

double moving_distance_m(const track_point& p, instant previous) {
  auto time = (p.t - previous).count();
  if (!p.has_segment() || time <= 0)
    return 0;
  return p.distance_m * static_cast<double>(p.moving.count()) / static_cast<double>(time);
}

double moving_distance_m(std::span<const track_point> points) {
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i)
    sum += moving_distance_m(points[i], points[i - 1].t);
  return sum;
}

milliseconds moving_time(std::span<const track_point> points) {
  milliseconds sum{0};
  for (const auto& p : points)
    sum += p.moving;
  return sum;
}

void track_filter::push(const fix& x, std::vector<track_point>& points) {
  ++counts_.given;
  if ((x.flags & fix::flag_mock) != 0)
    ++counts_.mock;
  if (!is_possible(x)) {
    ++counts_.impossible;
    return;
  }
  auto t = corrected_time(x, clock_offset_);
  if (!t || *t < rules_.first_instant) {
    ++counts_.untimed;
    return;
  }
  if (withheld_ && x.t <= withheld_->t) {
    ++counts_.same_time;
    if (x.t == withheld_->t && x.acc_dm < withheld_->acc_dm)
      withheld_ = x;
    return;
  }
  if (withheld_)
    accept(*withheld_, points);
  withheld_ = x;
}

void track_filter::finish(std::vector<track_point>& points) {
  if (withheld_)
    accept(*withheld_, points);
  withheld_.reset();
}

void track_filter::accept(const fix& x, std::vector<track_point>& points) {
  if (x.acc_dm != fix::acc_unknown && x.acc_dm > rules_.acc_dm_max) {
    ++counts_.inaccurate;
    return;
  }
  track_point q;
  q.t = x.t + clock_offset_;
  q.lat_e7 = x.lat_e7;
  q.lon_e7 = x.lon_e7;
  q.steps = x.steps;
  q.at = to_unit_vector(x.lat_e7, x.lon_e7);
  auto teleported = false;
  if (last_) {
    q.distance_m = distance_m(last_->at, q.at);
    auto spike = q.distance_m > rules_.spike_distance_m
                 && speed_mps(q.distance_m, q.t - last_->t) > rules_.spike_speed_mps;
    teleported = spike && parked_ + 1 >= rules_.spike_parked_max;
    if (spike && !teleported) {
      ++parked_;
      ++counts_.spikes;
      return;
    }
  }
  append(q, teleported, points);
}

void track_filter::append(track_point q, bool teleported, std::vector<track_point>& points) {
  if (last_) {
    auto time = q.t - last_->t;
    FIEF_ASSERT(time > milliseconds{0});
    auto too_far = q.distance_m > rules_.break_distance_m;
    auto too_fast = q.distance_m > rules_.break_fast_distance_m
                    && speed_mps(q.distance_m, time) > rules_.break_fast_speed_mps;
    auto long_gap = q.distance_m > rules_.bridge_distance_m || time > rules_.bridge_time;
    if (teleported || too_far || too_fast)
      q.how = link::broken;
    else
      q.how = long_gap ? link::bridge : link::joined;
    if (q.how == link::broken)
      q.distance_m = 0;
  }
  if (teleported)
    ++counts_.teleports;
  parked_ = 0;
  ++counts_.good;
  last_ = q;
  points.push_back(q);
}

clean_track clean(std::span<const fix> fixes, milliseconds clock_offset, const run_rules& rules) {
  auto sorted = sorted_unique(fixes);
  clean_track track;
  track.points.reserve(sorted.size());
  track.span_given = span_of_times(sorted, clock_offset);
  track_filter filter{rules, clock_offset};
  for (const auto& x : sorted)
    filter.push(x, track.points);
  filter.finish(track.points);
  track.counts = filter.counts();
  mark_moving(track.points, rules);
  vehicle_scan scan{rules};
  scan.advance(track.points, true);
  track.fast = scan.fast();
  FIEF_ASSERT(track.points.size() == track.counts.good);
  return track;
}

} // namespace fief::game
