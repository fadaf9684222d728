#include "actors/event.hpp"
#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""ms;

namespace {

/// User 4 holds event 1, a distance event with a fee of 5 coins, active from `at(0)` to 10 h and
/// settled half an hour later. Users 1 to 3 have 100 coins.
struct contest : actor_world {
  explicit contest(std::uint64_t seed = 1) : actor_world(seed) {
    populate(4);
    auto event = new_event(1, 4);
    event.metric = game::metric::distance;
    put(create_event{event});
  }
  /// Buys and consumes ticket `user` now, runs so far and finishes.
  run_record compete(std::uint64_t user, double metres) {
    must(ask_user(acquire_ticket{ticket_of(user), user_of(user), event_of(1), false}));
    auto started =
      must(ask_user(spend_ticket{user_of(user), ticket_of(user), game::sport::run, caf::none}));
    auto north = 400.0 * static_cast<double>(user);
    return record(*this, user, started.run.id, fixes_of_run(metres, time->value, user, north)).run;
  }
  leaderboard board() { return must(ask_event(get_leaderboard{event_of(1), 0, 50})); }
  void look() { tell(key_of(event_of(1)), look_at_clock{event_of(1)}); }
  [[nodiscard]] const event_record& stored() const { return db->events.at(event_of(1)); }
  [[nodiscard]] std::int64_t coins(std::uint64_t user) const {
    return db->users.at(user_of(user)).account.coins_cents;
  }
  [[nodiscard]] std::int64_t booked(const std::string& kind) const {
    std::int64_t sum = 0;
    for (const auto& [id, row] : db->ledger)
      if (row.entry.cause.rfind(kind + ":", 0) == 0)
        sum += row.entry.amount;
    return sum;
  }
  /// Settled once: user 1 before user 2, and all of the pool paid out.
  void check_settled() {
    CHECK(stored().settled_at);
    CHECK(stored().pool_cents == 1'000);
    CHECK(booked("prize") == 1'000);
    CHECK(coins(1) == 9'500 + 778); // 70 and 20 of 90 parts, the odd cent to the first.
    CHECK(coins(2) == 9'500 + 222);
    auto final = board();
    REQUIRE(final.items.size() == 2);
    CHECK(final.items[0].result.user == user_of(1));
    CHECK(final.items[0].prize_cents == 778);
    CHECK(final.items[1].prize_cents == 222);
  }
  asker organiser() const { return {user_of(4), role_runner | role_organiser}; }
};

/// Two have run, and the clock stands at the cut.
struct raced : contest {
  explicit raced(std::uint64_t seed = 1) : contest(seed) {
    compete(2, 800);
    compete(1, 1'200);
    time->value = at(10 * hour);
  }
};

} // namespace

TEST_CASE("the leaderboard follows the runs and is provisional until it is settled", "[actors]") {
  contest w;
  CHECK(w.board().total == 0);
  CHECK(w.compete(2, 800).state == run_state::accepted);
  auto board = w.board();
  REQUIRE(board.items.size() == 1);
  CHECK(board.items[0].result.user == user_of(2));
  CHECK(board.items[0].username == "runner2");
  CHECK(board.items[0].prize_cents == 500);
  w.compete(1, 1'200);
  w.compete(3, 1'000);
  board = w.board();
  REQUIRE(board.items.size() == 3);
  CHECK(board.items[0].result.user == user_of(1));
  CHECK(board.items[1].result.user == user_of(3));
  CHECK(board.items[2].result.user == user_of(2));
  CHECK(board.items[0].prize_cents == 1'050);
  CHECK_FALSE(board.event.settled_at);
  auto page = must(w.ask_event(get_leaderboard{event_of(1), 1, 1}));
  CHECK(page.total == 3);
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].rank == 2);
  CHECK(must(w.ask_event(get_leaderboard{event_of(1), 9, 5})).items.empty());
  w.kill(key_of(event_of(1))); // The same from the tables.
  CHECK(w.board().items.size() == 3);
  CHECK(w.board().items[1].result.user == user_of(3));
}

TEST_CASE("a complete event settles at its cut, once however often it is looked at", "[actors]") {
  auto seed = GENERATE(range(1, 11));
  CAPTURE(seed);
  raced w{static_cast<std::uint64_t>(seed)};
  w.time->value = at(10 * hour - 1);
  w.look();
  CHECK_FALSE(w.stored().settled_at);
  w.time->value = at(10 * hour);
  if (w.rng.chance(1, 2))
    w.fail_next("settle_event", {store_fault::delay, store_fault::delay});
  for (int times = 0; times < 3; ++times)
    actors::tell(w.directory, key_of(event_of(1)), look_at_clock{event_of(1)});
  w.run_for(40ms);
  w.look();
  CHECK(w.stored().settled_at == at(10 * hour));
  w.check_settled();
}

TEST_CASE("whoever sees an event settled sees its final standings with it", "[actors]") {
  raced w;
  w.fail_next("settle_event", {store_fault::late_answer});
  w.look(); // The feed has told of it, and the answer is on its way.
  REQUIRE(w.stored().settled_at);
  auto between = w.board();
  CHECK((!between.event.settled_at || between.total == 2));
  w.run_for(20ms);
  w.check_settled();
}

TEST_CASE("an open run holds the settlement back until the grace has passed", "[actors]") {
  raced w;
  w.time->value = at(10 * hour - 1);
  must(w.ask_user(acquire_ticket{ticket_of(3), user_of(3), event_of(1), true}));
  must(w.ask_user(spend_ticket{user_of(3), ticket_of(3), game::sport::run, caf::none}));
  w.time->value = at(10 * hour + hour / 2 - 1);
  w.look();
  CHECK_FALSE(w.stored().settled_at);
  SECTION("the runner finishes within the grace") {
    record(w, 3, stored_run(w, game::run_id{ticket_of(3).value}).id,
           part_of(fixes_of_run(300, at(9 * hour)), 1, 90));
    CHECK(w.stored().settled_at == at(10 * hour + hour / 2 - 1));
  }
  SECTION("nothing is heard of him") {
    w.time->value = at(10 * hour + hour / 2);
    w.look();
    w.check_settled();
  }
}

TEST_CASE("an event that CLOCK woke settles by what it was just loaded with", "[actors]") {
  raced w;
  w.kill(key_of(event_of(1)));
  auto before = w.count_of("load_event");
  w.look();
  w.check_settled();
  CHECK(w.count_of("load_event") == before + 1);
}

TEST_CASE("what changed without a word since an event was loaded still counts", "[actors]") {
  raced w;
  w.time->value = at(10 * hour - 1);
  w.kill(key_of(event_of(1)));
  REQUIRE(w.board().items[0].result.user == user_of(1));
  // Another server's word: EVENT here hears nothing.
  w.db->runs.at(game::run_id{ticket_of(2).value}).result->value = 5'000'000;
  ++w.db->events.at(event_of(1)).version;
  w.time->value = at(10 * hour);
  w.look();
  CHECK_FALSE(w.stored().settled_at); // Refused as stale, and loaded anew.
  w.look();
  REQUIRE(w.stored().settled_at);
  CHECK(w.board().items[0].result.user == user_of(2));
}

TEST_CASE("an event that nobody looked at for a week is settled as of its own cut", "[actors]") {
  raced w;
  w.time->value = at(7 * day);
  w.look();
  w.check_settled();
}

TEST_CASE("only what was run before the cut counts", "[actors]") {
  contest w;
  w.time->value = at(10 * hour - 200 * second); // Of 400 s half is too late.
  auto run = w.compete(1, 1'200);
  CHECK(run.state == run_state::accepted);
  CHECK(run.distance_m > 1'100);
  auto board = w.board();
  REQUIRE(board.items.size() == 1);
  CHECK(board.items[0].result.value > 500);
  CHECK(board.items[0].result.value < 700);
}

TEST_CASE("whatever STORE does to a settlement, the pool is paid exactly once", "[actors]") {
  auto fault = GENERATE(store_fault::refuse, store_fault::lose_answer, store_fault::late_answer,
                        store_fault::delay);
  CAPTURE(static_cast<int>(fault));
  raced w;
  w.fail_next("settle_event", {fault});
  w.look();
  w.run_for(20ms);
  w.look(); // CLOCK asks again while it is due.
  w.check_settled();
  CHECK(w.board().event.settled_at);
}

TEST_CASE("a settlement on an old view is refused and made again on the new one", "[actors]") {
  raced w;
  w.fail_next("settle_event", {store_fault::delay});
  actors::tell(w.directory, key_of(event_of(1)), look_at_clock{event_of(1)});
  w.drain();
  w.db->events.at(event_of(1)).pot_cents = 100; // Another server's edit, a moment before the cut.
  ++w.db->events.at(event_of(1)).version;
  w.run_for(20ms);
  CHECK_FALSE(w.stored().settled_at);
  w.look();
  CHECK(w.stored().pool_cents == 1'100);
  CHECK(w.booked("prize") == 1'100);
}

TEST_CASE("two copies of an event settle it once", "[actors]") {
  raced w;
  auto loaded = event_loaded{};
  loaded.event = w.stored();
  w.fail_next("settle_event", {store_fault::delay, store_fault::delay});
  auto copy = w.sys.spawn(actors::event, context_of(w), loaded);
  caf::anon_send(copy, look_at_clock{event_of(1)});
  actors::tell(w.directory, key_of(event_of(1)), look_at_clock{event_of(1)});
  w.run_for(40ms);
  w.check_settled();
  caf::anon_send_exit(copy, caf::exit_reason::user_shutdown);
  w.drain();
}

TEST_CASE("everybody is paid back when nobody finishes", "[actors]") {
  contest w;
  for (std::uint64_t n : {1, 2})
    must(w.ask_user(acquire_ticket{ticket_of(n), user_of(n), event_of(1), false}));
  must(w.ask_user(spend_ticket{user_of(1), ticket_of(1), game::sport::run, caf::none}));
  CHECK(w.coins(1) == 9'500);
  w.time->value = at(10 * hour + hour / 2);
  w.look();
  CHECK(w.stored().settled_at);
  CHECK(w.coins(1) == 10'000);
  CHECK(w.coins(2) == 10'000);
  CHECK(w.stored().pool_cents == 0);
  w.look();
  CHECK(w.booked("refund") == 1'000);
}

// -- changes --------------------------------------------------------------------------------------

TEST_CASE("what may be edited depends on the event's state", "[actors]") {
  contest w;
  auto rename = edit_event{};
  rename.event = event_of(1);
  rename.by = w.organiser();
  rename.name = "Day of the hill";
  auto move = rename;
  move.starts_at = at(hour);
  w.time->value = at(-hour);
  auto moved = must(w.ask_event(move));
  CHECK(moved.starts_at == at(hour));
  CHECK(moved.cut_at == at(10 * hour));
  move.starts_at = at(10 * hour - 1);
  check_refused(w.ask_event(move), errc::event_too_short);
  move.tz = "Nowhere/At_All";
  check_refused(w.ask_event(move), errc::unknown_time_zone);
  w.time->value = at(hour);
  check_refused(w.ask_event(move), errc::event_active);
  rename.pot_cents = 5'000;
  CHECK(must(w.ask_event(rename)).pot_cents == 5'000);
  w.time->value = at(10 * hour);
  check_refused(w.ask_event(rename), errc::event_cut);
  w.look();
  REQUIRE(w.stored().settled_at);
  check_refused(w.ask_event(rename), errc::event_settled);
  check_refused(w.ask_event(call_off_event{event_of(1), w.organiser()}), errc::event_settled);
  CHECK(w.stored().name == "Day of the hill");
}

TEST_CASE("only its organiser and operators change an event", "[actors]") {
  contest w;
  for (auto by : {asker{user_of(1), role_runner}, asker{user_of(1), role_organiser},
                  asker{user_of(4), role_runner}}) {
    auto edit = edit_event{};
    edit.event = event_of(1);
    edit.by = by;
    edit.name = "mine";
    check_refused(w.ask_event(edit), errc::forbidden);
    check_refused(w.ask_event(call_off_event{event_of(1), by}), errc::forbidden);
  }
  CHECK(must(w.ask_event(call_off_event{event_of(1), {user_of(2), role_operator}})).cancelled_at);
}

TEST_CASE("an edit on an old view is refused, and works when it is asked again", "[actors]") {
  contest w;
  must(w.ask_event(get_event{event_of(1)}));
  ++w.db->events.at(event_of(1)).version; // Another server's change.
  auto edit = edit_event{};
  edit.event = event_of(1);
  edit.by = w.organiser();
  edit.name = "Second try";
  check_refused(w.ask_event(edit), errc::stale);
  CHECK(must(w.ask_event(edit)).name == "Second try");
}

TEST_CASE("an event called off stays so and is never settled", "[actors]") {
  raced w;
  w.fail_next("cancel_event", {store_fault::lose_answer});
  check_refused(w.ask_event(call_off_event{event_of(1), w.organiser()}), errc::unavailable);
  CHECK(must(w.ask_event(call_off_event{event_of(1), w.organiser()})).cancelled_at);
  w.time->value = at(11 * hour);
  w.look();
  CHECK_FALSE(w.stored().settled_at);
  CHECK(w.coins(1) == 10'000);
  CHECK(w.coins(2) == 10'000);
  CHECK(w.booked("prize") == 0);
}
