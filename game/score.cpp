#include "game/score.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cmath>

namespace fief::game {

namespace {

/// A moment of a track on the rim of a checkpoint's circle.
struct moment {
  instant t{};
  double run_m = 0; ///< Length run before it.
  double to_centre_m = 0;
};

instant at_share(instant from, instant to, double share) {
  auto ms = static_cast<double>((to - from).count()) * share;
  return from + milliseconds{std::llround(ms)};
}

/// The shares of a segment between which it is inside a circle; nothing if it never is.
struct crossing {
  double enter = 0;
  double leave = 0;
};

std::optional<crossing> cross(const unit_vector& a, const unit_vector& b, const unit_vector& centre,
                              double radius_m) {
  auto radius = radius_m / earth_radius_m;
  unit_vector d{b.x - a.x, b.y - a.y, b.z - a.z};
  unit_vector f{a.x - centre.x, a.y - centre.y, a.z - centre.z};
  auto dd = d.x * d.x + d.y * d.y + d.z * d.z;
  auto fd = f.x * d.x + f.y * d.y + f.z * d.z;
  auto ff = f.x * f.x + f.y * f.y + f.z * f.z - radius * radius;
  if (dd == 0)
    return ff <= 0 ? std::optional{crossing{0, 1}} : std::nullopt;
  auto root = fd * fd - dd * ff;
  if (root < 0)
    return std::nullopt;
  auto half = std::sqrt(root);
  crossing x{(-fd - half) / dd, (-fd + half) / dd};
  if (x.leave < 0 || x.enter > 1)
    return std::nullopt;
  return crossing{std::max(x.enter, 0.0), std::min(x.leave, 1.0)};
}

/// Follows a race along its segments. `starts_[k]` is the latest start from which checkpoint k has
/// been reached in order: a later start is never worse for the time.
class race {
public:
  race(const course& asked, const score_rules& rules)
    : asked_(asked), rules_(rules), starts_(asked.checkpoints.size()) {
    for (const auto& x : asked.checkpoints)
      centres_.push_back(to_unit_vector(x.lat_e7, x.lon_e7));
  }

  void step(const track_point& a, const track_point& b) {
    FIEF_ASSERT(centres_.size() >= 2);
    auto last = centres_.size() - 1;
    for (auto k = last; k > 0; --k) {
      auto x = touch(a, b, k);
      if (x && starts_[k - 1] && k != last)
        starts_[k] = starts_[k - 1];
      if (x && starts_[k - 1] && k == last && !at_end_)
        finish(a, b, x->enter);
      if (k == last) // One visit of the end is one finish, at its entry.
        at_end_ = x && x->leave == 1 && (at_end_ || starts_[k - 1]);
    }
    if (auto x = touch(a, b, 0))
      starts_[0] = at(a, b, x->leave, 0);
    run_m_ += b.distance_m;
  }

  [[nodiscard]] const std::optional<score>& best() const { return best_; }

private:
  [[nodiscard]] std::optional<crossing> touch(const track_point& a, const track_point& b,
                                              std::size_t k) const {
    if (b.has_segment())
      return cross(a.at, b.at, centres_[k], rules_.checkpoint_radius_m);
    if (distance_m(b.at, centres_[k]) <= rules_.checkpoint_radius_m)
      return crossing{1, 1};
    return std::nullopt;
  }

  [[nodiscard]] moment at(const track_point& a, const track_point& b, double share,
                          std::size_t k) const {
    auto place = b.has_segment() ? between(a.at, b.at, share) : b.at;
    return {at_share(a.t, b.t, share), run_m_ + b.distance_m * share,
            distance_m(place, centres_[k])};
  }

  void finish(const track_point& a, const track_point& b, double share) {
    auto last = centres_.size() - 1;
    auto end = at(a, b, share, last);
    const auto& start = *starts_[last - 1];
    auto length = end.run_m - start.run_m + start.to_centre_m + end.to_centre_m;
    auto off = asked_.distance_m ? std::abs(length - *asked_.distance_m) : 0;
    if (asked_.distance_m && off > rules_.course_tolerance * *asked_.distance_m)
      return;
    auto elapsed = (end.t - start.t).count();
    if (!best_ || elapsed < best_->value)
      best_ = score{elapsed, end.t};
  }

  const course& asked_;
  score_rules rules_;
  std::vector<unit_vector> centres_;
  std::vector<std::optional<moment>> starts_;
  double run_m_ = 0;
  bool at_end_ = false; ///< Still in the circle where it finished.
  std::optional<score> best_;
};

std::optional<score> time_to(const std::vector<track_point>& points, double goal_m) {
  double run_m = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto added = moving_distance_m(points[i], points[i - 1].t);
    if (added > 0 && run_m + added >= goal_m) {
      auto share = std::clamp((goal_m - run_m) / added, 0.0, 1.0);
      auto reached = at_share(points[i - 1].t, points[i].t, share);
      return score{(reached - points.front().t).count(), reached};
    }
    run_m += added;
  }
  return std::nullopt;
}

} // namespace

std::vector<track_point> clip(const clean_track& track, instant from, instant to) {
  auto before = [](const track_point& p, instant t) { return p.t < t; };
  auto first = std::lower_bound(track.points.begin(), track.points.end(), from, before);
  auto last = std::lower_bound(first, track.points.end(), std::max(from, to), before);
  std::vector<track_point> points(first, last);
  if (!points.empty()) {
    points.front().how = link::start;
    points.front().distance_m = 0;
    points.front().moving = milliseconds{0};
  }
  return points;
}

std::optional<score> race_score(const clean_track& track, const course& asked, instant starts_at,
                                instant cut_at, const score_rules& rules) {
  auto points = clip(track, starts_at, cut_at);
  if (asked.checkpoints.size() < 2) {
    if (!asked.distance_m || *asked.distance_m <= 0)
      return std::nullopt;
    return time_to(points, *asked.distance_m);
  }
  race r{asked, rules};
  for (std::size_t i = 1; i < points.size(); ++i)
    r.step(points[i - 1], points[i]);
  return r.best();
}

std::optional<score> distance_score(const clean_track& track, instant starts_at, instant cut_at) {
  auto points = clip(track, starts_at, cut_at);
  double run_m = 0;
  instant reached{};
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto added = moving_distance_m(points[i], points[i - 1].t);
    if (added <= 0)
      continue;
    run_m += added;
    reached = points[i].t;
  }
  if (run_m <= 0)
    return std::nullopt;
  return score{std::llround(run_m * 1000), reached};
}

} // namespace fief::game
