#include "integrations/files/file_text.hpp"
#include "integrations/files/sport_names.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace fief::integrations;
using game::sport;

TEST_CASE("times of files are read in every form that programs write") {
  const auto expected = base::parse_rfc3339("2026-05-10T20:00:01.250Z");
  REQUIRE(expected);
  for (const auto* text :
       {"2026-05-10T20:00:01.250Z", "2026-05-10T20:00:01.25", "2026-05-10 20:00:01.2509z",
        "2026-05-10T22:00:01,250+02:00", "2026-05-10T22:00:01.250+0200",
        "2026-05-10T22:00:01.25+02", "2026-05-10T14:30:01.250-05:30", "2026-05-10T20:00:01.250 Z",
        "\n  2026-05-10T20:00:01.250000Z  "}) {
    INFO(text);
    CHECK(parse_file_time(text) == expected);
  }
  CHECK(parse_file_time("2026-05-10T20:00Z") == base::parse_rfc3339("2026-05-10T20:00:00Z"));
  CHECK(parse_file_time("1901-12-13T20:45:52.207Z") == base::from_ms(-2147483647793));
}

TEST_CASE("texts that are no times are not read as times") {
  for (const auto* text :
       {"", "Z", "2026-05-10", "2026-13-10T20:00:01Z", "2026-02-30T20:00:01Z",
        "2026-05-10T25:00:01Z", "20:00:01", "10/05/2026 20:00", "2026-05-10T20:00:01.Z",
        "2026-05-10T20:00:01+2:00", "2026-05-10T20:00:01ZZ", "2026-05-10T20:00:01 CET",
        "2026-05-10T20:00:01:02Z", "2026-05-10T20:00:1Z",
        "2026-05-10T20:00:01.0000000000000000000000000000000000000000000000000Zand more"}) {
    INFO(text);
    CHECK_FALSE(parse_file_time(text));
  }
}

TEST_CASE("numbers of files are finite decimals") {
  CHECK(parse_number(" 12.5\n") == 12.5);
  CHECK(parse_number("+1e2") == 100.0);
  CHECK(parse_number("-.5") == -0.5);
  for (const auto* text :
       {"", " ", "nan", "inf", "-INF", "1,5", "0x10", "1 2", "+-1", "1e999", "--1"}) {
    INFO(text);
    CHECK_FALSE(parse_number(text));
  }
}

TEST_CASE("sports are recognised by the words that programs write") {
  for (auto [words, expected] : {std::pair{"running", sport::run},
                                 {"Running", sport::run},
                                 {"9", sport::run},
                                 {"street_running", sport::run},
                                 {"trail_running", sport::trail_run},
                                 {"Trail Run", sport::trail_run},
                                 {"trail_run", sport::trail_run},
                                 {"jogging", sport::run},
                                 {"walking", sport::walk},
                                 {"10", sport::walk},
                                 {"Hike", sport::hike},
                                 {"4", sport::hike},
                                 {"Biking", sport::ride},
                                 {"1", sport::ride},
                                 {"mountain_biking", sport::ride},
                                 {"VirtualRide", sport::other},
                                 {"virtual_run", sport::other},
                                 {"treadmill_running", sport::other},
                                 {"open_water_swimming", sport::swim},
                                 {"cross_country_skiing", sport::ski},
                                 {"Stand Up Paddling", sport::row},
                                 {"2", sport::other},
                                 {"other", sport::other},
                                 {"driving", sport::other}}) {
    INFO(words);
    CHECK(sport_named(words) == expected);
  }
  for (const auto* words : {"", "...", "jkljkl", "uncategorized", "Activity"}) {
    INFO(words);
    CHECK_FALSE(sport_named(words));
  }
}

TEST_CASE("every sport of the game is recognised by its own name") {
  for (auto x : {sport::run, sport::trail_run, sport::walk, sport::hike, sport::ride, sport::swim,
                 sport::ski, sport::row, sport::other})
    CHECK(sport_named(game::to_string(x)) == x);
}
