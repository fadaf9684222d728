#include "actors/user.hpp"
#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

namespace {

/// One user who has just started run 1; the clock stands at the end of its fixes.
struct running : actor_world {
  explicit running(std::uint64_t seed = 1) : actor_world(seed) {
    populate(2);
    must(ask_user(start_of(1, 1)));
    fixes = fixes_of_run(900, at(0), seed);
    total = static_cast<std::uint32_t>(fixes.size());
    time->value = fixes.back().t;
  }
  auto add(std::uint32_t first, std::uint32_t last) {
    return send_user(fixes_for(1, id, part_of(fixes, first, last)));
  }
  auto finish() { return send_user(finish_of(1, id, total)); }
  recording_run held() { return must(ask_user(get_recording_run{user_of(1)})); }
  const run_recording* recording() const {
    return peek<user_actor, user_state>(key_of(user_of(1))).recording();
  }

  game::run_id id = run_of(1);
  std::vector<game::fix> fixes;
  std::uint32_t total = 0;
};

std::vector<game::seq_range> ranges(std::initializer_list<game::seq_range> xs) {
  return {xs};
}

} // namespace

// -- recording ------------------------------------------------------------------------------------

TEST_CASE("a user records one run at a time, and starting it again is the same start", "[actors]") {
  running w;
  auto again = must(w.ask_user(start_of(1, 1)));
  CHECK_FALSE(again.created);
  CHECK(again.run.id == w.id);
  check_refused(w.ask_user(start_of(1, 2)), errc::run_in_progress);
  CHECK(w.held().run == w.id);
  CHECK(must(w.ask_user(start_of(2, 3))).created);
}

TEST_CASE("a run whose start was committed, with the answer lost, is found again", "[actors]") {
  actor_world w;
  w.populate(1);
  w.fail_next("create_run", {store_fault::lose_answer});
  check_refused(w.ask_user(start_of(1, 1)), errc::unavailable);
  SECTION("by the same start") {
    CHECK(must(w.ask_user(start_of(1, 1))).run.id == run_of(1));
  }
  SECTION("by another start, which it is in the way of") {
    check_refused(w.ask_user(start_of(1, 2)), errc::run_in_progress);
  }
  SECTION("by CLOCK") {
    w.tell(key_of(user_of(1)), resume_unfinished{user_of(1)});
  }
  CHECK(must(w.ask_user(get_recording_run{user_of(1)})).run == run_of(1));
  auto fixes = part_of(fixes_of_run(900, at(0)), 1, 5);
  CHECK(must(w.ask_user(fixes_for(1, run_of(1), fixes))).ack == 5);
}

TEST_CASE("an ack leaves only after the commit", "[actors]") {
  running w;
  w.fail_next("append_fixes", {store_fault::delay});
  auto reply = w.add(1, 50);
  w.drain();
  CHECK(reply->answers == 0);
  CHECK(w.held().ack == 0);
  w.run_for(20ms);
  REQUIRE(reply->value);
  CHECK(reply->value->ack == 50);
  CHECK(stored_fixes(w, w.id).size() == 50);
}

TEST_CASE("what STORE refused is not acknowledged, and is taken when it comes again", "[actors]") {
  running w;
  w.fail_next("append_fixes", {store_fault::refuse});
  auto lost = w.add(1, 50);
  w.drain();
  check_refused(lost->outcome(), errc::unavailable);
  CHECK(w.held().ack == 0);
  CHECK(must(w.answered(w.add(51, 100))).ack == 0);
  CHECK(w.held().want == ranges({{1, 50}}));
  CHECK(must(w.answered(w.add(1, 100))).ack == 100);
  CHECK(stored_fixes(w, w.id) == part_of(w.fixes, 1, 100));
}

TEST_CASE("holes are named and filled in any order", "[actors]") {
  running w;
  must(w.answered(w.add(1, 10)));
  must(w.answered(w.add(41, 50)));
  auto reply = must(w.answered(w.add(21, 30)));
  CHECK(reply.ack == 10);
  CHECK(reply.want == ranges({{11, 20}, {31, 40}}));
  reply = must(w.answered(w.add(5, 35))); // Partly known already.
  CHECK(reply.ack == 35);
  CHECK(reply.want == ranges({{36, 40}}));
  CHECK(must(w.answered(w.add(36, 40))).ack == 50);
  CHECK(stored_fixes(w, w.id) == part_of(w.fixes, 1, 50));
}

TEST_CASE("the first of two fixes with one seq wins, and the other is counted", "[actors]") {
  running w;
  must(w.answered(w.add(1, 10)));
  auto other = part_of(w.fixes, 5, 5);
  other[0].lat_e7 += 1'000;
  CHECK(must(w.ask_user(fixes_for(1, w.id, other))).ack == 10);
  CHECK(w.recording()->contradictions() == 1);
  CHECK(must(w.answered(w.add(5, 5))).ack == 10); // The same again is no contradiction.
  CHECK(w.recording()->contradictions() == 1);
  CHECK(stored_fixes(w, w.id) == part_of(w.fixes, 1, 10));
}

TEST_CASE("a batch with one impossible fix is refused whole", "[actors]") {
  running w;
  auto refused = [&](errc why, auto spoil) {
    auto batch = part_of(w.fixes, 1, 10);
    spoil(batch[7]);
    check_refused(w.ask_user(fixes_for(1, w.id, batch)), why);
    CHECK(w.held().ack == 0);
    CHECK(stored_fixes(w, w.id).empty());
  };
  auto now = w.time->value;
  refused(errc::fix_in_future, [&](game::fix& x) { x.t = now + game::milliseconds{5'001}; });
  refused(errc::fix_too_old,
          [](game::fix& x) { x.t = game::fix_limits::first_instant - game::milliseconds{1}; });
  refused(errc::too_many_fixes, [](game::fix& x) { x.seq = 50'001; });
  refused(errc::fix_out_of_range, [](game::fix& x) { x.seq = 0; });
  refused(errc::fix_out_of_range, [](game::fix& x) { x.lat_e7 = 900'000'001; });
  refused(errc::fix_out_of_range, [](game::fix& x) { x.lon_e7 = -1'800'000'001; });
  auto latest = part_of(w.fixes, 1, 1);
  latest[0].t = now + game::milliseconds{5'000};
  CHECK(must(w.ask_user(fixes_for(1, w.id, latest))).ack == 1);
}

TEST_CASE("times are corrected by the device's clock as it stood at the start", "[actors]") {
  actor_world w;
  w.populate(1);
  auto start = start_of(1, 1);
  start.device_time = at(3 * hour); // Three hours ahead of the server.
  CHECK(must(w.ask_user(start)).run.clock_offset == std::chrono::hours{-3});
  auto fixes = part_of(fixes_of_run(900, at(3 * hour)), 1, 5);
  CHECK(must(w.ask_user(fixes_for(1, run_of(1), fixes))).ack == 5);
  auto more = fixes_for(1, run_of(1), part_of(fixes_of_run(900, at(3 * hour)), 6, 6));
  more.fixes[0].t = at(3 * hour + 6 * second);
  check_refused(w.ask_user(more), errc::fix_in_future);
  more.fixes[0].t = at(3 * hour + second);
  more.device_time = at(3 * hour + 130 * second); // It has jumped since.
  CHECK(must(w.ask_user(more)).ack == 6);
  CHECK(stored_run(w, run_of(1)).drift_max == 130s);
}

TEST_CASE("fixes go to the run that is being recorded and to no other", "[actors]") {
  running w;
  check_refused(w.ask_user(fixes_for(2, w.id, part_of(w.fixes, 1, 5))), errc::not_found);
  check_refused(w.ask_user(fixes_for(1, run_of(9), part_of(w.fixes, 1, 5))), errc::not_found);
  record(w, 1, w.id, w.fixes);
  check_refused(w.answered(w.add(1, 5)), errc::run_not_recording);
}

TEST_CASE("however STORE fails, an acknowledged fix is durable and none is lost", "[actors]") {
  auto seed = GENERATE(range(1, 41));
  CAPTURE(seed);
  running w{static_cast<std::uint64_t>(seed)};
  base::rng faults{static_cast<std::uint64_t>(seed) * 77};
  w.weather = [&](const std::string& operation) {
    if (operation != "append_fixes" || !faults.chance(1, 2))
      return store_fault::none;
    constexpr store_fault kinds[] = {store_fault::refuse, store_fault::lose_answer,
                                     store_fault::delay};
    return kinds[faults.below(3)];
  };
  std::uint32_t ack = 0;
  for (int round = 0; ack < w.total; ++round) {
    REQUIRE(round < 500);
    if (round == 200)
      w.weather = {};
    std::vector<asked_ptr<fixes_stored>> replies;
    for (int n = 0; n < 3; ++n) { // The phone sends anything from its ack on, unordered.
      auto first = ack + 1 + static_cast<std::uint32_t>(w.rng.below(w.total - ack));
      replies.push_back(w.add(std::min(first, ack + 60), first + 40));
    }
    replies.push_back(w.add(ack + 1, ack + 30));
    w.run_for(30ms, 10ms);
    auto before = ack; // Replies of one round may overtake each other.
    for (const auto& reply : replies)
      if (reply->value) {
        REQUIRE(reply->value->ack >= before);
        ack = std::max(ack, reply->value->ack);
      }
    auto stored = stored_fixes(w, w.id);
    REQUIRE(stored.size() >= ack);
    for (std::uint32_t n = 0; n < ack; ++n)
      REQUIRE(stored[n] == w.fixes[n]);
  }
  w.weather = {};
  auto done = must(w.answered(w.finish()));
  CHECK_FALSE(done.missing);
  CHECK(done.run.state == run_state::accepted);
  CHECK(stored_fixes(w, w.id) == w.fixes);
}

// -- who sees it ----------------------------------------------------------------------------------

TEST_CASE("provisional tiles go to the recording session only, and are part of the final ones",
          "[actors]") {
  running w;
  auto gateway = w.open_gateway();
  auto other = w.open_gateway();
  must(w.ask_user(attach_session{user_of(1), {gateway, 1}, w.id, caf::none}));
  must(w.ask_user(attach_session{user_of(1), {other, 2}, {}, caf::none}));
  std::vector<game::tile_id> told;
  for (std::uint32_t first = 1; first <= w.total; first += 60)
    must(w.answered(w.add(first, first + 59)));
  for (const auto& push : w.heard(gateway).passed) {
    CHECK(push.session == 1);
    told.insert(told.end(), push.tiles.begin(), push.tiles.end());
  }
  CHECK(told.size() > 3);
  CHECK(w.heard(other).passed.empty());
  must(w.answered(w.finish()));
  std::ranges::sort(told);
  CHECK(std::ranges::adjacent_find(told) == told.end());
  CHECK(std::ranges::includes(tiles_of(w, 1), told));
}

TEST_CASE("another session takes the recording over and the first one hears of it", "[actors]") {
  running w;
  auto first = w.open_gateway();
  auto second = w.open_gateway();
  must(w.ask_user(attach_session{user_of(1), {first, 1}, w.id, caf::none}));
  must(w.answered(w.add(1, 200)));
  auto attached = must(w.ask_user(attach_session{user_of(1), {second, 2}, w.id, caf::none}));
  CHECK(attached.run.run == w.id);
  CHECK(attached.run.ack == 200);
  REQUIRE(w.heard(first).superseded.size() == 1);
  CHECK(w.heard(first).superseded[0].session == 1);
  CHECK(w.heard(first).superseded[0].run == w.id);
  REQUIRE(w.heard(second).passed.size() == 1); // All of them so far.
  auto so_far = w.heard(first).passed.size();
  must(w.answered(w.add(201, w.total)));
  CHECK(w.heard(first).passed.size() == so_far);
  CHECK(w.heard(second).passed.size() == 2);
  must(w.ask_user(attach_session{user_of(1), {second, 2}, w.id, caf::none}));
  CHECK(w.heard(second).superseded.empty()); // It was its own already.
  check_refused(w.ask_user(attach_session{user_of(1), {second, 3}, run_of(9), caf::none}),
                errc::not_found);
}

TEST_CASE("a USER that dies in the middle goes on from what is stored", "[actors]") {
  auto seed = GENERATE(range(1, 11));
  CAPTURE(seed);
  running w{static_cast<std::uint64_t>(seed)};
  running undisturbed{static_cast<std::uint64_t>(seed)};
  must(undisturbed.answered(undisturbed.add(1, 150)));
  must(w.answered(w.add(1, 100)));
  must(w.answered(w.add(121, 150)));
  w.kill(key_of(user_of(1)));
  auto held = w.held();
  CHECK(held.run == w.id);
  CHECK(held.ack == 100);
  CHECK(held.want == ranges({{101, 120}}));
  CHECK(must(w.answered(w.add(101, 120))).ack == 150);
  CHECK(w.recording()->passed() == undisturbed.recording()->passed());
  must(w.answered(w.add(151, w.total)));
  must(undisturbed.answered(undisturbed.add(151, w.total)));
  CHECK(must(w.answered(w.finish())).run.state == run_state::accepted);
  must(undisturbed.answered(undisturbed.finish()));
  CHECK(tiles_of(w, 1) == tiles_of(undisturbed, 1));
}
