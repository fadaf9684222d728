// The real tracks as files: each decodes to what an independent decoder made of it, gets the
// verdict that the folder's README names, and is recognised in another format.

#include "game/run.hpp"
#include "game/same_run.hpp"
#include "tests/support/game/tracks.hpp"
#include "tests/unit/integrations/files/decoded.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace fief;
using namespace fief::integrations;
using game::run_reason;
using game::sport;
using test::real_track;

namespace {

std::string bytes_of(const std::string& file) {
  std::ifstream in{std::filesystem::path{*test::tracks_folder()} / file, std::ios::binary};
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

/// What is refused as a file, before there is a run to judge.
std::string refused_as(const std::string& name) {
  if (name == "odd/track_no_times" || name == "odd/route_manchester_marathon_no_time"
      || name == "odd/route_allermuir_doubled_points")
    return "no_usable_time";
  return {};
}

game::run_result process(const track_file& file, sport declared) {
  game::run_input input;
  input.declared = declared;
  input.fixes = file.fixes;
  return game::process_run(input, game::run_rules{}, game::tiling{17});
}

bool is_json(const real_track& track) {
  return track.file.ends_with(".json");
}

/// The sport that the user has to declare, because the file only says that it is another.
std::optional<sport> declared_by_user(const std::string& name) {
  if (name == "good/walk_maribor_loop")
    return sport::walk;
  if (name == "odd/ski_pohorje")
    return sport::ski;
  if (name == "odd/sup_lake_closed_loop")
    return sport::row;
  if (name == "odd/swim_openwater_noise")
    return sport::swim;
  return std::nullopt;
}

} // namespace

TEST_CASE("every real file decodes to the fixes that another decoder found in it") {
  FIEF_NEEDS_TRACKS();
  int count = 0;
  for (const auto& track : test::real_tracks()) {
    INFO(track.file);
    const auto bytes = bytes_of(track.file);
    if (is_json(track)) {
      CHECK_THAT(test::refusal(bytes, "application/json"),
                 Catch::Matchers::StartsWith("unsupported_format: "));
      continue;
    }
    if (const auto code = refused_as(track.name); !code.empty()) {
      CHECK_THAT(test::refusal(bytes), Catch::Matchers::StartsWith(code + ": "));
      ++count;
      continue;
    }
    const auto file = test::decoded(bytes);
    REQUIRE(file.fixes.size() == track.fixes.size());
    for (std::size_t i = 0; i < file.fixes.size(); ++i) {
      const auto& a = file.fixes[i];
      const auto& b = track.fixes[i];
      CAPTURE(i, base::to_ms(a.t), base::to_ms(b.t), a.lat_e7, b.lat_e7, a.lon_e7, b.lon_e7);
      REQUIRE(a.seq == b.seq);
      REQUIRE(std::abs((a.t - b.t).count()) <= 1);
      REQUIRE(std::abs(a.lat_e7 - b.lat_e7) <= 10);
      REQUIRE(std::abs(a.lon_e7 - b.lon_e7) <= 10);
      if (track.name != "odd/points_hdop_teleport") // There five metres per hdop were assumed.
        REQUIRE(a.acc_dm == b.acc_dm);
    }
    ++count;
  }
  CHECK(count == 55);
}

TEST_CASE("a real file that was cut off is refused with the line") {
  FIEF_NEEDS_TRACKS();
  const auto why = test::refusal(bytes_of("odd/run_truncated_xml.gpx"), "application/gpx+xml");
  CHECK_THAT(why, Catch::Matchers::StartsWith("malformed_file: line "));
}

TEST_CASE("real files on foot are accepted with territory, as the sport that they name") {
  FIEF_NEEDS_TRACKS();
  int count = 0;
  for (const auto& track : test::real_tracks()) {
    const auto on_foot = track.name.starts_with("good/") || track.name.starts_with("odd/synthetic_")
                         || track.name == "odd/run_hongkong_canyon_noise"
                         || track.name == "odd/hike_two_hikes_missing_times";
    if (!on_foot || is_json(track))
      continue;
    INFO(track.file);
    const auto file = test::decoded(bytes_of(track.file));
    const auto user = declared_by_user(track.name);
    CHECK((file.sport_known || user || file.sport == sport::run));
    const auto result = process(file, user.value_or(file.sport));
    CHECK(result.verdict == game::verdict::accepted);
    CHECK(result.reasons.empty());
    CHECK(result.claims.size() >= 10);
    ++count;
  }
  CHECK(count == 29);
}

TEST_CASE("real files of vehicles and other sports take nothing") {
  FIEF_NEEDS_TRACKS();
  int count = 0;
  for (const auto& track : test::real_tracks()) {
    const auto is_other =
      track.name.starts_with("odd/drive_") || track.name.starts_with("odd/train_")
      || track.name.starts_with("odd/ride_") || track.name.starts_with("odd/mixed_")
      || track.name.starts_with("odd/mtb_") || track.name.starts_with("odd/multisport_")
      || track.name == "odd/swim_openwater_noise" || track.name == "odd/sup_lake_closed_loop"
      || track.name == "odd/ski_pohorje";
    if (!is_other || is_json(track))
      continue;
    INFO(track.file);
    const auto file = test::decoded(bytes_of(track.file));
    const auto as_named = process(file, declared_by_user(track.name).value_or(file.sport));
    CHECK(as_named.claims.empty());
    CHECK((as_named.has(run_reason::vehicle) || as_named.has(run_reason::not_a_territory_sport)
           || as_named.has(run_reason::too_long) || as_named.has(run_reason::no_usable_time)));
    if (file.sport_known)
      CHECK_FALSE(game::takes_territory(file.sport));
    ++count;
  }
  CHECK(count >= 17);
}

TEST_CASE("real files without a usable time, too long, sparse or indoors get that reason") {
  FIEF_NEEDS_TRACKS();
  auto reasons_of = [](const std::string& file) {
    INFO(file);
    const auto result = process(test::decoded(bytes_of(file)), sport::run);
    CHECK(result.claims.empty());
    return std::set<run_reason>{result.reasons.begin(), result.reasons.end()};
  };
  for (const auto* file : {"odd/hike_all_times_1901.gpx", "odd/route_fake_times_hourly.tcx",
                           "odd/drive_leipzig_epoch1970.gpx"})
    CHECK(reasons_of(file).contains(run_reason::no_usable_time));
  for (const auto* file :
       {"odd/mixed_bluehills_14segs_years.gpx", "odd/mixed_osm_api_multi_trk.gpx"})
    CHECK(reasons_of(file).contains(run_reason::too_long));
  for (const auto* file : {"odd/run_17pts_39min_gap.gpx", "odd/points_hdop_teleport.gpx"})
    CHECK(reasons_of(file).contains(run_reason::too_sparse));
  const auto indoor = test::decoded(bytes_of("odd/indoor_no_gps.fit"));
  CHECK(indoor.fixes.empty());
  CHECK(indoor.points_without_place > 100);
  CHECK(indoor.device_duration.has_value());
  CHECK(reasons_of("odd/indoor_no_gps.fit").contains(run_reason::no_fixes));
}

TEST_CASE("one run in two real files is recognised as one") {
  FIEF_NEEDS_TRACKS();
  const game::user_id runner{{1, 1}};
  auto compared = [&](const std::vector<game::fix>& a, const std::vector<game::fix>& b) {
    return game::compare({runner, game::milliseconds{0}, a}, {runner, game::milliseconds{0}, b});
  };
  auto fixes_of = [](const std::string& file) { return test::decoded(bytes_of(file)).fixes; };
  const auto tcx = fixes_of("good/run_london_commute_pair.tcx");
  const auto fit = fixes_of("good/run_london_commute_pair.fit");
  CHECK(compared(tcx, fit) == game::sameness::identical);
  CHECK(compared(fit, tcx) == game::sameness::identical);
  for (const std::string name : {"good/run_london_pair", "odd/ride_london_pair"}) {
    INFO(name);
    const auto watch = fixes_of(name + "_watch.fit");
    const auto& streams = test::real_track_named(name + "_strava_streams").fixes;
    CHECK(compared(watch, streams) == game::sameness::same_run);
    CHECK(compared(streams, watch) == game::sameness::same_run);
  }
  CHECK(compared(fixes_of("good/run_london_thames_loop_2016.fit"),
                 fixes_of("good/run_london_thames_loop_2018.fit"))
        == game::sameness::different);
}
