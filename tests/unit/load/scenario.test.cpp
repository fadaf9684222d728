#include "bench/load/scenario.hpp"
#include "bench/load/options.hpp"

#include <catch2/catch.hpp>

using namespace fief::load;
using Catch::Matchers::Contains;

namespace {

/// Why it is refused; empty when it is not.
std::string refusal_of(const std::string& text) {
  try {
    parse_scenario(text, "x.toml");
    return {};
  } catch (const bad_scenario& error) {
    return error.what();
  }
}

const message_only* refused(const std::variant<load_command, message_only>& parsed) {
  return std::get_if<message_only>(&parsed);
}

template <std::size_t N>
std::variant<load_command, message_only> parsed(const char* const (&arguments)[N],
                                                const char* password = nullptr) {
  return parse_options(static_cast<int>(N), arguments, password);
}

} // namespace

TEST_CASE("the scenarios that ship can be read") {
  for (const auto* name : {"smoke", "city", "rush"}) {
    auto x = read_scenario(scenario_file(name));
    CHECK(x.name == name);
    CHECK(x.people() > 0);
  }
  auto city = read_scenario(scenario_file("city"));
  CHECK(city.runners.count == 2'000);
  CHECK(city.watchers.count == 500);
  auto rush = read_scenario(scenario_file("rush"));
  CHECK(rush.runners.finish_at_s == 21 * 3'600 + 59 * 60 + 30);
}

TEST_CASE("every key of a scenario is taken") {
  auto x = parse_scenario(R"(
name = "all"
duration_s = 30.5
ramp_s = 3
speed = 2
seed = 7
city = "home"
lat = 1.5
lon = -2.5
tz = "Asia/Tokyo"
spread_m = 700
[runners]
count = 3
run_s = [10, 20]
rest_s = [1, 2]
speed_mps = [2, 3]
batch_s = 5
drop_share = 0.5
drop_s = [3, 4]
late_share = 0.25
ticket_share = 1
shapes = ["laps"]
[watchers]
count = 2
box_m = 900
move_every_s = 8
ping_every_s = 9
[buyers]
count = 1
every_s = 0.5
[events]
count = 4
metric = "distance"
fee_cents = 5
pot_cents = 6
grant_cents = 7
)",
                          "x.toml");
  CHECK(x.duration_s == 30.5);
  CHECK(x.where.name == "home");
  CHECK(x.where.tz == "Asia/Tokyo");
  CHECK(x.where.lat == 1.5);
  CHECK(x.runners.run_s.to == 20);
  CHECK(x.runners.shapes == std::vector{shape::laps});
  CHECK(x.watchers.box_m == 900);
  CHECK(x.buyers.every_s == 0.5);
  CHECK(x.events.metric == "distance");
  CHECK(x.people() == 6);
}

TEST_CASE("a wrong scenario is refused by file, key and what is allowed") {
  const std::string some = "[runners]\ncount = 1\n";
  CHECK_THAT(refusal_of("speeed = 2\n" + some),
             Contains("x.toml: speeed:") && Contains("duration_s"));
  CHECK_THAT(refusal_of(some + "drop = 1"),
             Contains("x.toml: runners.drop:") && Contains("drop_share"));
  CHECK_THAT(refusal_of("duration_s = 0\n" + some),
             Contains("duration_s: 0") && Contains("from 1 to 86400"));
  CHECK_THAT(refusal_of("duration_s = \"long\"\n" + some), Contains("not a number"));
  CHECK_THAT(refusal_of("[runners]\ncount = 1.5"),
             Contains("runners.count: is not a whole number"));
  CHECK_THAT(refusal_of(some + "run_s = 5"), Contains("[60, 300]"));
  CHECK_THAT(refusal_of(some + "run_s = [9, 5]"), Contains("first number is greater"));
  CHECK_THAT(refusal_of(some + "shapes = [\"star\"]"),
             Contains("star") && Contains("out_and_back"));
  CHECK_THAT(refusal_of(some + "shapes = []"), Contains("is empty"));
  CHECK_THAT(refusal_of(some + "finish_at = \"25:00:00\""), Contains("HH:MM:SS"));
  CHECK_THAT(refusal_of("speed = 2\n" + some + "finish_at = \"21:00:00\""),
             Contains("--clock-speed"));
  CHECK_THAT(refusal_of("city = \"atlantis\"\n" + some),
             Contains("atlantis") && Contains("zagreb"));
  CHECK_THAT(refusal_of("lat = 3\n" + some), Contains("lat and lon together"));
  CHECK_THAT(refusal_of("runners = 5"), Contains("runners: is not a table"));
  CHECK_THAT(refusal_of("[events]\ncount = 1\nmetric = \"race\"\n" + some),
             Contains("territory, distance"));
  CHECK_THAT(refusal_of("ramp_s = 100\nduration_s = 10\n" + some), Contains("ramp_s"));
  CHECK_THAT(refusal_of("name = \"nobody\""), Contains("nobody plays"));
  CHECK_THAT(refusal_of("= 3"), Contains("x.toml:1:"));
  CHECK(refusal_of(some).empty());
}

TEST_CASE("options override the scenario and wrong ones end with status 2") {
  auto x = parsed({"fief-load", "city", "--runners", "5", "--duration", "20", "--city", "tokyo"});
  const auto& command = std::get<load_command>(x);
  CHECK(command.plan.runners.count == 5);
  CHECK(command.plan.watchers.count == 500);
  CHECK(command.plan.duration_s == 20);
  CHECK(command.plan.ramp_s <= 5);
  CHECK(command.plan.where.tz == "Asia/Tokyo");

  auto unknown = parsed({"fief-load", "city", "--runers", "5"});
  REQUIRE(refused(unknown) != nullptr);
  CHECK(refused(unknown)->status == 2);
  CHECK_THAT(refused(unknown)->text, Contains("--runers"));
  auto missing = parsed({"fief-load", "nowhere"});
  CHECK(refused(missing)->status == 2);
  CHECK_THAT(refused(missing)->text, Contains("smoke, city, rush"));
  auto range = parsed({"fief-load", "smoke", "--speed", "0"});
  CHECK_THAT(refused(range)->text, Contains("--speed") && Contains("from 1 to 1000"));
  auto place = parsed({"fief-load", "smoke", "--city", "atlantis"});
  CHECK_THAT(refused(place)->text, Contains("--city") && Contains("zagreb"));
  auto secret = parsed({"fief-load", "smoke", "--operator", "boss@example.com"});
  CHECK_THAT(refused(secret)->text, Contains("FIEF_LOAD_OPERATOR_PASSWORD"));
  auto given = parsed({"fief-load", "smoke", "--operator", "boss@example.com"}, "secret");
  CHECK(std::get<load_command>(given).preparation.boss->password == "secret");
}

TEST_CASE("help names every option, the scenarios and the exit status") {
  auto x = parsed({"fief-load", "--help"});
  REQUIRE(refused(x) != nullptr);
  CHECK(refused(x)->status == 0);
  for (const auto* word :
       {"--url", "--check", "--html", "--json", "--pid", "--metrics", "--accounts", "--operator",
        "--clock-speed", "--runners", "smoke, city, rush", "Exit status"})
    CHECK_THAT(refused(x)->text, Contains(word));
}
