#include "game/track_flags.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

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

/// Segments in a row whose steps are known, about as long as tells something.
struct step_window {
  std::size_t first = 0;
  std::size_t last = 0;
  std::int64_t steps = 0;
  milliseconds time{0};

  [[nodiscard]] double per_minute() const {
    return static_cast<double>(steps) * 60.0 / seconds(time);
  }
  void extend(const step_window& x) {
    last = x.last;
    steps += x.steps;
    time += x.time;
  }
};

/// Every segment that counts, in windows; only a single one may be shorter than `time_min`.
std::vector<step_window> step_windows(std::span<const track_point> points, milliseconds time_min) {
  std::vector<step_window> windows;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& a = points[i - 1];
    const auto& b = points[i];
    auto known = a.steps >= 0 && b.steps >= a.steps;
    if (b.how != link::joined || !known || b.moving != b.t - a.t)
      continue;
    step_window segment{i - 1, i, b.steps - a.steps, b.moving};
    if (windows.empty() || windows.back().time >= time_min)
      windows.push_back(segment);
    else
      windows.back().extend(segment);
  }
  if (windows.size() > 1 && windows.back().time < time_min) {
    auto rest = windows.back();
    windows.pop_back();
    windows.back().extend(rest);
  }
  return windows;
}

/// A point that nobody reaches at one speed and leaves at the other, with those it was measured by.
struct leap {
  instant t{};
  std::size_t low = 0;
  std::size_t high = 0;
  double mps2 = 0;
};

std::vector<leap> find_leaps(std::span<const track_point> points, const run_rules& rules) {
  std::vector<leap> leaps;
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
    if (acceleration > rules.acceleration_mps2)
      leaps.push_back({points[i].t, around.low(), around.high(), acceleration});
  }
  return leaps;
}

/// Adds what was found at one place, as part of the last mark if they share a segment.
void add_leap(const leap& x, std::vector<track_mark>& marks) {
  if (marks.empty() || marks.back().last <= x.low) {
    marks.push_back({mark_kind::acceleration, x.low, x.high, x.mps2});
    return;
  }
  marks.back().last = std::max(marks.back().last, x.high);
  marks.back().value = std::max(marks.back().value, x.mps2);
}

} // namespace

std::vector<track_mark> find_odd_cadence(std::span<const track_point> points, sport declared,
                                         const run_rules& rules) {
  auto windows = step_windows(points, rules.cadence_time_min);
  step_window whole;
  for (const auto& x : windows)
    whole.extend(x);
  if (windows.empty() || whole.time < rules.cadence_time_min)
    return {};
  auto least = is_walking(declared) ? rules.cadence_walk_min_spm : rules.cadence_min_spm;
  auto most = rules.cadence_max_spm;
  auto too_few = whole.per_minute() < least;
  if (!too_few && whole.per_minute() <= most)
    return {};
  // A mean is beyond a bound only if a part is; the worst part is named even if rounding hides it.
  double worst = windows.front().per_minute();
  for (const auto& x : windows)
    worst = too_few ? std::min(worst, x.per_minute()) : std::max(worst, x.per_minute());
  std::vector<step_window> odd;
  auto goes_on = false;
  for (const auto& x : windows) {
    auto rate = x.per_minute();
    auto is_odd = rate == worst || (too_few ? rate < least : rate > most);
    if (is_odd && goes_on)
      odd.back().extend(x);
    else if (is_odd)
      odd.push_back(x);
    goes_on = is_odd;
  }
  std::vector<track_mark> marks;
  for (const auto& x : odd)
    marks.push_back({mark_kind::cadence, x.first, x.last, x.per_minute()});
  return marks;
}

std::vector<track_mark> find_odd_acceleration(std::span<const track_point> points,
                                              const run_rules& rules) {
  constexpr milliseconds window = std::chrono::minutes{10};
  auto leaps = find_leaps(points, rules);
  std::vector<track_mark> marks;
  std::size_t oldest = 0; // Within the window that ends at `newest`.
  std::size_t unmarked = 0;
  for (std::size_t newest = 0; newest < leaps.size(); ++newest) {
    while (leaps[newest].t - leaps[oldest].t > window)
      ++oldest;
    if (newest - oldest + 1 <= rules.accelerations_max)
      continue;
    for (unmarked = std::max(unmarked, oldest); unmarked <= newest; ++unmarked)
      add_leap(leaps[unmarked], marks);
  }
  return marks;
}

std::vector<track_mark> find_uniform_speed(std::span<const track_point> points,
                                           const run_rules& rules) {
  constexpr milliseconds window = std::chrono::seconds{10};
  std::vector<track_mark> marks;
  std::uint32_t count = 0;
  double mean = 0;
  double squares = 0; // Welford's sum of squared differences.
  double length = 0;
  milliseconds time{0};
  std::size_t first = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto elapsed = points[i].t - points[i - 1].t;
    if (points[i].how != link::joined || points[i].moving != elapsed) {
      length = 0;
      time = milliseconds{0};
      first = i;
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
    if (marks.empty() || marks.back().last != first)
      marks.push_back({mark_kind::uniform_speed, first, i, 0});
    marks.back().last = i;
    length = 0;
    time = milliseconds{0};
    first = i;
  }
  if (count < rules.variance_windows_min || !(squares / count < rules.variance_min))
    return {};
  for (auto& x : marks)
    x.value = std::sqrt(std::max(squares, 0.0) / count);
  return marks;
}

} // namespace fief::game
