#include "integrations/strava/api_codec.hpp"

#include "game/fix.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace fief;
using namespace fief::integrations;
using actors::strava_outcome;

namespace {

const std::string activity_json = R"({"id": 12345678987654321, "athlete": {"id": 134815},
  "sport_type": "TrailRun", "type": "Run", "start_date": "2026-01-10T07:02:13Z",
  "start_date_local": "2026-01-10T08:02:13Z", "distance": 5012.34, "moving_time": 1621,
  "elapsed_time": 1650, "trainer": false, "manual": false, "private": false,
  "visibility": "everyone", "flagged": false, "start_latlng": [], "other": {"deep": [1]}})";

base::instant start() {
  return base::from_ms(1'768'028'533'000);
}

std::string with(const std::string& from, const std::string& to) {
  auto text = activity_json;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

TEST_CASE("an activity is read as the description has it, with ids above 2^53", "[integrations]") {
  const auto x = read_activity(activity_json);
  REQUIRE(x);
  CHECK(x->id == 12345678987654321);
  CHECK(x->athlete == 134815);
  CHECK(x->sport_type == "TrailRun");
  CHECK(x->start == start()); // UTC, never the local one that ends in Z too.
  CHECK(x->elapsed_s == 1650);
  CHECK(x->distance_dm == 50123);
  CHECK_FALSE((x->manual || x->trainer || x->flagged || x->only_me));
}

TEST_CASE("what makes an activity none of ours is read", "[integrations]") {
  CHECK(read_activity(with(R"("trainer": false)", R"("trainer": true)"))->trainer);
  CHECK(read_activity(with(R"("manual": false)", R"("manual": true)"))->manual);
  CHECK(read_activity(with(R"("flagged": false)", R"("flagged": true)"))->flagged);
  CHECK(read_activity(with(R"("private": false)", R"("private": true)"))->only_me);
  CHECK(read_activity(with(R"("everyone")", R"("only_me")"))->only_me);
  CHECK_FALSE(read_activity(with(R"("everyone")", R"("followers_only")"))->only_me);
}

TEST_CASE("an activity without what it needs is none", "[integrations]") {
  for (const auto& [from, to] : {std::pair{"12345678987654321", "\"text\""},
                                 {"12345678987654321", "99999999999999999999"},
                                 {"2026-01-10T07:02:13Z", "yesterday"},
                                 {"TrailRun", ""}})
    CHECK_FALSE(read_activity(with(from, to)));
  for (const std::string text : {"", "[]", "{", "null", "{\"id\": 1}"})
    CHECK_FALSE(read_activity(text));
  CHECK(read_activity(with("5012.34", "-1"))->distance_dm == 0);
  CHECK(read_activity(with("1650", "1e300"))->elapsed_s == 0);
}

TEST_CASE("a page counts what it cannot read, so that it is not taken for the last",
          "[integrations]") {
  CHECK(read_activities("[]")->count == 0);
  const auto page = read_activities("[" + activity_json + ", {}, 7]");
  REQUIRE(page);
  CHECK(page->count == 3);
  CHECK(page->items.size() == 1);
  CHECK_FALSE(read_activities(R"({"message": "no"})"));
}

TEST_CASE("streams are read in both forms", "[integrations]") {
  const auto text = GENERATE(
    as<std::string>{},
    R"({"time": {"data": [0, 5, 10]}, "latlng": {"data": [[52.5163, 13.3777], [], [-1.5, 2]]}})",
    R"([{"type": "latlng", "data": [[52.5163, 13.3777], [], [-1.5, 2]]},
        {"type": "time", "data": [0, 5, 10]}])");
  const auto fixes = read_streams(text, start());
  REQUIRE(fixes);
  REQUIRE(fixes->size() == 2); // A point without a place is left out.
  CHECK((*fixes)[0].seq == 1);
  CHECK((*fixes)[0].t == start());
  CHECK((*fixes)[0].lat_e7 == 525'163'000);
  CHECK((*fixes)[0].lon_e7 == 133'777'000);
  CHECK((*fixes)[0].acc_dm == game::fix::acc_unknown);
  CHECK((*fixes)[0].steps == game::fix::steps_unknown);
  CHECK((*fixes)[1].seq == 2);
  CHECK((*fixes)[1].t == start() + std::chrono::seconds{10});
  CHECK((*fixes)[1].lat_e7 == -15'000'000);
}

TEST_CASE("streams that are short of something give what there is", "[integrations]") {
  CHECK(read_streams("{}", start())->empty());
  CHECK(read_streams("[]", start())->empty());
  CHECK(read_streams(R"({"time": {"data": [0]}})", start())->empty());
  CHECK(read_streams(R"({"time": {"data": [0, 1]}, "latlng": {"data": [[1, 2]]}})", start())->size()
        == 1);
  CHECK(read_streams(R"({"time": {"data": [-1, "x", 1e9]},
                        "latlng": {"data": [[1, 2], [1, 2], [1, 2]]}})",
                     start())
          ->empty());
  CHECK(read_streams(R"({"time": {"data": [0, 1, 2]},
                        "latlng": {"data": [[91, 2], [1, 181], ["a", 2]]}})",
                     start())
          ->empty());
  CHECK_FALSE(read_streams("7", start()));
  CHECK_FALSE(read_streams("{", start()));
}

TEST_CASE("answers of Strava's streams are read", "[integrations]") {
  const auto* folder = std::getenv("FIEF_TRACKS");
  const std::filesystem::path tracks = folder != nullptr ? folder : "../shared/tracks";
  if (!std::filesystem::exists(tracks)) {
    WARN("there is no " << tracks << ": set FIEF_TRACKS");
    return;
  }
  int found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{tracks}) {
    if (!entry.path().filename().string().ends_with("_strava_streams.json"))
      continue;
    ++found;
    CAPTURE(entry.path());
    const auto fixes = read_streams(content_of(entry.path()), start());
    REQUIRE(fixes);
    CHECK(fixes->size() > 100);
    CHECK(std::ranges::is_sorted(*fixes, {}, &game::fix::t));
  }
  CHECK(found == 2);
}

TEST_CASE("tokens are read whole or not at all, and travel as one text", "[integrations]") {
  const auto x = read_tokens(R"({"token_type": "Bearer", "expires_at": 1568775134,
    "expires_in": 20566, "refresh_token": "e5n567567", "access_token": "a4b945687g",
    "athlete": {"id": 134815, "username": "runner"}})");
  REQUIRE(x);
  CHECK(x->athlete == 134815);
  CHECK(x->expires_in_s == 20566);
  const auto back = split_tokens(join_tokens(*x));
  REQUIRE(back);
  CHECK(back->access == "a4b945687g");
  CHECK(back->refresh == "e5n567567");
  CHECK(read_tokens(R"({"access_token": "a", "refresh_token": "r", "expires_in": 1})")->athlete
        == 0);
  for (const std::string text :
       {"{}", R"({"access_token": "a"})", R"({"access_token": "a", "refresh_token": ""})",
        R"({"access_token": "a b", "refresh_token": "r", "expires_in": 1})",
        R"({"access_token": "a\r\n", "refresh_token": "r", "expires_in": 1})",
        R"({"access_token": "a", "refresh_token": "r", "expires_in": -1})", "[]", ""})
    CHECK_FALSE(read_tokens(text));
}

TEST_CASE("rate windows and the clock are read from headers", "[integrations]") {
  http_answer answer;
  answer.headers = {{"x-ratelimit-limit", "200,2000"},
                    {"x-ratelimit-usage", "7, 80"},
                    {"x-readratelimit-limit", "100,1000"},
                    {"x-readratelimit-usage", "5,6"},
                    {"date", "Sat, 10 Jan 2026 07:02:13 GMT"}};
  const auto x = read_rates(answer);
  CHECK((x.quarter.limit == 200 && x.day.limit == 2000));
  CHECK((x.quarter.usage == 7 && x.day.usage == 80));
  CHECK((x.read_quarter.limit == 100 && x.read_day.usage == 6));
  CHECK(x.server_time == start());
  answer.headers = {{"x-ratelimit-limit", "lots"}, {"x-readratelimit-limit", "5"}, {"date", "now"}};
  const auto none = read_rates(answer);
  CHECK((none.quarter.limit == 0 && none.read_quarter.limit == 0));
  CHECK(none.server_time == base::instant{});
}

TEST_CASE("a status means what the description says", "[integrations]") {
  CHECK(outcome_of(200) == strava_outcome::done);
  CHECK(outcome_of(401) == strava_outcome::unauthorized);
  CHECK(outcome_of(403) == strava_outcome::forbidden);
  CHECK(outcome_of(404) == strava_outcome::not_found);
  CHECK(outcome_of(429) == strava_outcome::rate_limited);
  CHECK(outcome_of(400) == strava_outcome::refused);
  for (auto status : {0, 302, 500, 502, 503, 504})
    CHECK(outcome_of(status) == strava_outcome::unavailable);
}
