#include "net/api/track_json.hpp"

#include "game/fix_chunk.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace fief;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""h;

namespace {

/// Due north by so many units of 10^-7 degrees: 100 of them are 1.112 m.
game::fix fix_at(std::uint32_t seq, std::int64_t t_s, std::int32_t north_e7) {
  game::fix x;
  x.seq = seq;
  x.t = base::from_ms(1'778'407'200'000 + 1'000 * t_s);
  x.lat_e7 = 458'100'001 + north_e7;
  x.lon_e7 = -10;
  x.acc_dm = 40;
  return x;
}

actors::run_loaded run_of(const std::vector<std::vector<game::fix>>& chunks) {
  actors::run_loaded x;
  x.run.id = game::run_id{{0x0190'0000'0000'7000, 0x8000'0000'0000'0001}};
  for (const auto& fixes : chunks)
    x.chunks.push_back(
      {fixes.front().seq, static_cast<std::uint32_t>(fixes.size()), game::encode_chunk(fixes)});
  return x;
}

} // namespace

TEST_CASE("a track is written as the contract has it", "[net]") {
  auto run = run_of({{fix_at(3, 2, 500), fix_at(4, 42, 9'000)},
                     {fix_at(1, 0, 0), fix_at(2, 1, 300)},
                     {fix_at(5, 142, 100'000), fix_at(6, 143, 100'300)}});
  run.run.clock_offset = 250ms;
  CHECK(net::track_json(run, game::run_rules{})
        == R"({"run":"01900000-0000-7000-8000-000000000001","points":[)"
           R"([1778407200250,45.8100001,-1e-06,null,"start"],)"
           R"([1778407201250,45.8100301,-1e-06,3.34,"joined"],)"
           R"([1778407202250,45.8100501,-1e-06,2.22,"joined"],)"
           R"([1778407242250,45.8109001,-1e-06,2.36,"bridge"],)"
           R"([1778407342250,45.8200001,-1e-06,null,"broken"],)"
           R"([1778407343250,45.8200301,-1e-06,3.34,"joined"]],"marks":[)"
           R"({"kind":"gap","first":2,"last":3,"value":40},)"
           R"({"kind":"gap","first":3,"last":4,"value":100}],)"
           R"("counts":{"given":6,"impossible":0,"untimed":0,"same_time":0,"inaccurate":0,)"
           R"("spikes":0,"teleports":0,"mock":0,"good":6}})");
}

TEST_CASE("a run without fixes has a track without points", "[net]") {
  CHECK(net::track_json(run_of({}), game::run_rules{})
        == R"({"run":"01900000-0000-7000-8000-000000000001","points":[],"marks":[],)"
           R"("counts":{"given":0,"impossible":0,"untimed":0,"same_time":0,"inaccurate":0,)"
           R"("spikes":0,"teleports":0,"mock":0,"good":0}})");
}

TEST_CASE("what is marked follows the rules and the sport that was declared", "[net]") {
  std::vector<game::fix> fixes;
  for (std::uint32_t i = 0; i < 200; ++i)
    fixes.push_back(fix_at(i + 1, i, static_cast<std::int32_t>(i) * 300));
  auto run = run_of({fixes});
  const std::string mark = R"("marks":[{"kind":"uniform_speed","first":0,"last":190,"value":0}])";
  CHECK(net::track_json(run, game::run_rules{}).find(mark) != std::string::npos);
  game::run_rules lenient;
  lenient.variance_min = 0;
  CHECK(net::track_json(run, lenient).find(R"("marks":[],)") != std::string::npos);
  run.run.sport = game::sport::ride;
  CHECK(net::track_json(run, game::run_rules{}).find(R"("marks":[],)") != std::string::npos);
}

TEST_CASE("a chunk that nobody can read is left out", "[net]") {
  auto run = run_of({{fix_at(1, 0, 0), fix_at(2, 1, 300)}});
  run.chunks.push_back({3, 1, {0xff, 0x00, 0x13}});
  CHECK(net::fixes_of(run).size() == 2);
}
