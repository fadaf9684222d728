#include "tests/support/game/synthetic_run.hpp"

#include "game/sphere.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace fief::test {

namespace {

constexpr auto degree = std::numbers::pi / 180;

std::int32_t e7(double degrees) {
  return static_cast<std::int32_t>(std::llround(degrees * 1e7));
}

double length_of(std::span<const point_m> path) {
  double sum = 0;
  for (std::size_t i = 1; i < path.size(); ++i)
    sum += std::hypot(path[i].x - path[i - 1].x, path[i].y - path[i - 1].y);
  return sum;
}

/// The place after `distance` along a path; asked for growing distances.
class path_cursor {
public:
  explicit path_cursor(std::span<const point_m> path) : path_(path) {}
  point_m at(double distance) {
    while (index_ + 2 < path_.size() && distance > passed_ + leg())
      passed_ += leg(), ++index_;
    auto share = std::clamp((distance - passed_) / std::max(leg(), 1e-9), 0.0, 1.0);
    const auto& a = path_[index_];
    const auto& b = path_[index_ + 1];
    return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share};
  }

private:
  [[nodiscard]] double leg() const {
    return std::hypot(path_[index_ + 1].x - path_[index_].x, path_[index_ + 1].y - path_[index_].y);
  }
  std::span<const point_m> path_;
  std::size_t index_ = 0;
  double passed_ = 0;
};

} // namespace

game::fix fix_at(const runner& who, point_m p) {
  auto lat = who.lat * degree;
  auto lon = who.lon * degree;
  auto x = p.x / game::earth_radius_m;
  auto y = p.y / game::earth_radius_m;
  auto up = std::array{std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
  auto east = std::array{-std::sin(lon), std::cos(lon), 0.0};
  auto north =
    std::array{-std::sin(lat) * std::cos(lon), -std::sin(lat) * std::sin(lon), std::cos(lat)};
  std::array<double, 3> at{};
  for (std::size_t k = 0; k < 3; ++k)
    at[k] = up[k] + east[k] * x + north[k] * y;
  game::fix f;
  f.lat_e7 = e7(std::atan2(at[2], std::hypot(at[0], at[1])) / degree);
  f.lon_e7 = e7(std::atan2(at[1], at[0]) / degree);
  f.acc_dm = 40;
  return f;
}

std::vector<game::fix> run_along(std::span<const point_m> path, const runner& who,
                                 base::rng& random) {
  std::vector<game::fix> fixes;
  path_cursor cursor{path};
  auto length = length_of(path);
  auto seconds = static_cast<double>(who.interval.count()) / 1000;
  auto phase = random.unit() * 6;
  auto keep = std::exp(-seconds / 20);
  point_m off;
  double distance = 0;
  for (std::uint32_t n = 0;; ++n) {
    auto p = cursor.at(std::min(distance, length));
    auto f = fix_at(who, {p.x + off.x, p.y + off.y});
    f.seq = n + 1;
    f.t = who.start + n * who.interval;
    fixes.push_back(f);
    if (distance >= length)
      return fixes;
    auto push = who.noise_m * std::sqrt(1 - keep * keep) * 1.7;
    off.x = off.x * keep + push * (2 * random.unit() - 1);
    off.y = off.y * keep + push * (2 * random.unit() - 1);
    auto wave = std::sin(n * seconds / 37 + phase) + (random.unit() - 0.5);
    distance += who.speed_mps * seconds * (1 + who.sway * wave);
  }
}

std::vector<point_m> circle(double radius_m, int laps) {
  std::vector<point_m> path;
  constexpr int corners = 180;
  for (int k = 0; k <= corners * laps; ++k) {
    auto angle = 2 * std::numbers::pi * k / corners;
    path.push_back({radius_m * std::cos(angle), radius_m * std::sin(angle)});
  }
  return path;
}

std::vector<point_m> open_path(double length_m, base::rng& random) {
  std::vector<point_m> path{{0, 0}};
  double length = 0;
  while (length < length_m) {
    auto step = point_m{150 + random.unit() * 250, (random.unit() - 0.5) * 800};
    path.push_back({path.back().x + step.x, path.back().y + step.y});
    length += std::hypot(step.x, step.y);
  }
  return path;
}

std::vector<point_m> out_and_back(double length_m) {
  return {{0, 0}, {length_m / 2, 40}, {0, 0}};
}

std::vector<game::fix> joined(std::span<const game::fix> first, std::span<const game::fix> then,
                              game::milliseconds gap) {
  std::vector<game::fix> all(first.begin(), first.end());
  auto shift = first.back().t + gap - then.front().t;
  for (auto f : then) {
    f.t += shift;
    all.push_back(f);
  }
  for (std::size_t k = 0; k < all.size(); ++k)
    all[k].seq = static_cast<std::uint32_t>(k + 1);
  return all;
}

std::vector<game::fix> shuffled_with_repeats(std::vector<game::fix> fixes, base::rng& random) {
  auto count = fixes.size();
  for (std::size_t k = 0; k < count / 3; ++k)
    fixes.push_back(fixes[random.below(count)]);
  for (auto k = fixes.size(); k > 1; --k)
    std::swap(fixes[k - 1], fixes[random.below(k)]);
  return fixes;
}

} // namespace fief::test
