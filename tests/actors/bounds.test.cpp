#include "actors/area.hpp"
#include "actors/clock.hpp"
#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

namespace {

settings with(void (*change)(settings&)) {
  settings rules;
  change(rules);
  return rules;
}

merge_claims run_of_tiles(actor_world& w, std::uint64_t n, std::uint64_t user,
                          std::uint64_t tiles) {
  std::vector<game::claim> claims;
  for (std::uint64_t tile = 0; tile < tiles; ++tile)
    claims.push_back(new_claim(tile, user, n, 0, 9 * hour));
  w.put_accepted_run(n, user, claims);
  return {area_of_tiles, run_of(n), "runner" + std::to_string(user), claims};
}

} // namespace

TEST_CASE("an AREA with too many claims waiting refuses a run, and takes it once they are merged",
          "[actors]") {
  actor_world w{1, with([](settings& x) {
                  x.tiles_running_max = 2;
                  x.claims_waiting_max = 20;
                })};
  w.populate(3);
  auto first = run_of_tiles(w, 1, 1, 20);
  auto second = run_of_tiles(w, 2, 2, 15);
  w.fail_next("merge_claim", std::vector<store_fault>(2, store_fault::delay));
  auto one = w.send_area(first);
  auto two = w.send_area(second);
  w.drain();
  CHECK(one->answers == 0);
  check_refused(two->outcome(), errc::overloaded);
  w.run_for(1s);
  CHECK(must(one->outcome()).taken == 20);
  CHECK(w.ask_area(second).has_value());
}

TEST_CASE("the stashes of all entities together have a bound", "[actors]") {
  actor_world w{1, with([](settings& x) {
                  x.stash_max = 10;
                  x.stashed_max = 15;
                })};
  w.populate(3);
  w.fail_next("load_user", std::vector<store_fault>(3, store_fault::delay));
  std::vector<asked_ptr<profile>> asked;
  for (auto n = 0; n < 24; ++n) // Eight for each, so no stash alone is full.
    asked.push_back(w.send_user(get_profile{user_of(1 + static_cast<std::uint64_t>(n % 3))}));
  w.drain();
  CHECK(w.status().stashed == 15);
  CHECK(w.status().refused == 9);
  w.run_for(1s);
  auto answered = 0;
  for (const auto& each : asked)
    answered += each->value ? 1 : 0;
  CHECK(answered == 15);
  CHECK(w.status().stashed == 0);
}

TEST_CASE("a user has so many sessions, and a place again when one ends", "[actors]") {
  actor_world w{1, with([](settings& x) { x.sessions_max = 2; })};
  w.populate(1);
  auto gateway = w.open_gateway();
  auto attach = [&](std::uint64_t n) {
    return w.ask_user(attach_session{user_of(1), {gateway, n}, {}, caf::none});
  };
  CHECK(attach(1).has_value());
  CHECK(attach(2).has_value());
  check_refused(attach(3), errc::overloaded);
  CHECK(attach(2).has_value()); // Again, which is no other.
  w.tell(key_of(user_of(1)), detach_session{user_of(1), {gateway, 1}});
  CHECK(attach(3).has_value());
}

TEST_CASE("what is due is not sent again to a STORE that has not answered yet", "[actors]") {
  actor_world w;
  w.populate(1);
  auto claim = new_claim(1, 1, 1, 0, hour);
  w.put_accepted_run(1, 1, {claim});
  w.put(merge_claim{claim, 0, at(0)});
  w.put(close_outbox{run_of(1), 1, at(0)});
  w.time->value = at(5 * hour);
  w.fail_next("settle_mining", std::vector<store_fault>(6, store_fault::delay)); // Three seconds.
  auto commits = 0;
  w.committed = [&](const std::string& operation) { commits += operation == "settle_mining"; };
  w.start_clock();
  w.advance(2s);
  CHECK(commits == 0);
  w.advance(8s);
  CHECK(commits == 1);
  CHECK(w.db->users.at(user_of(1)).account.mining.tiles == 0);
}
