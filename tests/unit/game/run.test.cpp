// Properties of rules 2.1 and 2.2 on generated runs.

#include "game/run.hpp"

#include "game/claims.hpp"
#include "game/enclosed.hpp"
#include "tests/support/game/synthetic_run.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numbers>
#include <set>

using namespace fief;
using namespace fief::game;
using std::chrono_literals::operator""ms;
using test::runner;

namespace {

run_result process(std::span<const fix> fixes, sport declared = sport::run, int level = 17) {
  run_input input;
  input.run = {{0, 9}};
  input.user = {{0, 7}};
  input.declared = declared;
  input.fixes = fixes;
  return process_run(input, run_rules{}, tiling{level});
}

std::vector<fix> random_run(base::rng& random, const runner& who) {
  switch (random.below(4)) {
    case 0:
      return run_along(
        test::circle(150 + random.unit() * 500, 1 + static_cast<int>(random.below(3))), who,
        random);
    case 1: return run_along(test::out_and_back(1500 + random.unit() * 2000), who, random);
    case 2: return run_along(test::open_path(1500 + random.unit() * 3000, random), who, random);
    default: break;
  }
  std::vector<test::point_m> anywhere;
  for (int k = 0; k < 8; ++k)
    anywhere.push_back({random.unit() * 900, random.unit() * 900});
  return run_along(anywhere, who, random);
}

runner random_runner(base::rng& random) {
  runner who;
  who.lat = random.unit() * 160 - 80;
  who.lon = random.unit() * 360 - 180;
  who.speed_mps = 1.5 + random.unit() * 3;
  who.interval = milliseconds{1000 * (1 + random.below(5))};
  return who;
}

void check_same(const run_result& a, const run_result& b) {
  CHECK(a.verdict == b.verdict);
  CHECK(a.reasons == b.reasons);
  CHECK(a.counts == b.counts);
  CHECK(a.distance_m == b.distance_m);
  CHECK(a.moving == b.moving);
  CHECK(a.passed == b.passed);
  CHECK(a.enclosed == b.enclosed);
  CHECK(a.claims == b.claims);
}

std::set<tile_id> wall_of(std::span<const fix> fixes, const tiling& tiles) {
  run_rules rules;
  auto points = clean(fixes, milliseconds{0}, rules).points;
  tile_walk walk{rules, tiles};
  for (std::size_t i = 1; i < points.size(); ++i)
    walk.add(points[i - 1], points[i]);
  std::set<tile_id> wall;
  for (const auto& tile : walk.touched())
    wall.insert(id_of(tiles, tile));
  return wall;
}

} // namespace
TEST_CASE("permuting or repeating the fixes of a run changes nothing") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = random_run(random, random_runner(random));
    for (auto& f : fixes) {
      if (random.chance(1, 30))
        f.t -= 1000ms; // Of equal times the more accurate one counts, in any order.
      f.acc_dm = static_cast<std::uint16_t>(random.below(400));
    }
    auto before = process(fixes);
    check_same(before, process(test::shuffled_with_repeats(fixes, random)));
  }
}

TEST_CASE("inserting points on the way changes no passed tile") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = random_run(random, random_runner(random));
    std::vector<fix> denser;
    for (const auto& f : fixes) {
      if (!denser.empty() && random.chance(1, 2)) {
        const auto& last = denser.back();
        auto middle = f;
        middle.t = last.t + (f.t - last.t) / 2;
        middle.lat_e7 = last.lat_e7 + (f.lat_e7 - last.lat_e7) / 2;
        if (std::abs(f.lon_e7 - last.lon_e7) > 1'000'000)
          continue; // Over longitude 180 the mean of the numbers is no place on the way.
        middle.lon_e7 = last.lon_e7 + (f.lon_e7 - last.lon_e7) / 2;
        denser.push_back(middle);
      }
      denser.push_back(f);
    }
    for (std::size_t k = 0; k < denser.size(); ++k)
      denser[k].seq = static_cast<std::uint32_t>(k + 1);
    auto before = process(fixes);
    auto after = process(denser);
    // Coordinates are whole centimetres, so a tile at the very threshold may go either way.
    auto clear = [](const run_result& result) {
      std::set<tile_id> tiles;
      for (const auto& pass : result.passed)
        if (pass.distance_m > 10.2)
          tiles.insert(pass.tile);
      return tiles;
    };
    auto all = [](const run_result& result) {
      std::set<tile_id> tiles;
      for (const auto& pass : result.passed)
        tiles.insert(pass.tile);
      return tiles;
    };
    REQUIRE(before.passed.size() > 5);
    auto more = all(after);
    for (auto tile : clear(before))
      CHECK(more.contains(tile));
    auto less = all(before);
    for (auto tile : clear(after))
      CHECK(less.contains(tile));
  }
}

TEST_CASE("what is enclosed was never touched, and the claims are both kinds of tiles, each once") {
  int enclosing = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = random_run(random, random_runner(random));
    auto result = process(fixes);
    auto wall = wall_of(fixes, tiling{17});
    for (auto tile : result.enclosed)
      CHECK_FALSE(wall.contains(tile));
    for (const auto& pass : result.passed)
      CHECK(wall.contains(pass.tile));
    CHECK(result.claims.size() == result.passed.size() + result.enclosed.size());
    CHECK(std::is_sorted(result.claims.begin(), result.claims.end(),
                         [](const claim& a, const claim& b) { return a.tile < b.tile; }));
    CHECK(std::adjacent_find(result.claims.begin(), result.claims.end(),
                             [](const claim& a, const claim& b) { return a.tile == b.tile; })
          == result.claims.end());
    enclosing += result.enclosed.empty() ? 0 : 1;
  }
  CHECK(enclosing > 10);
}

TEST_CASE("an open simple path and a street there and back enclose nothing") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto who = random_runner(random);
    auto open = process(run_along(test::open_path(5000, random), who, random));
    CHECK(open.passed.size() > 20);
    CHECK(open.enclosed.empty());
    auto street = process(run_along(test::out_and_back(4000), who, random));
    CHECK(street.passed.size() > 10);
    CHECK(street.enclosed.empty());
  }
}

TEST_CASE("a circle encloses its area wherever on Earth it is, however often it is run") {
  constexpr double radius = 600;
  struct where {
    double lat;
    double lon;
    const char* what;
  };
  for (auto [lat, lon, what] : {where{45.81, 15.98, "a city"},
                                {0.2, 180, "longitude 180"},
                                {-16.8, -179.999, "Taveuni"},
                                {89.9995, 12, "the pole"},
                                {-90, 0, "the other pole"},
                                {10, 45, "an edge of the cube"},
                                {44.43, 11.34, "near an edge"},
                                {45, 0, "another edge"},
                                {35.264, 45, "a corner of the cube"},
                                {-35.264, -135, "the opposite corner"}}) {
    CAPTURE(what);
    for (int laps : {1, 3}) {
      base::rng random{5};
      runner who;
      who.lat = lat;
      who.lon = lon;
      auto result = process(run_along(test::circle(radius, laps), who, random));
      REQUIRE(result.reasons.empty());
      double m2 = 0;
      for (auto tile : result.enclosed)
        m2 += area_m2(tile);
      // Tiles on the line are passed, not enclosed: what is inside lacks half a tile all round.
      auto inner = radius - std::sqrt(area_m2(result.enclosed.at(0))) * 0.65;
      CHECK(m2 == Approx(std::numbers::pi * inner * inner).epsilon(0.08));
    }
  }
}

TEST_CASE("filling rows and flooding agree on the tiles that random loops enclose") {
  run_rules rules;
  tiling tiles{17};
  int with_some = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    runner who;
    who.lat = 60 + random.unit() * 20;
    tile_walk walk{rules, tiles};
    std::vector<unit_vector> corners;
    for (int k = 0; k < 12; ++k) {
      auto f = fix_at(who, {random.unit() * 1500, random.unit() * 1500});
      corners.push_back(to_unit_vector(f.lat_e7, f.lon_e7));
    }
    for (std::size_t k = 0; k < corners.size(); ++k)
      walk.touch(corners[k], corners[(k + 1) % corners.size()]);
    auto wall = walk.touched();
    auto rows = enclosed_by(wall, tiles);
    CHECK(rows == enclosed_by_flood(wall, tiles));
    with_some += rows.empty() ? 0 : 1;
  }
  CHECK(with_some > 100);
}

TEST_CASE("an enclosure over 25 km² is refused and the passed tiles stay") {
  base::rng random{3};
  auto result = process(run_along(test::circle(3000), runner{}, random));
  CHECK(result.verdict == verdict::accepted);
  CHECK(result.reasons == std::vector{run_reason::enclosure_too_large});
  CHECK(result.enclosed.empty());
  CHECK(result.passed.size() > 200);
  auto below = process(run_along(test::circle(2700), runner{}, random));
  CHECK(below.reasons.empty());
  CHECK(below.enclosed.size() > 3000);
}
