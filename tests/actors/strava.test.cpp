#include "actors/strava.hpp"

#include "actors/strava_choice.hpp"
#include "tests/actors/strava_world.hpp"
#include "tests/support/store/memory_commands.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

namespace {

using state = strava_import_state;

/// Everything at Strava that has to be imported, is, once; nothing waits.
void check_settled(const strava_world& w) {
  for (const auto& [key, row] : w.db->strava_imports)
    CHECK(row.state != state::queued);
  for (const auto& [quarter, used] : w.outside.quarters)
    CHECK(used <= w.outside.quarter_max);
}

} // namespace

TEST_CASE("connecting fetches the runs of the last month, and no others", "[actors]") {
  strava_world w;
  w.add(1, 1);
  w.add(1, 2, -29 * day);
  w.add(1, 3, -31 * day); // Too old.
  w.add(1, 4).sport_type = "Ride";
  w.add(1, 5).manual = true;
  w.add(1, 6).trainer = true;
  w.add(1, 7).flagged = true;
  w.add(1, 8).only_me = true;
  w.add(1, 9).sport_type = "Hike";
  must(w.connect(1));
  w.advance(10s);
  CHECK(w.users.runs.size() == 3);
  CHECK((w.has_run(1, 1) && w.has_run(1, 2) && w.has_run(1, 9)));
  CHECK(w.row(1, 1).state == state::done);
  CHECK(w.row(1, 1).imported);
  CHECK(w.row(1, 1).run == w.run(1, 1));
  CHECK_FALSE(w.db->strava_imports.contains({user_of(1), 4})); // Nothing is kept of them.
  CHECK_FALSE(w.connection(1).look_at);
  check_settled(w);
}

TEST_CASE("who may connect", "[actors]") {
  strava_world w;
  auto refusal = [&](const std::string& state, const std::string& code, const std::string& scope) {
    return w.ask<strava_status>(complete_strava{state, code, scope});
  };
  const auto me = base::to_string(user_of(1));
  check_refused(refusal("forged", "100", "read,activity:read"), errc::forbidden);
  check_refused(refusal(me, "100", "read"), errc::strava_scope_missing);
  check_refused(refusal(me, "100", ""), errc::strava_scope_missing);
  check_refused(refusal(me, "spent", "activity:read"), errc::strava_refused);
  const auto status = must(refusal(me, "100", "read,activity:read"));
  CHECK(status.connection.athlete == 100);
  CHECK(status.connection.sealed.empty()); // Tokens leave no actor.
  check_refused(refusal(base::to_string(user_of(2)), "100", "activity:read"), errc::strava_taken);
  check_refused(refusal(me, "200", "activity:read"), errc::strava_taken);
  CHECK(must(refusal(me, "100", "activity:read_all")).connection.scope == "activity:read_all");
  check_refused(w.ask<strava_status>(get_strava{user_of(2)}), errc::strava_not_connected);
  check_refused(w.ask<store_done>(leave_strava{user_of(2)}), errc::strava_not_connected);
  CHECK(must(w.ask<strava_link>(begin_strava{user_of(1)})).url == "link:" + me);
}

TEST_CASE("a webhook is durable before it is answered, and its run comes at once", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.add(1, 7);
  w.fail_next("note_strava_event", {store_fault::refuse});
  check_refused(w.hook(1, 7), errc::unavailable);
  must(w.hook(1, 7));
  CHECK(w.has_run(1, 7)); // Without a tick.
  must(w.hook(9, 1));     // Of nobody here.
  CHECK(w.db->strava_imports.size() == 1);
}

TEST_CASE("webhooks may come twice, late and in any order", "[actors]") {
  const auto seed = GENERATE(range(1, 40));
  CAPTURE(seed);
  strava_world w{static_cast<std::uint64_t>(seed)};
  base::rng random{static_cast<std::uint64_t>(seed)};
  must(w.connect(1));
  std::vector<std::pair<std::int64_t, bool>> hints;
  auto& activities = w.outside.athletes[100].activities;
  for (int step = 0; step < 60; ++step) {
    const auto id = static_cast<std::int64_t>(1 + random.below(5));
    const auto what = random.below(4);
    if (what == 0) {
      w.add(1, id);
      hints.emplace_back(id, false);
    } else if (what == 1) {
      activities.erase(id);
      hints.emplace_back(id, true);
    } else if (activities.contains(id)) {
      auto& x = activities.at(id);
      if (what == 2)
        x.only_me = !x.only_me;
      else
        x.elapsed_s += 60;
      hints.emplace_back(id, false);
    }
    if (random.chance(1, 3) && !hints.empty()) { // Some of what has gathered, twice even.
      const auto& [of, deleted] = hints[random.below(hints.size())];
      must(w.hook(1, of, deleted));
    }
    if (random.chance(1, 10))
      w.crash();
    if (random.chance(1, 3))
      w.advance(1s);
  }
  for (const auto& [id, deleted] : hints)
    must(w.hook(1, id, deleted));
  w.advance(30s);
  check_settled(w);
  for (std::int64_t id = 1; id <= 5; ++id) {
    const bool wanted = activities.contains(id) && !activities.at(id).only_me;
    CAPTURE(id);
    CHECK(w.has_run(1, id) == wanted);
    if (wanted) {
      CHECK(w.row(1, id).run == w.run(1, id));
      CHECK(w.row(1, id).content == strava_content(activities.at(id)));
    }
  }
}

TEST_CASE("what was taken back at Strava is withdrawn", "[actors]") {
  strava_world w;
  w.add(1, 7);
  must(w.connect(1));
  w.advance(5s);
  REQUIRE(w.has_run(1, 7));
  SECTION("deleted") {
    w.outside.athletes[100].activities.clear();
    must(w.hook(1, 7, true));
    CHECK(w.row(1, 7).reason == "gone");
  }
  SECTION("made private") {
    w.add(1, 7).only_me = true;
    must(w.hook(1, 7));
    CHECK(w.row(1, 7).reason == "private");
  }
  SECTION("it was no run") {
    w.add(1, 7).sport_type = "Ride";
    must(w.hook(1, 7));
    CHECK(w.row(1, 7).reason == "other_sport");
  }
  w.advance(5s);
  CHECK_FALSE(w.has_run(1, 7));
  CHECK(w.row(1, 7).state == state::skipped);
  CHECK_FALSE(w.row(1, 7).imported);
  CHECK(w.row(1, 7).run.is_nil());
  // And given again: a run of its own.
  w.add(1, 7).sport_type = "Run";
  w.outside.athletes[100].activities.at(7).only_me = false;
  must(w.hook(1, 7));
  CHECK(w.has_run(1, 7));
}

TEST_CASE("a forged webhook changes nothing", "[actors]") {
  strava_world w;
  w.add(1, 7);
  must(w.connect(1));
  w.advance(5s);
  const auto run = w.run(1, 7);
  must(w.hook(1, 7, true));
  must(w.deauthorized(1));
  w.advance(5s);
  CHECK(w.run(1, 7) == run);
  CHECK(w.connection(1).state == strava_state::active);
  CHECK_FALSE(w.connection(1).suspect);
}

TEST_CASE("who takes his word back at Strava is gone from here", "[actors]") {
  strava_world w;
  w.add(1, 7);
  w.add(1, 8);
  must(w.connect(1));
  w.advance(5s);
  w.outside.athletes[100].authorized = false;
  SECTION("at once") {
    must(w.deauthorized(1));
  }
  SECTION("with a crash in between") {
    w.fail_next("disconnect_strava", {store_fault::lose_answer});
    must(w.deauthorized(1));
    w.crash();
  }
  w.advance(60s);
  CHECK(w.users.runs.empty());
  CHECK(w.db->strava.empty());
  CHECK(w.db->strava_imports.empty());
  CHECK(w.outside.revocations == 0); // There is nothing to revoke.
}

TEST_CASE("leaving withdraws everything, then tells Strava", "[actors]") {
  strava_world w;
  w.add(1, 7);
  must(w.connect(1));
  w.advance(5s);
  must(w.ask<store_done>(leave_strava{user_of(1)}));
  CHECK(w.users.runs.empty());
  w.advance(5s);
  CHECK(w.outside.revocations == 1);
  CHECK(w.db->strava.empty());
  check_refused(w.ask<strava_status>(get_strava{user_of(1)}), errc::strava_not_connected);
  // He may come back, and somebody else may have been there first.
  must(w.connect(1));
  w.advance(5s);
  CHECK(w.has_run(1, 7));
}

TEST_CASE("leaving waits for what is under way, and outlives a crash", "[actors]") {
  strava_world w;
  w.add(1, 7);
  must(w.connect(1));
  w.fail_next("disconnect_strava", {store_fault::none, store_fault::refuse});
  w.outside.during_streams = [&] { caf::anon_send(w.strava, leave_strava{user_of(1)}); };
  w.add(1, 8);
  must(w.hook(1, 8));
  const bool crashes = GENERATE(false, true);
  if (crashes)
    w.crash();
  w.advance(120s);
  CHECK(w.users.runs.empty());
  CHECK(w.db->strava.empty());
}

TEST_CASE("tokens are changed before they expire, each pair stored before it is used", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.time->value += 6h;
  w.add(1, 7);
  must(w.hook(1, 7));
  CHECK(w.outside.refreshes == 1);
  CHECK(w.has_run(1, 7));
  CHECK(w.connection(1).sealed == "100/2");
  CHECK(w.connection(1).version == 2);
}

TEST_CASE("many webhooks at once refresh once", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.time->value += 6h;
  for (std::int64_t id = 1; id <= 20; ++id) {
    w.add(1, id);
    caf::anon_send(w.strava, strava_event{100, id, false, false});
  }
  w.drain();
  w.advance(10s);
  CHECK(w.outside.refreshes == 1);
  CHECK(w.users.runs.size() == 20);
}

TEST_CASE("a pair that STORE does not take is kept until it does", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.time->value += 6h;
  w.add(1, 7);
  w.fail_next("rotate_strava_tokens", {store_fault::refuse, store_fault::refuse});
  must(w.hook(1, 7));
  CHECK_FALSE(w.has_run(1, 7)); // Not used before it is stored.
  w.advance(5min);
  CHECK(w.outside.refreshes == 1);
  CHECK(w.connection(1).sealed == "100/2");
  CHECK(w.has_run(1, 7));
}

TEST_CASE("a pair that is lost between Strava and the commit breaks the connection, clearly",
          "[actors]") {
  strava_world w;
  w.add(1, 1);
  must(w.connect(1));
  w.advance(5s);
  w.time->value += 6h;
  w.add(1, 7);
  SECTION("the answer never came") {
    w.outside.lose_refresh = true;
    must(w.hook(1, 7));
  }
  SECTION("a crash came before the commit") {
    w.fail_next("rotate_strava_tokens", {store_fault::refuse});
    must(w.hook(1, 7));
    w.crash();
  }
  w.advance(5min);
  CHECK(w.connection(1).state == strava_state::broken);
  CHECK(w.has_run(1, 1)); // What there is stays.
  CHECK(w.row(1, 7).state == state::queued);
  must(w.connect(1)); // The remedy.
  w.advance(5s);
  CHECK(w.connection(1).state == strava_state::active);
  CHECK(w.has_run(1, 7));
}

TEST_CASE("a token that died early is changed once, not for ever", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.add(1, 7);
  w.outside.befalls = {strava_outcome::unauthorized};
  must(w.hook(1, 7));
  CHECK(w.outside.refreshes == 1);
  CHECK(w.has_run(1, 7));
  w.add(1, 8);
  w.outside.befalls = {strava_outcome::unauthorized, strava_outcome::unauthorized};
  must(w.hook(1, 8));
  CHECK(w.connection(1).state == strava_state::broken);
}

TEST_CASE("an outage is waited out", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.add(1, 7);
  w.outside.befalls = {strava_outcome::unavailable, strava_outcome::unavailable};
  must(w.hook(1, 7));
  CHECK(w.row(1, 7).reason == "strava_unavailable");
  CHECK(w.row(1, 7).attempts == 1);
  CHECK(w.row(1, 7).not_before >= w.time->value + 30s);
  w.advance(5min);
  CHECK(w.has_run(1, 7));
}

TEST_CASE("what fails for ever has failed in the end", "[actors]") {
  strava_config config;
  config.attempts_max = 3;
  strava_world w{1, config};
  must(w.connect(1));
  w.advance(5s);
  w.add(1, 7);
  w.outside.befalls = std::deque<strava_outcome>(3, strava_outcome::unavailable);
  must(w.hook(1, 7));
  w.advance(20min, 5s);
  CHECK(w.row(1, 7).state == state::failed);
  must(w.hook(1, 7)); // Until somebody gives a hint.
  CHECK(w.has_run(1, 7));
}

TEST_CASE("an activity without streams is skipped", "[actors]") {
  strava_world w;
  w.add(1, 7);
  w.outside.athletes[100].without_streams.insert(7);
  must(w.connect(1));
  w.advance(5s);
  CHECK(w.row(1, 7).state == state::skipped);
  CHECK(w.row(1, 7).reason == "no_streams");
}

TEST_CASE("an import is done once, whatever fails in between", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.add(1, 7);
  SECTION("the plan's answer is lost") {
    w.fail_next("plan_strava_import", {store_fault::lose_answer});
    must(w.hook(1, 7));
  }
  SECTION("the run's answer is lost") {
    w.users.refuse_import = {errc::unavailable, errc::overloaded};
    must(w.hook(1, 7));
  }
  SECTION("the outcome is not stored") {
    w.fail_next("finish_strava_import", {store_fault::refuse, store_fault::lose_answer});
    must(w.hook(1, 7));
  }
  SECTION("a crash after the run was stored") {
    w.users.refuse_import = {errc::unavailable};
    w.fail_next("finish_strava_import", {store_fault::refuse});
    must(w.hook(1, 7));
    w.crash();
  }
  w.advance(20min, 5s);
  CHECK(w.users.runs.size() == 1);
  CHECK(w.users.ever.size() == 1);
  CHECK(w.row(1, 7).state == state::done);
  CHECK(w.row(1, 7).run == w.run(1, 7));
}

TEST_CASE("a hint that comes while its activity is fetched is looked at again", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.add(1, 7);
  w.outside.during_streams = [&] {
    w.add(1, 7).only_me = true;
    caf::anon_send(w.strava, strava_event{100, 7, false, false});
  };
  must(w.hook(1, 7));
  w.advance(10s);
  CHECK_FALSE(w.has_run(1, 7));
  CHECK(w.row(1, 7).state == state::skipped);
}

TEST_CASE("the limits are kept, and the user is told until when he waits", "[actors]") {
  strava_world w;
  w.outside.quarter_max = 20;
  for (std::int64_t id = 1; id <= 30; ++id)
    w.add(1, id, -id * hour);
  must(w.connect(1));
  w.advance(60s);
  CHECK(w.users.runs.size() == 7); // 16 of 20 without the reserve: two lists, seven times two.
  const auto status = must(w.ask<strava_status>(get_strava{user_of(1)}));
  REQUIRE(status.quota_until);
  CHECK(*status.quota_until > at(15 * 60 * second));
  CHECK(status.connection.queued == 23);
  const auto page = must(w.ask<strava_imports>(get_strava_imports{user_of(1), {}}));
  CHECK(page.items.size() == 30);
  CHECK(page.catch_up_quota_until);
  CHECK_FALSE(page.event_quota_until);
  // The reserve is for what happens now.
  w.add(1, 99);
  must(w.hook(1, 99));
  CHECK(w.has_run(1, 99));
  w.advance(2h, 5s);
  CHECK(w.users.runs.size() == 31);
  check_settled(w);
}

TEST_CASE("a refusal by the limits costs an import nothing", "[actors]") {
  strava_world w;
  must(w.connect(1));
  w.advance(5s);
  w.add(1, 7);
  w.outside.befalls = {strava_outcome::rate_limited};
  must(w.hook(1, 7));
  CHECK_FALSE(w.has_run(1, 7));
  CHECK(w.row(1, 7).attempts == 0);
  w.advance(16min, 5s);
  CHECK(w.has_run(1, 7));
}

TEST_CASE("the queue is shared fairly", "[actors]") {
  strava_world w;
  w.outside.quarter_max = 40;
  for (std::int64_t id = 1; id <= 60; ++id)
    w.add(1, id, -id * hour); // One who brought a year.
  for (std::uint64_t user = 2; user <= 5; ++user)
    for (std::int64_t id = 1; id <= 3; ++id)
      w.add(user, static_cast<std::int64_t>(user * 1'000) + id);
  must(w.connect(1));
  w.advance(2s);
  for (std::uint64_t user = 2; user <= 5; ++user)
    must(w.connect(user));
  w.advance(1h, 5s);
  std::map<std::int64_t, std::ptrdiff_t> last; // The place at which somebody was through.
  for (std::size_t i = 0; i < w.outside.streamed.size(); ++i)
    last[w.outside.streamed[i]] = static_cast<std::ptrdiff_t>(i);
  for (std::int64_t who = 200; who <= 500; who += 100) {
    CAPTURE(who);
    CHECK(std::ranges::count(w.outside.streamed, who) == 3);
    CHECK(last.at(who) < 40); // 12 of others, and as many of the first as are fair.
  }
  w.advance(3h, 5s);
  CHECK(w.users.runs.size() == 72);
  check_settled(w);
}

TEST_CASE("after a time without contact what was missed is fetched", "[actors]") {
  strava_world w;
  w.add(1, 1);
  must(w.connect(1));
  must(w.connect(2));
  w.advance(2min);
  const auto lists = w.count_of("enqueue_strava_imports");
  w.crash(); // A short one: Strava tries its webhooks again.
  w.advance(2min);
  CHECK(w.count_of("enqueue_strava_imports") == lists);
  w.time->value += 5h;
  w.add(1, 7, 3 * hour);
  w.crash();
  w.advance(2min);
  CHECK(w.has_run(1, 7));
  CHECK(w.users.imports == 2); // The first was known.
}

TEST_CASE("athletes who do nothing cost nothing", "[actors]") {
  strava_world w;
  const game::mining_rules mining;
  memory_change change{*w.db, mining};
  for (std::uint64_t n = 10; n < 1'010; ++n) {
    must(apply(change, new_user(n)));
    strava_connection x;
    x.user = user_of(n);
    x.athlete = static_cast<std::int64_t>(n * 100);
    x.sealed = std::to_string(x.athlete) + "/1";
    x.expires_at = at(day);
    must(apply(change, connect_strava{x}));
  }
  w.advance(2min);
  const auto before = w.outside.quarters;
  const auto looks = w.count_of("find_strava_due");
  const auto contacts = w.count_of("note_strava_contact");
  w.advance(10min);
  CHECK(w.outside.quarters == before); // Not a request.
  CHECK(w.outside.refreshes == 0);
  CHECK(w.count_of("find_strava_due") - looks <= 11); // One a minute for all of them.
  CHECK(w.count_of("note_strava_contact") - contacts <= 11);
}
