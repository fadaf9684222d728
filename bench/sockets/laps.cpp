#include "bench/sockets/laps.hpp"

#include "base/rng.hpp"
#include "bench/loops/measurement.hpp"
#include "game/tiling.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>
#include <vector>

namespace fief::bench {

namespace {

constexpr double m_per_degree = 111'195;
constexpr double radius_m = 18;
constexpr double speed_mps = 2.8;
constexpr double noise_m = 1.5;
constexpr int fix_period_s = 4;
constexpr int fix_count = 70; // 276 s and 770 m: enough for territory.

const game::lat_lon city{45.8131, 15.9775};

double mean(double a, double b) {
  return (a + b) / 2;
}

/// The middles of the tiles of the area round the city, those near its border left out.
std::vector<game::lat_lon> middles() {
  const game::tiling tiling;
  const auto e7 = [](double x) { return static_cast<std::int32_t>(std::lround(x * 1e7)); };
  const auto area = tiling.area_of(tiling.tile_at(e7(city.lat), e7(city.lon)));
  std::vector<game::lat_lon> out;
  for (double lat = city.lat - 0.02; lat < city.lat + 0.02; lat += 0.0008)
    for (double lon = city.lon - 0.03; lon < city.lon + 0.03; lon += 0.0012) {
      const auto tile = tiling.tile_at(e7(lat), e7(lon));
      if (tiling.area_of(tile) != area)
        continue;
      const auto points = game::corners(tile);
      out.push_back({mean(points[0].lat, points[2].lat), mean(points[0].lon, points[2].lon)});
    }
  return out;
}

} // namespace

std::string lap_box() {
  char text[96];
  std::snprintf(text, sizeof text, "[%.4f,%.4f,%.4f,%.4f]", city.lon - 0.03, city.lat - 0.02,
                city.lon + 0.03, city.lat + 0.02);
  return text;
}

std::string lap_fixes(const std::string& run, std::size_t number, std::int64_t first_t_ms,
                      std::uint64_t seed) {
  static const auto where = middles();
  if (where.empty())
    fail("no tile for the laps");
  // Far from each other in the list, or two would lie in the same tile.
  const auto& middle = where[number * 29 % where.size()];
  base::rng random{seed};
  const auto east = m_per_degree * std::cos(middle.lat * std::numbers::pi / 180);
  auto text = R"({"type":"fixes","run":")" + run + R"(","first_seq":1,"fixes":[)";
  double angle = 0;
  for (int i = 0; i < fix_count; ++i) {
    angle += speed_mps * fix_period_s / radius_m * (0.8 + 0.4 * random.unit());
    const auto north_m = radius_m * std::sin(angle) + noise_m * (random.unit() - 0.5);
    const auto east_m = radius_m * std::cos(angle) + noise_m * (random.unit() - 0.5);
    char fix[96];
    std::snprintf(fix, sizeof fix, "%s[%lld,%.7f,%.7f,%.1f]", i == 0 ? "" : ",",
                  static_cast<long long>(first_t_ms + 1000LL * fix_period_s * i),
                  middle.lat + north_m / m_per_degree, middle.lon + east_m / east,
                  4 + 2 * random.unit());
    text += fix;
  }
  return text + "]}";
}

std::string lap_finish(const std::string& run) {
  return R"({"type":"finish","run":")" + run + R"(","total_seq":)" + std::to_string(fix_count)
         + '}';
}

} // namespace fief::bench
