#include "game/sketch.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace fief;

namespace {

std::vector<game::fix> random_track(base::rng& random, std::size_t count) {
  std::vector<game::fix> out(count);
  auto lat = static_cast<std::int32_t>(random.below(1'000'000'000)) - 500'000'000;
  auto lon = static_cast<std::int32_t>(random.below(2'000'000'000)) - 1'000'000'000;
  for (std::size_t i = 0; i < count; ++i) {
    lat += static_cast<std::int32_t>(random.below(800)) - 200;
    lon += static_cast<std::int32_t>(random.below(800)) - 200;
    out[i].seq = static_cast<std::uint32_t>(i + 1);
    out[i].t = base::from_ms(1'700'000'000'000 + static_cast<std::int64_t>(i) * 1000);
    out[i].lat_e7 = lat;
    out[i].lon_e7 = lon;
  }
  return out;
}

std::size_t shared(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  std::vector<std::uint64_t> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both.size();
}

} // namespace

TEST_CASE("a sketch depends on the places alone, not on times, order or repeats", "[game]") {
  base::rng random{11};
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    auto track = random_track(random, 500);
    auto sketch = game::sketch_of(track);
    CHECK(std::ranges::is_sorted(sketch));
    CHECK(sketch.size() <= game::sketch_max);
    auto changed = track;
    changed.insert(changed.end(), track.begin(), track.end());
    std::ranges::reverse(changed);
    for (auto& x : changed)
      x.t += std::chrono::hours{24};
    CHECK(game::sketch_of(changed) == sketch);
  }
}

TEST_CASE("half of a track shares fingerprints with the whole, another track does not", "[game]") {
  base::rng random{12};
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    auto track = random_track(random, 3'600);
    auto whole = game::sketch_of(track);
    auto half = game::sketch_of(std::span{track}.subspan(900, 1'800));
    CHECK(shared(whole, half) >= 20);
    CHECK(shared(whole, game::sketch_of(random_track(random, 3'600))) <= 2);
  }
}

TEST_CASE("no fixes have no sketch", "[game]") {
  CHECK(game::sketch_of({}).empty());
}
