// The real tracks: every file gets the verdict that the folder's README names.

#include "tests/support/game/tracks.hpp"
#include "game/enclosed.hpp"
#include "game/run.hpp"
#include "game/same_run.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <s2/s2cell_id.h>
#include <set>

using namespace fief;
using namespace fief::game;
using test::real_track;

namespace {

run_result process(const real_track& track, sport declared, int level = 17) {
  run_input input;
  input.declared = declared;
  input.fixes = track.fixes;
  return process_run(input, run_rules{}, tiling{level});
}

bool is_on_foot(const real_track& track) {
  return track.name.starts_with("good/") || track.name.starts_with("odd/synthetic_")
         || track.name == "odd/run_hongkong_canyon_noise"
         || track.name == "odd/hike_two_hikes_missing_times";
}

bool is_driven(const real_track& track) {
  return track.name.starts_with("odd/drive_") || track.name.starts_with("odd/ride_")
         || track.name.starts_with("odd/mixed_") || track.name.starts_with("odd/mtb_")
         || track.name.starts_with("odd/multisport_");
}

/// What the track's line runs round: tiles enclosed and, of those on the rim, the inner half.
double area_inside_ha(const run_result& result, const real_track& track, int level) {
  run_rules rules;
  tiling tiles{level};
  auto points = clean(track.fixes, milliseconds{0}, rules).points;
  tile_walk walk{rules, tiles};
  for (std::size_t i = 1; i < points.size(); ++i)
    walk.add(points[i - 1], points[i]);
  std::set<tile_id> wall;
  for (const auto& tile : walk.touched())
    wall.insert(id_of(tiles, tile));
  double m2 = 0;
  std::set<tile_id> rim;
  for (auto tile : result.enclosed) {
    m2 += area_m2(tile);
    std::vector<S2CellId> around;
    S2CellId(tile.value).AppendAllNeighbors(level, &around);
    for (auto cell : around)
      if (wall.contains({cell.id()}))
        rim.insert({cell.id()});
  }
  for (auto tile : rim)
    m2 += area_m2(tile) / 2;
  return m2 / 1e4;
}

} // namespace

TEST_CASE("every genuine track on foot is accepted and none has a second at a vehicle's speed") {
  FIEF_NEEDS_TRACKS();
  int count = 0;
  for (const auto& track : test::real_tracks()) {
    if (!is_on_foot(track))
      continue;
    INFO(track.name);
    auto result = process(track, track.name.find("hike") != std::string::npos   ? sport::hike
                                 : track.name.find("walk") != std::string::npos ? sport::walk
                                                                                : sport::run);
    CHECK(result.verdict == verdict::accepted);
    CHECK(result.reasons.empty());
    CHECK(result.fast == milliseconds{0});
    CHECK(result.claims.size() >= 10);
    CHECK(result.claims.size() == result.passed.size() + result.enclosed.size());
    ++count;
  }
  CHECK(count == 30);
}

TEST_CASE("whatever was driven takes nothing, declared as a run or honestly") {
  FIEF_NEEDS_TRACKS();
  int count = 0;
  for (const auto& track : test::real_tracks()) {
    if (!is_driven(track))
      continue;
    INFO(track.name);
    auto as_run = process(track, sport::run);
    CHECK(as_run.verdict == verdict::rejected);
    CHECK(as_run.claims.empty());
    CHECK_FALSE(as_run.counts_for_event);
    if (as_run.has(run_reason::no_usable_time)) {
      CHECK(as_run.counts.good == 0);
    } else {
      CHECK(as_run.has(run_reason::vehicle));
      CHECK(as_run.fast >= std::chrono::seconds{100});
    }
    auto honest = process(track, sport::ride);
    CHECK(honest.has(run_reason::not_a_territory_sport));
    CHECK(honest.claims.empty());
    ++count;
  }
  CHECK(count >= 15);
}

TEST_CASE("swimming, paddling and skiing are refused by their declared sport only") {
  FIEF_NEEDS_TRACKS();
  for (auto [name, declared] : {std::pair{"odd/swim_openwater_noise", sport::swim},
                                {"odd/sup_lake_closed_loop", sport::row},
                                {"odd/ski_pohorje", sport::ski}}) {
    INFO(name);
    auto result = process(test::real_track_named(name), declared);
    CHECK(result.verdict == verdict::accepted);
    CHECK(result.reasons == std::vector{run_reason::not_a_territory_sport});
    CHECK(result.claims.empty());
    CHECK(result.distance_m > 500);
  }
}

TEST_CASE("tracks without a usable time are refused, however they lack it") {
  FIEF_NEEDS_TRACKS();
  for (const auto* name : {"odd/hike_all_times_1901", "odd/route_fake_times_hourly",
                           "odd/track_no_times", "odd/route_manchester_marathon_no_time",
                           "odd/route_allermuir_doubled_points", "odd/drive_leipzig_epoch1970"}) {
    INFO(name);
    auto result = process(test::real_track_named(name), sport::run);
    CHECK(result.verdict == verdict::rejected);
    CHECK(result.has(run_reason::no_usable_time));
    CHECK(result.claims.empty());
  }
}

TEST_CASE("recordings over years are too long, sparse and empty ones are kept as statistics") {
  FIEF_NEEDS_TRACKS();
  for (const auto* name : {"odd/mixed_bluehills_14segs_years", "odd/mixed_osm_api_multi_trk"}) {
    INFO(name);
    auto result = process(test::real_track_named(name), sport::run);
    CHECK(result.verdict == verdict::rejected);
    CHECK(result.has(run_reason::too_long));
  }
  for (const auto* name : {"odd/run_17pts_39min_gap", "odd/points_hdop_teleport"}) {
    INFO(name);
    auto sparse = process(test::real_track_named(name), sport::run);
    CHECK(sparse.verdict == verdict::accepted);
    CHECK(sparse.has(run_reason::too_sparse));
    CHECK(sparse.claims.empty());
  }
  auto indoor = process(test::real_track_named("odd/indoor_no_gps"), sport::run);
  CHECK(indoor.verdict == verdict::accepted);
  CHECK(indoor.reasons == std::vector{run_reason::no_fixes});
}

TEST_CASE("the noise of an urban canyon costs few tiles") {
  FIEF_NEEDS_TRACKS();
  auto result = process(test::real_track_named("odd/run_hongkong_canyon_noise"), sport::run);
  CHECK(result.passed.size() >= 50);
  CHECK(result.counts.good >= result.counts.given * 95 / 100);
  CHECK(result.enclosed.size() <= 2);
}

TEST_CASE("loops over 10 ha enclose what an independent grid of 10 m says, within 15 percent") {
  FIEF_NEEDS_TRACKS();
  int count = 0;
  for (const auto& track : test::real_tracks()) {
    if (!is_on_foot(track) || !track.enclosed_ha || *track.enclosed_ha <= 10)
      continue;
    for (int level : {17, 19}) {
      CAPTURE(track.name, level, *track.enclosed_ha);
      auto result = process(track, sport::run, level);
      auto inside = area_inside_ha(result, track, level);
      CHECK(inside == Approx(*track.enclosed_ha).epsilon(0.15));
    }
    ++count;
  }
  CHECK(count >= 8);
}

TEST_CASE("tracks that enclose nothing by the independent grid enclose nothing here") {
  FIEF_NEEDS_TRACKS();
  int count = 0;
  for (const auto& track : test::real_tracks()) {
    if (!track.name.starts_with("good/") || track.enclosed_ha.value_or(1) > 0)
      continue;
    INFO(track.name);
    CHECK(process(track, sport::run).enclosed.empty());
    ++count;
  }
  CHECK(count >= 8);
}

TEST_CASE("park laps enclose the same at home, on longitude 180, at 78 N and round the pole") {
  FIEF_NEEDS_TRACKS();
  const auto& home = test::real_track_named("good/run_london_park_laps_b");
  for (const auto* name :
       {"odd/synthetic_taveuni_antimeridian_laps", "odd/synthetic_longyearbyen_78N_laps",
        "odd/synthetic_northpole_marathon_laps"}) {
    INFO(name);
    const auto& moved = test::real_track_named(name);
    auto expected = process(home, sport::run, 19);
    auto result = process(moved, sport::run, 19);
    CHECK(area_inside_ha(result, moved, 19)
          == Approx(area_inside_ha(expected, home, 19)).epsilon(0.15));
    CHECK(result.distance_m == Approx(expected.distance_m).epsilon(0.002));
    auto coarse = static_cast<int>(process(moved, sport::run).enclosed.size());
    CHECK(std::abs(coarse - static_cast<int>(process(home, sport::run).enclosed.size())) <= 2);
  }
}

TEST_CASE("one run in two formats is recognised, and the same route on another day is not") {
  FIEF_NEEDS_TRACKS();
  user_id runner{{1, 1}};
  user_id other{{2, 2}};
  auto of = [](const real_track& track, user_id user) {
    return recording{user, milliseconds{0}, track.fixes};
  };
  for (auto [first, second] :
       {std::pair{"good/run_london_pair_watch", "good/run_london_pair_strava_streams"},
        {"odd/ride_london_pair_watch", "odd/ride_london_pair_strava_streams"}}) {
    INFO(first);
    const auto& a = test::real_track_named(first);
    const auto& b = test::real_track_named(second);
    CHECK(compare(of(a, runner), of(b, runner)) == sameness::same_run);
    CHECK(compare(of(b, runner), of(a, runner)) == sameness::same_run);
  }
  const auto& commute = test::real_track_named("good/run_london_commute_pair");
  const real_track* fit = nullptr;
  for (const auto& track : test::real_tracks())
    if (track.file == "good/run_london_commute_pair.fit")
      fit = &track;
  REQUIRE(fit != nullptr);
  CHECK(compare(of(commute, runner), of(*fit, runner)) == sameness::identical);
  const auto& day = test::real_track_named("good/run_london_thames_loop_2016");
  const auto& later = test::real_track_named("good/run_london_thames_loop_2018");
  for (auto user : {runner, other})
    CHECK(compare(of(day, runner), of(later, user)) == sameness::different);
}
