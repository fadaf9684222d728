#include "tests/integration/store/backends.hpp"

using namespace fief::actors;
using namespace fief::test;

namespace {

buy_ticket buy(std::uint64_t ticket, std::uint64_t user) {
  return {ticket_of(ticket), user_of(user), event_of(1), false, at(0)};
}

event_standing standing(std::int32_t rank, std::uint64_t user, std::int64_t prize) {
  return {rank,
          {event_of(1), user_of(user), run_of(user), 100 * rank, at(2 * hour), at(hour)},
          prize,
          ""};
}

/// Three runners with tickets of 500, of whom 1 and 2 have a result.
void race(store_world& world) {
  populate(world, 3, 1'000);
  must(world.write(create_event{new_event(1, 1)}));
  for (std::uint64_t user = 1; user <= 3; ++user)
    must(world.write(buy(user, user)));
  for (std::uint64_t user = 1; user <= 2; ++user)
    run_event(world, user, user, user, 1, static_cast<std::int64_t>(100 * user), hour);
}

settle_event settlement(store_world& world) {
  return {event_of(1),
          load(world, 1).version,
          1'500,
          {standing(1, 1, 1'167), standing(2, 2, 333)},
          at(11 * hour)};
}

} // namespace

TEST_CASE("an event is stored with every field, once per id") {
  store_world world{each_backend()};
  populate(world, 1);
  auto event = new_event(1, 1);
  event.metric = fief::game::metric::territory;
  event.pot_cents = 7;
  event.distance_m = 10'000;
  event.course = {{1, -2}, {3, 4}, {-900'000'000, 1'800'000'000}};
  event.checkpoints = {{5, 6}, {7, 8}};
  event.area = {{9, -10}, 500};
  event.live_spectators = true;
  auto first = must(world.write(create_event{event}));
  auto other = event;
  other.name = "another";
  must(world.write(create_event{other}));
  auto stored = load(world, 1);
  CHECK(stored.version == first.version);
  CHECK(stored.name == event.name);
  CHECK(stored.organiser == user_of(1));
  CHECK(stored.tz == event.tz);
  CHECK(stored.starts_at == event.starts_at);
  CHECK(stored.cut_at == event.cut_at);
  CHECK(stored.settle_at == event.settle_at);
  CHECK(stored.metric == event.metric);
  CHECK(stored.entry_fee_cents == 500);
  CHECK(stored.pot_cents == 7);
  CHECK(stored.distance_m == 10'000);
  CHECK(stored.course == event.course);
  CHECK(stored.checkpoints == event.checkpoints);
  CHECK(stored.area == event.area);
  CHECK(stored.live_spectators);
  CHECK(stored.created_at == event.created_at);
  CHECK_FALSE(stored.settled_at);
  CHECK_FALSE(stored.cancelled_at);
  check_refused(world.read(load_event{event_of(9)}), errc::not_found);
}

TEST_CASE("an edit with an old version is stale, and a sale makes versions old") {
  store_world world{each_backend()};
  populate(world, 1);
  auto event = must(world.write(create_event{new_event(1, 1)}));
  must(world.write(buy(1, 1)));
  event.name = "New name";
  check_refused(world.write(update_event{event, at(0)}), errc::stale);
  event.version = load(world, 1).version;
  auto edited = must(world.write(update_event{event, at(0)}));
  CHECK(edited.name == "New name");
  CHECK(edited.version > event.version);
  CHECK(edited.tickets_sold == 1);
  check_refused(world.write(update_event{event, at(0)}), errc::stale);
  event.version = edited.version;
  check_refused(world.write(update_event{event, at(10 * hour)}), errc::event_cut);
  auto cancelled = must(world.write(cancel_event{event_of(1), at(1)}));
  event.version = cancelled.version;
  check_refused(world.write(update_event{event, at(1)}), errc::event_cancelled);
}

TEST_CASE("a cancelled event pays every ticket back, once") {
  store_world world{each_backend()};
  race(world);
  auto version = load(world, 1).version;
  for (int times = 0; times < 2; ++times) {
    auto cancelled = must(world.write(cancel_event{event_of(1), at(2 * hour + times)}));
    REQUIRE(cancelled.cancelled_at);
    CHECK(*cancelled.cancelled_at == at(2 * hour));
    CHECK(cancelled.tickets_sold == 0);
    CHECK(cancelled.version > version);
  }
  for (std::uint64_t user = 1; user <= 3; ++user) {
    CHECK(account_of(world, user).coins_cents == 1'000);
    CHECK(ledger_of(world, user)[0].cause == "refund:" + to_string(ticket_of(user)));
    auto notices = notices_of(world, user);
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].kind == notice_kind::event_cancelled);
    CHECK(notices[0].amount_cents == 500);
  }
  check_refused(world.write(settle_event{event_of(1), load(world, 1).version, 0, {}, at(day)}),
                errc::event_cancelled);
  check_refused(world.write(cancel_event{event_of(9), at(0)}), errc::not_found);
}

TEST_CASE("payouts happen exactly once, however often and at once an event is settled") {
  store_world world{each_backend()};
  race(world);
  auto settle = settlement(world);
  for (auto& reply : world.write_at_once(std::vector(6, settle))) {
    auto settled = must(reply);
    REQUIRE(settled.settled_at);
    CHECK(settled.pool_cents == 1'500);
  }
  settle.now = at(20 * hour);
  CHECK(*must(world.write(settle)).settled_at == at(11 * hour));
  CHECK(account_of(world, 1).coins_cents == 500 + 1'167);
  CHECK(account_of(world, 2).coins_cents == 500 + 333);
  CHECK(account_of(world, 3).coins_cents == 500);
  auto row = ledger_of(world, 2)[0];
  CHECK(row.cause == "prize:" + to_string(event_of(1)) + ":" + to_string(user_of(2)));
  CHECK(row.amount == 333);
  auto notices = notices_of(world, 2);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].kind == notice_kind::event_result);
  CHECK(notices[0].count == 2);
  CHECK(notices[0].amount_cents == 333);
  auto loaded = must(world.read(load_event{event_of(1)}));
  REQUIRE(loaded.standings.size() == 2);
  CHECK(loaded.standings[0].rank == 1);
  CHECK(loaded.standings[0].username == "runner1");
  CHECK(loaded.standings[1].prize_cents == 333);
  CHECK(loaded.standings[1].result.run == run_of(2));
  check_refused(world.write(cancel_event{event_of(1), at(day)}), errc::event_settled);
  auto edit = loaded.event;
  check_refused(world.write(update_event{edit, at(hour)}), errc::event_settled);
}

TEST_CASE("a settlement of an old version, or of another sum than the pool, pays nothing") {
  store_world world{each_backend()};
  race(world);
  auto settle = settlement(world);
  --settle.version;
  check_refused(world.write(settle), errc::stale);
  ++settle.version;
  ++settle.standings[0].prize_cents;
  CHECK_FALSE(world.write(settle).has_value());
  CHECK_FALSE(load(world, 1).settled_at);
  CHECK(account_of(world, 1).coins_cents == 500);
  settle.event = event_of(9);
  check_refused(world.write(settle), errc::not_found);
}

TEST_CASE("an event that nobody finished pays every ticket back") {
  store_world world{each_backend()};
  race(world);
  settle_event settle{event_of(1), load(world, 1).version, 0, {}, at(11 * hour)};
  for (int times = 0; times < 2; ++times) {
    auto settled = must(world.write(settle));
    CHECK(settled.settled_at);
    CHECK(settled.pool_cents == 0);
  }
  for (std::uint64_t user = 1; user <= 3; ++user)
    CHECK(account_of(world, user).coins_cents == 1'000);
}

TEST_CASE("an event loads with its roster and its results") {
  store_world world{each_backend()};
  race(world);
  must(world.write(consume_ticket{ticket_of(3), new_run(3, 3, hour), at(hour)}));
  auto loaded = must(world.read(load_event{event_of(1)}));
  REQUIRE(loaded.roster.size() == 3);
  for (const auto& entry : loaded.roster) {
    bool is_third = entry.ticket.user == user_of(3);
    CHECK(entry.run_open == is_third);
    CHECK(entry.username.starts_with("runner"));
  }
  REQUIRE(loaded.results.size() == 2);
  for (const auto& result : loaded.results)
    CHECK(result.value == (result.user == user_of(1) ? 100 : 200));
  CHECK(loaded.claims.empty());
  CHECK(loaded.standings.empty());
}
