#include "tests/support/files/any_track.hpp"

#include <algorithm>

namespace fief::test {

namespace {

std::int64_t between(base::rng& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

} // namespace

std::vector<game::fix> any_track(base::rng& random, std::size_t count) {
  std::vector<game::fix> fixes;
  auto t = base::from_ms(between(random, 1'300'000'000'000, 1'900'000'000'000));
  auto lat = between(random, -899'000'000, 899'000'000);
  auto lon = between(random, -1'799'000'000, 1'799'000'000);
  while (fixes.size() < count) {
    game::fix x;
    x.seq = static_cast<std::uint32_t>(fixes.size() + 1);
    x.t = t;
    x.lat_e7 = static_cast<std::int32_t>(lat);
    x.lon_e7 = static_cast<std::int32_t>(lon);
    if (random.chance(3, 4))
      x.acc_dm = static_cast<std::uint16_t>(random.below(500));
    if (random.chance(3, 4))
      x.alt_dm = static_cast<std::int32_t>(between(random, -4'000, 80'000));
    fixes.push_back(x);
    t += base::milliseconds{random.chance(1, 20) ? between(random, 0, 90'000)
                                                 : between(random, 500, 3'000)};
    lat = std::clamp<std::int64_t>(lat + between(random, -600, 600), -900'000'000, 900'000'000);
    lon = std::clamp<std::int64_t>(lon + between(random, -600, 600), -1'800'000'000, 1'800'000'000);
  }
  return fixes;
}

} // namespace fief::test
