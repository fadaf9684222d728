#include "bench/load/route.hpp"

#include "base/assert.hpp"
#include "bench/load/chance.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fief::load {

namespace {

constexpr double point_m = 15; // Between the points of a curve.
constexpr double street_m = 7; // Out on one side, back on the other.
constexpr double lap_min_m = 350;
constexpr double lap_max_m = 900;
constexpr double turn = 2 * std::numbers::pi;

double distance_m(metres a, metres b) {
  return std::hypot(a.east - b.east, a.north - b.north);
}

route dented_circle(base::rng& random, metres start, double wanted_m) {
  struct wave {
    double count, depth, phase;
  };
  std::vector<wave> waves;
  for (double k : {2.0, 3.0, 4.0})
    waves.push_back({k, between(random, 0, 0.3 / k), between(random, 0, turn)});
  auto first = between(random, 0, turn);
  auto way = random.chance(1, 2) ? 1.0 : -1.0;
  auto count = std::max(12, static_cast<int>(wanted_m / point_m));
  route out;
  for (int step = 0; step <= count; ++step) {
    auto angle = first + way * turn * step / count;
    auto radius = 1.0;
    for (const auto& x : waves)
      radius += x.depth * std::cos(x.count * angle + x.phase);
    out.push_back({radius * std::cos(angle), radius * std::sin(angle)});
  }
  auto factor = wanted_m / length_m(out);
  auto origin = out.front();
  for (auto& x : out)
    x = {start.east + (x.east - origin.east) * factor,
         start.north + (x.north - origin.north) * factor};
  return out;
}

route there_and_back(base::rng& random, metres start, double wanted_m) {
  // The first bearing leads over the middle's side, so that nobody leaves the city.
  auto heading = std::atan2(-start.north, -start.east) + between(random, -1.2, 1.2);
  metres side{street_m * std::sin(heading), -street_m * std::cos(heading)};
  route out{start};
  for (auto left = std::ceil(wanted_m / 2 / point_m); left > 0; --left) {
    heading += normal(random, 0, 0.12);
    auto last = out.back();
    out.push_back(
      {last.east + point_m * std::cos(heading), last.north + point_m * std::sin(heading)});
  }
  for (auto i = out.size(); i > 0; --i)
    out.push_back({out[i - 1].east + side.east, out[i - 1].north + side.north});
  return out;
}

route round_and_round(base::rng& random, metres start, double wanted_m) {
  auto lap_m = std::min(between(random, lap_min_m, lap_max_m), wanted_m);
  auto once = dented_circle(random, start, lap_m);
  auto out = once;
  for (auto laps = std::lround(wanted_m / lap_m); laps > 1; --laps)
    out.insert(out.end(), once.begin() + 1, once.end());
  return out;
}

} // namespace

double length_m(const route& x) {
  double sum = 0;
  for (std::size_t i = 1; i < x.size(); ++i)
    sum += distance_m(x[i - 1], x[i]);
  return sum;
}

route make_route(shape kind, base::rng& random, metres start, double wanted_m) {
  FIEF_ASSERT(wanted_m > 0);
  switch (kind) {
    case shape::loop: return dented_circle(random, start, wanted_m);
    case shape::out_and_back: return there_and_back(random, start, wanted_m);
    case shape::laps: return round_and_round(random, start, wanted_m);
  }
  return {};
}

} // namespace fief::load
