#include "game/score.hpp"

#include "tests/support/game/synthetic_run.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace fief::game;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using test::point_m;
using test::runner;

namespace {

constexpr instant ever{};
constexpr instant never = instant{std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}};

runner steady() {
  runner who;
  who.sway = 0;
  who.noise_m = 0;
  who.speed_mps = 4;
  return who;
}

clean_track track_of(const std::vector<point_m>& path, const runner& who = steady()) {
  base::rng random{1};
  return clean(run_along(path, who, random), 0ms, run_rules{});
}

course through(const std::vector<point_m>& places, std::optional<double> distance = {}) {
  course c;
  c.distance_m = distance;
  for (auto p : places) {
    auto f = fix_at(steady(), p);
    c.checkpoints.push_back({f.lat_e7, f.lon_e7});
  }
  return c;
}

} // namespace

TEST_CASE("a race counts from leaving the start to entering the end, all checkpoints in order") {
  auto track = track_of({{-200, 0}, {1000, 0}, {1000, 1000}, {1000, 1300}});
  auto asked = through({{0, 0}, {1000, 0}, {1000, 1000}}, 2000);
  auto result = race_score(track, asked, ever, never);
  REQUIRE(result);
  CHECK(result->value == Approx((2000 - 80) / 4.0 * 1000).margin(300));
  CHECK(base::to_ms(result->reached_at) - base::to_ms(steady().start)
        == Approx(540'000).margin(200));
  CHECK_FALSE(race_score(track, through({{1000, 1000}, {1000, 0}, {0, 0}}, 2000), ever, never));
  CHECK_FALSE(race_score(track, through({{0, 0}, {500, 100}, {1000, 1000}}), ever, never));
  CHECK(race_score(track, through({{0, 0}, {500, 39}, {1000, 1000}}), ever, never));
}

TEST_CASE("a race's length must be within a tenth of the course") {
  auto track = track_of({{-100, 0}, {1000, 0}, {1000, 1100}});
  for (auto [asked, fits] : {std::pair{2000.0, true},
                             {2190.0, true},
                             {2300.0, false},
                             {1850.0, true},
                             {1800.0, false}}) {
    CAPTURE(asked);
    CHECK(race_score(track, through({{0, 0}, {1000, 1000}}, asked), ever, never).has_value()
          == fits);
  }
}

TEST_CASE("waiting at the start costs nothing and the best of two attempts counts") {
  auto who = steady();
  base::rng random{1};
  auto slow = who;
  slow.speed_mps = 2;
  std::vector<point_m> out{{0, 0}, {1000, 0}};
  std::vector<point_m> back{{1000, 0}, {0, 0}};
  auto fixes = run_along(out, slow, random);
  fixes = test::joined(fixes, run_along(back, who, random), 1000ms);
  fixes = test::joined(fixes, std::vector<fix>{fixes.back()}, 20'000ms);
  fixes = test::joined(fixes, run_along(out, who, random), 1000ms);
  auto track = clean(fixes, 0ms, run_rules{});
  auto result = race_score(track, through({{0, 0}, {1000, 0}}, 1000), ever, never);
  REQUIRE(result);
  CHECK(result->value == Approx(920 / 4.0 * 1000).margin(300));
}

TEST_CASE("laps through one place start and end there") {
  auto track = track_of(test::circle(300, 2));
  auto asked = through({{300, 0}, {-300, 0}, {300, 0}}, 1885);
  auto result = race_score(track, asked, ever, never);
  REQUIRE(result);
  CHECK(result->value == Approx((1885 - 80) / 4.0 * 1000).margin(1000));
}

TEST_CASE("a race by distance takes the time to reach it, and is not finished short of it") {
  auto track = track_of({{0, 0}, {3000, 0}});
  course asked;
  asked.distance_m = 2000;
  auto result = race_score(track, asked, ever, never);
  REQUIRE(result);
  CHECK(result->value == Approx(500'000).margin(100));
  CHECK(result->reached_at == steady().start + milliseconds{result->value});
  asked.distance_m = 3010;
  CHECK_FALSE(race_score(track, asked, ever, never));
  CHECK_FALSE(race_score(track, course{}, ever, never));
}

TEST_CASE("only fixes from starts_at on and before cut_at count, to the millisecond") {
  auto track = track_of({{0, 0}, {3000, 0}});
  auto start = steady().start;
  auto whole = distance_score(track, ever, never);
  REQUIRE(whole);
  CHECK(whole->value == Approx(3'000'000).margin(3000));
  CHECK(whole->reached_at == track.points.back().t);
  auto part = distance_score(track, start + 100s, start + 200s);
  REQUIRE(part);
  CHECK(part->value == Approx(99 * 4000).margin(500));
  CHECK(part->reached_at == start + 199s);
  CHECK(clip(track, start + 100s, start + 200s).size() == 100);
  CHECK(clip(track, start + 100s, start + 200s + 1ms).size() == 101);
  CHECK(clip(track, start + 200s, start + 100s).empty());
  CHECK_FALSE(distance_score(track, never, never + 1s));
  course asked;
  asked.distance_m = 2000;
  CHECK_FALSE(race_score(track, asked, ever, start + 500s));
  CHECK(race_score(track, asked, ever, start + 502s));
  CHECK_FALSE(race_score(clean_track{}, asked, ever, never));
}

TEST_CASE("distance leaves out pauses and breaks") {
  auto who = steady();
  base::rng random{1};
  std::vector<point_m> first{{0, 0}, {1000, 0}};
  std::vector<point_m> then{{3000, 0}, {4000, 0}};
  auto fixes = test::joined(run_along(first, who, random), run_along(then, who, random), 600'000ms);
  auto result = distance_score(clean(fixes, 0ms, run_rules{}), ever, never);
  REQUIRE(result);
  CHECK(result->value == Approx(2'000'000).margin(3000));
}
