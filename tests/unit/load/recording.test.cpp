#include "bench/load/recording.hpp"
#include "bench/load/chance.hpp"
#include "bench/load/check_runs.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <simdjson.h>

using namespace fief::load;

namespace {

double distance_m(place_e7 a, place_e7 b) {
  auto north = (a.lat - b.lat) / 1e7 * 111'195;
  auto east = (a.lon - b.lon) / 1e7 * 111'195 * std::cos(a.lat / 1e7 * 0.0174533);
  return std::hypot(north, east);
}

std::vector<fix> some_run(std::uint64_t seed, shape kind, double speed_mps, std::uint32_t seconds) {
  fief::base::rng random{seed};
  auto way = make_route(kind, random, {100, -200}, speed_mps * seconds);
  return record(random, known_cities().back(), way, speed_mps, seconds);
}

} // namespace

TEST_CASE("routes have about the wanted length and end where they began") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    for (auto kind : {shape::loop, shape::out_and_back, shape::laps}) {
      fief::base::rng random{seed};
      auto wanted = between(random, 600, 8'000);
      auto way = make_route(kind, random, {500, 500}, wanted);
      INFO("seed " << seed << ", shape " << static_cast<int>(kind) << ", wanted " << wanted);
      auto tolerance = kind == shape::laps ? 0.7 : 0.1; // Whole laps.
      CHECK(length_m(way) == Approx(wanted).epsilon(tolerance));
      auto gap =
        std::hypot(way.front().east - way.back().east, way.front().north - way.back().north);
      CHECK(gap < 10);
    }
}

TEST_CASE("a recording is plausible: no leap, no vehicle, steps as people make them") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed)
    for (auto kind : {shape::loop, shape::out_and_back, shape::laps}) {
      auto fixes = some_run(seed, kind, 2.9, 900);
      INFO("seed " << seed << ", shape " << static_cast<int>(kind));
      REQUIRE(fixes.size() == 900);
      double length = 0;
      for (std::size_t i = 1; i < fixes.size(); ++i) {
        auto step_m = distance_m(fixes[i - 1].at, fixes[i].at);
        REQUIRE(step_m < 6);
        REQUIRE(fixes[i].steps >= fixes[i - 1].steps);
        REQUIRE(fixes[i].acc_dm <= 350);
        length += step_m;
      }
      CHECK(length / 900 > 2.0);
      CHECK(length / 900 < 3.6);
      CHECK(fixes.back().steps / 15.0 > 120);
      CHECK(fixes.back().steps / 15.0 < 220);
    }
}

TEST_CASE("the same seed records the same run") {
  auto a = some_run(5, shape::loop, 3, 300);
  auto b = some_run(5, shape::loop, 3, 300);
  CHECK(fixes_json(a, 1, 300, 0) == fixes_json(b, 1, 300, 0));
  CHECK(fixes_json(a, 1, 300, 0) != fixes_json(some_run(6, shape::loop, 3, 300), 1, 300, 0));
}

TEST_CASE("fixes are written as JSON with all seven decimals and their times") {
  std::vector<fix> fixes{{{-10'000'001, 1}, 45, 0}, {{458'131'200, -1'799'999'999}, 30, 7}};
  auto text = fixes_json(fixes, 1, 2, 1'778'407'200'000);
  CHECK(text
        == "[[1778407200000,-1.0000001,0.0000001,4.5,0],"
           "[1778407201000,45.8131200,-179.9999999,3.0,7]]");
  simdjson::dom::parser parser;
  CHECK(parser.parse(text).error() == simdjson::SUCCESS);
  CHECK(fixes_json(fixes, 2, 2, 0) == "[[1000,45.8131200,-179.9999999,3.0,7]]");
}

TEST_CASE("a track that lacks or alters a fix differs from what was sent") {
  finished_run run;
  run.start_ms = 1'778'407'200'000;
  run.fixes = {{{458'131'200, 159'775'000}, 30, 0}, {{458'131'300, 159'775'100}, 30, 2}};
  const std::string first =
    R"(<trkpt lat="45.8131200" lon="15.9775000"><time>2026-05-10T10:00:00.000Z</time></trkpt>)";
  const std::string second =
    R"(<trkpt lat="45.81313" lon="15.97751"><ele>1</ele><time>2026-05-10T10:00:01.000Z</time></trkpt>)";
  auto whole = compare_track("<gpx>" + first + second + "</gpx>", run);
  CHECK(whole.points == 2);
  CHECK(whole.differing == 0);
  CHECK(compare_track("<gpx>" + first + "</gpx>", run).points == 1);
  auto moved = compare_track("<gpx>" + first + first + "</gpx>", run);
  CHECK(moved.points == 2);
  CHECK(moved.differing == 1);
}
