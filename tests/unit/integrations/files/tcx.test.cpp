#include "tests/support/files/any_track.hpp"
#include "tests/support/files/xml_writer.hpp"
#include "tests/unit/integrations/files/decoded.hpp"

using namespace fief;
using namespace fief::integrations;
using Catch::Matchers::StartsWith;
using test::decoded;
using test::refusal;

namespace {

constexpr auto tcx_type = "application/vnd.garmin.tcx+xml";

std::string database(const std::string& inside) {
  return "<TrainingCenterDatabase>" + inside + "</TrainingCenterDatabase>";
}

std::string point(const std::string& time, const std::string& lat = "45.8") {
  return "<Trackpoint><Time>" + time + "</Time><Position><LatitudeDegrees>" + lat
         + "</LatitudeDegrees><LongitudeDegrees>15.9</LongitudeDegrees></Position></Trackpoint>";
}

std::string lap(const std::string& points) {
  return "<Lap><TotalTimeSeconds>60.5</TotalTimeSeconds><DistanceMeters>150</DistanceMeters><Track>"
         + points + "</Track></Lap>";
}

std::string activity(const std::string& sport, const std::string& laps) {
  return "<Activity Sport='" + sport + "'><Id>2026-05-10T20:00:00Z</Id>" + laps + "</Activity>";
}

std::string activities(const std::string& inside) {
  return database("<Activities>" + inside + "</Activities>");
}

} // namespace

TEST_CASE("a generated TCX reads as the track that it was written from") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = test::any_track(random, 1 + random.below(200));
    for (auto& x : fixes)
      x.acc_dm = game::fix::acc_unknown;
    const auto text = test::tcx_of(fixes);
    const auto file = decoded(text, tcx_type);
    CHECK(file.fixes == fixes);
    CHECK(file.sport == game::sport::run);
    CHECK(file.sport_known);
    CHECK(file.device_distance_m == 200.25);
    CHECK(file.device_duration == base::milliseconds{61'500});
    CHECK(decoded(test::in_utf16(text, seed % 2 == 0), "application/xml").fixes == fixes);
  }
}

TEST_CASE("laps and activities of a TCX follow each other and their totals add up") {
  const auto file = decoded(activities(
    activity("Running", lap(point("2026-05-10T20:00:00Z")) + lap(point("2026-05-10T20:01:00Z")))
    + activity("Running", lap("<Trackpoint><Time>2026-05-10T20:01:30Z</Time></Trackpoint>"
                              + point("2026-05-10T20:02:00Z")))));
  REQUIRE(file.fixes.size() == 3);
  CHECK(file.fixes[2].t == *base::parse_rfc3339("2026-05-10T20:02:00Z"));
  CHECK(file.points_without_place == 1);
  CHECK(file.device_distance_m == 450.0);
  CHECK(file.device_duration == base::milliseconds{181'500});
}

TEST_CASE("the first version of TCX is read, whose runs lie in folders by sport") {
  for (auto [folder, expected] : {std::pair{"Running", game::sport::run},
                                  {"Biking", game::sport::ride},
                                  {"Other", game::sport::other}}) {
    CAPTURE(folder);
    const std::string name{folder};
    const auto file = decoded(database("<History><" + name + " Name='mine'><Week><Run>"
                                       + lap(point("2026-05-10T20:00:00Z")) + "</Run></Week></"
                                       + name + "></History><Courses/>"));
    CHECK(file.fixes.size() == 1);
    CHECK(file.sport == expected);
    CHECK(file.sport_known == (expected != game::sport::other));
  }
}

TEST_CASE("a TCX of several sports is none, and one of Other leaves it to the runner") {
  const auto some = lap(point("2026-05-10T20:00:00Z"));
  const auto both = decoded(activities("<MultiSportSession><FirstSport>" + activity("Running", some)
                                       + "</FirstSport><NextSport>" + activity("Biking", some)
                                       + "</NextSport></MultiSportSession>"));
  CHECK(both.fixes.size() == 2);
  CHECK(both.sport == game::sport::other);
  CHECK(both.sport_known);
  const auto other = decoded(activities(activity("Other", some)));
  CHECK(other.sport == game::sport::other);
  CHECK_FALSE(other.sport_known);
}

TEST_CASE("an activity on a treadmill is one without fixes") {
  const auto file = decoded(activities(
    activity("Running", lap("<Trackpoint><Time>2026-05-10T20:00:00Z</Time></Trackpoint>"))));
  CHECK(file.fixes.empty());
  CHECK(file.points_without_place == 1);
  CHECK(file.device_distance_m == 150.0);
}

TEST_CASE("a TCX without a run is refused with the reason") {
  CHECK_THAT(refusal(database("<Courses><Course>" + lap(point("2026-05-10T20:00:00Z"))
                              + "</Course></Courses>")),
             StartsWith("no_usable_time: a course"));
  CHECK_THAT(refusal(database("<Workouts/>")), StartsWith("no_activity: "));
  CHECK_THAT(refusal(activities(activity("Running", lap(point(""))))),
             StartsWith("no_usable_time: none of 1"));
  CHECK_THAT(refusal(activities(activity("Running", lap(point("2026-05-10T20:00:00Z", "north"))))),
             StartsWith("malformed_file: line 1: the position"));
  CHECK_THAT(refusal(activities(activity("Running", lap(point("soon"))))),
             StartsWith("malformed_file: line 1: the time"));
}
