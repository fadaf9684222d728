#include "game/track_flags.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace fief::game {

namespace {

double seconds(milliseconds x) {
  return static_cast<double>(x.count()) / 1000.0;
}

/// The nearest points at least `span` before and after a moving one, over joined track only.
class around_point {
public:
  around_point(std::span<const track_point> points, milliseconds span)
    : points_(points), span_(span) {}

  /// False if there are none. @pre `index` grows from call to call. Cost: amortised constant.
  bool move_to(std::size_t index) {
    if (points_[index].how != link::joined)
      first_ = index;
    low_ = std::max(low_, first_);
    while (low_ + 1 < index && points_[low_ + 1].t + span_ <= points_[index].t)
      ++low_;
    high_ = std::max(high_, index);
    while (high_ + 1 < points_.size() && points_[high_ + 1].how == link::joined
           && points_[high_].t < points_[index].t + span_)
      ++high_;
    return points_[low_].t + span_ <= points_[index].t
           && points_[high_].t >= points_[index].t + span_;
  }
  [[nodiscard]] std::size_t low() const { return low_; }
  [[nodiscard]] std::size_t high() const { return high_; }

private:
  std::span<const track_point> points_;
  milliseconds span_;
  std::size_t first_ = 0; ///< Of the joined track that holds the point.
  std::size_t low_ = 0;
  std::size_t high_ = 0;
};

} // namespace

bool is_cadence_odd(std::span<const track_point> points, sport declared, const run_rules& rules) {
  std::int64_t steps = 0;
  milliseconds time{0};
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& a = points[i - 1];
    const auto& b = points[i];
    auto known = a.steps >= 0 && b.steps >= a.steps;
    if (b.how != link::joined || !known || b.moving != b.t - a.t)
      continue;
    steps += b.steps - a.steps;
    time += b.moving;
  }
  if (time < rules.cadence_time_min)
    return false;
  auto per_minute = static_cast<double>(steps) * 60.0 / seconds(time);
  auto least = is_walking(declared) ? rules.cadence_walk_min_spm : rules.cadence_min_spm;
  return per_minute < least || per_minute > rules.cadence_max_spm;
}

bool is_acceleration_odd(std::span<const track_point> points, const run_rules& rules) {
  constexpr milliseconds window = std::chrono::minutes{10};
  std::deque<instant> odd;
  around_point around{points, rules.acceleration_span};
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    if (!around.move_to(i))
      continue;
    const auto& before = points[around.low()];
    const auto& after = points[around.high()];
    auto time_in = seconds(points[i].t - before.t);
    auto time_out = seconds(after.t - points[i].t);
    auto speed_in = distance_m(before.at, points[i].at) / time_in;
    auto speed_out = distance_m(points[i].at, after.at) / time_out;
    auto acceleration = std::abs(speed_out - speed_in) / ((time_in + time_out) / 2);
    if (acceleration <= rules.acceleration_mps2)
      continue;
    odd.push_back(points[i].t);
    while (points[i].t - odd.front() > window)
      odd.pop_front();
    if (odd.size() > rules.accelerations_max)
      return true;
  }
  return false;
}

bool is_speed_uniform(std::span<const track_point> points, const run_rules& rules) {
  constexpr milliseconds window = std::chrono::seconds{10};
  std::uint32_t count = 0;
  double mean = 0;
  double squares = 0; // Welford's sum of squared differences.
  double length = 0;
  milliseconds time{0};
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto elapsed = points[i].t - points[i - 1].t;
    if (points[i].how != link::joined || points[i].moving != elapsed) {
      length = 0;
      time = milliseconds{0};
      continue;
    }
    length += points[i].distance_m;
    time += elapsed;
    if (time < window)
      continue;
    auto speed = length / seconds(time);
    auto off = speed - mean;
    mean += off / ++count;
    squares += off * (speed - mean);
    length = 0;
    time = milliseconds{0};
  }
  return count >= rules.variance_windows_min && squares / count < rules.variance_min;
}

} // namespace fief::game
