#include "game/live_track.hpp"

#include "game/run.hpp"
#include "tests/support/game/synthetic_run.hpp"
#include "tests/support/game/tracks.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace fief;
using namespace fief::game;
using test::runner;

namespace {

/// Feeds batches of random sizes and returns what was said, checking that no tile is said twice.
std::vector<tile_id> feed_all(live_track& live, std::span<const fix> fixes, base::rng& random) {
  std::vector<tile_id> said;
  for (std::size_t at = 0; at < fixes.size();) {
    auto count = std::min<std::size_t>(fixes.size() - at, 1 + random.below(40));
    auto fresh = live.feed(fixes.subspan(at, count));
    said.insert(said.end(), fresh.begin(), fresh.end());
    at += count;
  }
  CHECK(said == live.passed());
  CHECK(std::set<tile_id>(said.begin(), said.end()).size() == said.size());
  return said;
}

std::set<tile_id> passed_in(std::span<const fix> fixes, std::span<const home_zone> zones) {
  run_input input;
  input.fixes = fixes;
  input.home_zones = zones;
  std::set<tile_id> tiles;
  for (const auto& pass : process_run(input, run_rules{}, tiling{17}).passed)
    tiles.insert(pass.tile);
  return tiles;
}

/// A run with spikes, gaps, repeated instants, poor fixes, a jump and a stretch at a car's speed.
std::vector<fix> troubled_run(base::rng& random) {
  runner who;
  who.interval = milliseconds{1000 * (1 + random.below(3))};
  auto fast = who;
  fast.speed_mps = 9;
  std::vector<test::point_m> start{{0, 0}, {600 + random.unit() * 600, 100}};
  std::vector<test::point_m> ride{start.back(), {start.back().x + 200, 300}};
  auto loop = test::circle(250);
  auto fixes = run_along(start, who, random);
  fixes = test::joined(fixes, run_along(ride, fast, random), who.interval);
  fixes = test::joined(fixes, run_along(loop, who, random), milliseconds{random.below(90'000) + 1});
  for (auto& f : fixes) {
    if (random.chance(1, 40))
      f.lat_e7 += 15'000;
    if (random.chance(1, 20))
      f.acc_dm = 600;
    if (random.chance(1, 30))
      f.t -= who.interval;
  }
  std::stable_sort(fixes.begin(), fixes.end(),
                   [](const fix& a, const fix& b) { return a.t < b.t; });
  std::erase_if(fixes, [&](const fix&) { return random.chance(1, 25); });
  for (std::size_t k = 0; k < fixes.size(); ++k)
    fixes[k].seq = static_cast<std::uint32_t>(k + 1);
  return fixes;
}

} // namespace

TEST_CASE("every tile said live is among the final ones, at every prefix of a troubled run") {
  std::size_t said_in_total = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = troubled_run(random);
    std::vector<home_zone> zones;
    if (random.chance(1, 2))
      zones.push_back({458'100'000, 159'800'000, 250});
    auto final_tiles = passed_in(fixes, zones);
    REQUIRE(passed_in(fixes, {}).size() > 10);
    live_track live{run_rules{}, tiling{17}, milliseconds{0}, zones};
    auto said = feed_all(live, fixes, random);
    for (auto tile : said)
      CHECK(final_tiles.contains(tile));
    for (auto tile : said)
      for (const auto& zone : zones)
        CHECK_FALSE(inside(zone, tile));
    said_in_total += said.size();
    CHECK(said.size() + 8 >= final_tiles.size()); // It lags by half a minute, not by more.
  }
  CHECK(said_in_total > 600);
}

TEST_CASE("what is said live does not depend on how the fixes are cut into batches") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = troubled_run(random);
    live_track one{run_rules{}, tiling{17}, milliseconds{0}, {}};
    live_track many{run_rules{}, tiling{17}, milliseconds{0}, {}};
    one.feed(fixes);
    feed_all(many, fixes, random);
    CHECK(one.passed() == many.passed());
    CHECK(one.distance_m() == many.distance_m());
  }
}

TEST_CASE("a fix that goes back in time is ignored live and harms nothing") {
  base::rng random{1};
  auto fixes = troubled_run(random);
  live_track live{run_rules{}, tiling{17}, milliseconds{0}, {}};
  live.feed(fixes);
  auto before = live.passed();
  auto old = fixes[fixes.size() / 2];
  CHECK(live.feed(std::span{&old, 1}).empty());
  CHECK(live.passed() == before);
}

TEST_CASE("every prefix of the real runs says a subset of their final tiles") {
  FIEF_NEEDS_TRACKS();
  for (const auto& track : test::real_tracks()) {
    if (!track.name.starts_with("good/"))
      continue;
    INFO(track.name);
    base::rng random{17};
    auto final_tiles = passed_in(track.fixes, {});
    live_track live{run_rules{}, tiling{17}, milliseconds{0}, {}};
    auto said = feed_all(live, track.fixes, random);
    CHECK(said.size() + 10 >= final_tiles.size());
    for (auto tile : said)
      CHECK(final_tiles.contains(tile));
  }
}
