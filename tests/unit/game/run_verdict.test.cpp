// Verdicts, reasons and claims of generated runs: rules 2.1 and 3.

#include "game/run.hpp"

#include "game/claims.hpp"
#include "tests/support/game/synthetic_run.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <set>

using namespace fief;
using namespace fief::game;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;
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

} // namespace

TEST_CASE("tiles in home zones appear nowhere in a result, and all others do") {
  base::rng random{3};
  runner who;
  auto fixes = run_along(test::circle(500), who, random);
  auto home = fix_at(who, {500, 0});
  std::vector<home_zone> zones{{home.lat_e7, home.lon_e7, 300}};
  auto open = process(fixes);
  run_input input;
  input.fixes = fixes;
  input.home_zones = zones;
  auto hidden = process_run(input, run_rules{}, tiling{17});
  std::vector<tile_id> kept;
  for (const auto& x : open.claims)
    if (!inside_any(zones, x.tile))
      kept.push_back(x.tile);
  std::vector<tile_id> shown;
  for (const auto& x : hidden.claims)
    shown.push_back(x.tile);
  CHECK(kept == shown);
  CHECK(kept.size() + 10 < open.claims.size());
  CHECK(hidden.claims.size() == hidden.passed.size() + hidden.enclosed.size());
  CHECK(hidden.distance_m == open.distance_m);
}

TEST_CASE("a minute in a vehicle rejects a run, half of that costs only its tiles") {
  base::rng random{4};
  runner who;
  auto legs = [&](double ride_m) {
    std::vector<test::point_m> before{{0, 0}, {1000, 0}};
    std::vector<test::point_m> ride{{1000, 0}, {1000 + ride_m, 0}};
    std::vector<test::point_m> after{{1000 + ride_m, 0}, {2000 + ride_m, 0}};
    auto fast = who;
    fast.speed_mps = 10;
    auto fixes = run_along(before, who, random);
    fixes = test::joined(fixes, run_along(ride, fast, random), 1000ms);
    return test::joined(fixes, run_along(after, who, random), 1000ms);
  };
  auto long_ride = process(legs(1500));
  CHECK(long_ride.verdict == verdict::rejected);
  CHECK(long_ride.has(run_reason::vehicle));
  CHECK(long_ride.claims.empty());
  auto short_ride = process(legs(310));
  CHECK(short_ride.verdict == verdict::accepted);
  CHECK(short_ride.reasons == std::vector{run_reason::vehicle_part});
  tiling tiles{17};
  auto takes = [&](double x) {
    auto at = fix_at(who, {x, 0});
    auto tile = tiles.tile_at(at.lat_e7, at.lon_e7);
    return std::any_of(short_ride.passed.begin(), short_ride.passed.end(),
                       [&](const tile_pass& pass) { return pass.tile == tile; });
  };
  CHECK(takes(300));
  CHECK_FALSE(takes(1150));
  CHECK(takes(2000));
}

TEST_CASE("one jump of the position is not a vehicle, and the line over it is not run") {
  base::rng random{4};
  runner who;
  std::vector<test::point_m> first{{0, 0}, {1500, 0}};
  std::vector<test::point_m> then{{1500, 900}, {3000, 900}};
  auto fixes = test::joined(run_along(first, who, random), run_along(then, who, random), 1000ms);
  auto result = process(fixes);
  CHECK(result.reasons.empty());
  CHECK(result.counts.teleports == 1);
  CHECK(result.distance_m < 3050);
}

TEST_CASE("single spikes are dropped as points and the loop they would break stays closed") {
  base::rng random{8};
  auto fixes = run_along(test::circle(400), runner{}, random);
  auto clean_result = process(fixes);
  for (std::size_t k = 50; k < fixes.size(); k += 97)
    fixes[k].lat_e7 += 20'000;
  auto result = process(fixes);
  CHECK(result.reasons.empty());
  CHECK(result.counts.spikes == (fixes.size() - 50 + 96) / 97);
  CHECK(result.enclosed == clean_result.enclosed);
}

TEST_CASE("weak GPS, short and sparse runs are kept without territory") {
  base::rng random{2};
  runner who;
  auto path = std::vector<test::point_m>{{0, 0}, {1000, 0}};
  auto weak = run_along(path, who, random);
  for (std::size_t k = 0; k < weak.size(); ++k)
    weak[k].acc_dm = k % 5 < 3 ? 351 : 350;
  auto result = process(weak);
  CHECK(result.verdict == verdict::accepted);
  CHECK(result.reasons == std::vector{run_reason::weak_gps});
  CHECK(result.claims.empty());
  auto near = std::vector<test::point_m>{{0, 0}, {480, 0}};
  CHECK(process(run_along(near, who, random)).reasons == std::vector{run_reason::too_short});
  who.interval = 16s;
  CHECK(process(run_along(path, who, random)).has(run_reason::too_sparse));
  who.interval = 15s;
  auto longer = std::vector<test::point_m>{{0, 0}, {2000, 0}};
  CHECK(process(run_along(longer, who, random)).reasons.empty());
}

TEST_CASE("standing still stops the moving time and turning round does not") {
  base::rng random{2};
  runner who;
  auto run = run_along(std::vector<test::point_m>{{0, 0}, {900, 0}}, who, random);
  std::vector<fix> wait(300, run.back());
  for (std::size_t k = 0; k < wait.size(); ++k)
    wait[k].t = run.back().t + milliseconds{1000 * (k + 1)};
  auto paused = process(test::joined(run, wait, 1000ms));
  auto plain = process(run);
  CHECK(paused.elapsed == plain.elapsed + 300s);
  CHECK(paused.moving <= plain.moving + 5s);
  CHECK(paused.distance_m == Approx(plain.distance_m).margin(10));
  std::vector<test::point_m> shuttle;
  for (int k = 0; k < 30; ++k)
    shuttle.push_back({k % 2 == 0 ? 0.0 : 60.0, 0});
  auto turning = process(run_along(shuttle, who, random));
  CHECK(turning.moving > turning.elapsed * 97 / 100);
}

TEST_CASE("soft flags hold a run for review and take nothing away") {
  base::rng random{2};
  runner who;
  auto path = std::vector<test::point_m>{{0, 0}, {2000, 300}};
  auto honest = run_along(path, who, random);
  CHECK(process(honest).reasons.empty());

  auto check = [](const run_result& result, run_reason why) {
    INFO(to_string(why));
    CHECK(result.verdict == verdict::flagged);
    CHECK(result.reasons == std::vector{why});
    CHECK(result.claims.size() > 15);
    CHECK(result.counts_for_event);
  };
  auto mock = honest;
  mock[100].flags = fix::flag_mock;
  check(process(mock), run_reason::mock_location);

  auto steps = honest;
  for (std::size_t k = 0; k < steps.size(); ++k)
    steps[k].steps = static_cast<std::int32_t>(k * 250 / 60);
  check(process(steps), run_reason::cadence);
  for (std::size_t k = 0; k < steps.size(); ++k)
    steps[k].steps = static_cast<std::int32_t>(k * 170 / 60);
  CHECK(process(steps).reasons.empty());
  for (std::size_t k = 0; k < steps.size(); ++k)
    steps[k].steps = static_cast<std::int32_t>(k * 105 / 60);
  CHECK(process(steps, sport::walk).reasons.empty());
  check(process(steps), run_reason::cadence);

  auto machine = who;
  machine.sway = 0;
  machine.noise_m = 0;
  check(process(run_along(path, machine, random)), run_reason::uniform_speed);

  run_input drifting;
  drifting.fixes = honest;
  drifting.drift_max_seen = -120001ms;
  check(process_run(drifting, run_rules{}, tiling{17}), run_reason::clock_drift);
}

TEST_CASE("of a simulated run its location's being simulated is no reason; all else is") {
  base::rng random{2};
  runner who;
  auto path = std::vector<test::point_m>{{0, 0}, {2000, 300}};
  auto fixes = run_along(path, who, random);
  for (auto& x : fixes)
    x.flags = fix::flag_mock;
  run_input input;
  input.simulated = true;
  input.fixes = fixes;
  auto result = process_run(input, run_rules{}, tiling{17});
  CHECK(result.verdict == verdict::accepted);
  CHECK(result.reasons.empty());
  CHECK(result.claims.size() > 15);
  CHECK(result.counts.mock == fixes.size()); // Counted all the same.

  who.sway = 0;
  who.noise_m = 0;
  fixes = run_along(path, who, random);
  fixes[100].flags = fix::flag_mock;
  input.fixes = fixes;
  CHECK(process_run(input, run_rules{}, tiling{17}).reasons
        == std::vector{run_reason::uniform_speed});
  fixes.resize(60);
  input.fixes = fixes;
  CHECK(process_run(input, run_rules{}, tiling{17}).claims.empty());
}

TEST_CASE("runs over the limits of fixes, time and coordinates are refused, not fatal") {
  base::rng random{2};
  auto fixes = run_along(std::vector<test::point_m>{{0, 0}, {1500, 300}}, runner{}, random);
  auto late = fixes;
  late.back().t += 24h;
  CHECK(process(late).reasons.front() == run_reason::too_long);
  CHECK(process(late).verdict == verdict::rejected);

  std::vector<fix> many(50'001, fixes[0]);
  for (std::size_t k = 0; k < many.size(); ++k) {
    many[k].seq = static_cast<std::uint32_t>(k + 1);
    many[k].t += milliseconds{k};
  }
  CHECK(process(many).has(run_reason::too_many_fixes));
  many.pop_back();
  CHECK_FALSE(process(many).has(run_reason::too_many_fixes));

  auto strange = fixes;
  strange[10].lat_e7 = 0;
  strange[10].lon_e7 = 0;
  strange[20].lat_e7 = std::numeric_limits<std::int32_t>::max();
  strange[30].lon_e7 = std::numeric_limits<std::int32_t>::min();
  strange[40].t = instant{};
  auto result = process(strange);
  CHECK(result.reasons.empty());
  CHECK(result.counts.impossible == 3);
  CHECK(result.counts.untimed == 1);
  CHECK(process({}).reasons == std::vector{run_reason::no_fixes});
}

TEST_CASE("the clock offset moves every instant of a result and nothing else") {
  base::rng random{2};
  auto fixes = run_along(test::circle(300), runner{}, random);
  run_input input;
  input.fixes = fixes;
  auto plain = process_run(input, run_rules{}, tiling{17});
  input.clock_offset = -7345ms;
  auto moved = process_run(input, run_rules{}, tiling{17});
  CHECK(moved.started_at == plain.started_at - 7345ms);
  REQUIRE(moved.claims.size() == plain.claims.size());
  for (std::size_t k = 0; k < plain.claims.size(); ++k) {
    CHECK(moved.claims[k].tile == plain.claims[k].tile);
    CHECK(moved.claims[k].holds_until == plain.claims[k].holds_until - 7345ms);
  }
}

TEST_CASE("claims hold by the pace inside each tile, enclosed ones by half the bonus of the run") {
  base::rng random{2};
  run_rules rules;
  auto result = process(run_along(test::circle(400), runner{}, random));
  REQUIRE(!result.enclosed.empty());
  for (const auto& x : result.claims) {
    CHECK(x.run == run_id{{0, 9}});
    CHECK(x.user == user_id{{0, 7}});
    if (x.enclosed) {
      CHECK(x.crossed_at == result.finished_at);
      CHECK(x.holds_until
            == holds_until_enclosed(result.finished_at, result.pace_ms_per_km, rules));
      continue;
    }
    auto pass = std::find_if(result.passed.begin(), result.passed.end(),
                             [&](const tile_pass& p) { return p.tile == x.tile; });
    REQUIRE(pass != result.passed.end());
    CHECK(x.crossed_at == pass->crossed_at);
    CHECK(x.holds_until == holds_until_passed(x.crossed_at, pass->pace_ms_per_km, rules));
    CHECK(pass->pace_ms_per_km == Approx(1e6 / 3).epsilon(0.35));
  }
  CHECK(result.pace_ms_per_km == Approx(1e6 / 3).epsilon(0.05));
}

TEST_CASE("the names of sports, verdicts and reasons are read back") {
  for (auto x : {sport::run, sport::trail_run, sport::walk, sport::hike, sport::ride, sport::swim,
                 sport::ski, sport::row, sport::other})
    CHECK(parse_sport(to_string(x)) == x);
  for (auto x : {verdict::accepted, verdict::flagged, verdict::rejected})
    CHECK(parse_verdict(to_string(x)) == x);
  std::set<std::string_view> names;
  for (auto value = 1; value <= static_cast<int>(run_reason::replay); ++value) {
    auto x = static_cast<run_reason>(value);
    CHECK(parse_run_reason(to_string(x)) == x);
    names.insert(to_string(x));
  }
  CHECK(names.size() == static_cast<std::size_t>(run_reason::replay));
  CHECK_FALSE(names.contains("unknown"));
  CHECK_FALSE(parse_run_reason("unknown"));
  CHECK_FALSE(parse_sport("flight"));
  CHECK_FALSE(parse_sport(""));
}
