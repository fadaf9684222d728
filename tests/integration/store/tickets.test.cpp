#include "tests/integration/store/backends.hpp"

using namespace fief::actors;
using namespace fief::test;

namespace {

buy_ticket buy(std::uint64_t ticket, std::uint64_t user, std::int64_t now_ms = 0) {
  return {ticket_of(ticket), user_of(user), event_of(1), false, at(now_ms)};
}

consume_ticket consume(std::uint64_t ticket, std::uint64_t user, std::uint64_t run,
                       std::int64_t now_ms) {
  return {ticket_of(ticket), new_run(run, user, now_ms), at(now_ms)};
}

void open_event(store_world& world, std::uint64_t users, std::int64_t fee_cents = 500) {
  populate(world, users, 1'000);
  must(world.write(create_event{new_event(1, 1, fee_cents)}));
}

} // namespace

TEST_CASE("a ticket is bought once for its fee") {
  store_world world{each_backend()};
  open_event(world, 2);
  for (int times = 0; times < 3; ++times) {
    auto bought = must(world.write(buy(1, 1)));
    CHECK(bought.held.ticket.id == ticket_of(1));
    CHECK(bought.held.ticket.price_cents == 500);
    CHECK(bought.held.ticket.state == ticket_state::unused);
    CHECK(bought.held.event.tickets_sold == 1);
    CHECK(bought.account.coins_cents == 500);
  }
  check_refused(world.write(buy(2, 1)), errc::ticket_exists);
  auto ledger = ledger_of(world, 1);
  REQUIRE(ledger.size() == 2);
  CHECK(ledger[0].cause == "ticket:" + to_string(ticket_of(1)));
  CHECK(ledger[0].amount == -500);
  auto loaded = must(world.read(load_user{user_of(1)}));
  REQUIRE(loaded.tickets.size() == 1);
  CHECK(loaded.tickets[0].ticket.id == ticket_of(1));
  CHECK(loaded.tickets[0].event.name == "Night of hill 1");
}

TEST_CASE("buying is refused for its named reasons and takes nothing") {
  store_world world{each_backend()};
  open_event(world, 3, 1'001);
  check_refused(world.write(buy(1, 1)), errc::insufficient_coins);
  for (auto shown : {1'000, 1'002}) {
    auto other = buy(1, 1);
    other.shown_cents = shown;
    check_refused(world.write(other), errc::price_changed);
  }
  check_refused(world.write(buy(1, 1, 10 * hour)), errc::event_cut);
  check_refused(world.write(buy(1, 9)), errc::not_found);
  auto unknown = buy(1, 1);
  unknown.event = event_of(9);
  check_refused(world.write(unknown), errc::not_found);
  must(world.write(cancel_event{event_of(1), at(0)}));
  check_refused(world.write(buy(1, 1)), errc::event_cancelled);
  must(world.write(create_event{new_event(2, 1, 0)}));
  must(world.write(settle_event{event_of(2), load(world, 2).version, 0, {}, at(11 * hour)}));
  unknown.event = event_of(2);
  check_refused(world.write(unknown), errc::event_settled);
  CHECK(account_of(world, 1).coins_cents == 1'000);
}

TEST_CASE("two tickets of one event bought at once give one and cost one fee") {
  store_world world{each_backend()};
  open_event(world, 1);
  auto replies = world.write_at_once(std::vector{buy(1, 1), buy(2, 1), buy(3, 1)});
  int bought = 0;
  for (auto& reply : replies) {
    bought += reply.has_value();
    if (!reply)
      CHECK(reply.error() == errc::ticket_exists);
  }
  CHECK(bought == 1);
  CHECK(account_of(world, 1).coins_cents == 500);
  CHECK(load(world, 1).tickets_sold == 1);
}

TEST_CASE("coins for one ticket buy one of two events at once") {
  store_world world{each_backend()};
  open_event(world, 1, 600);
  must(world.write(create_event{new_event(2, 1, 600)}));
  auto other = buy(2, 1);
  other.event = event_of(2);
  auto replies = world.write_at_once(std::vector{buy(1, 1), other});
  CHECK(replies[0].has_value() != replies[1].has_value());
  for (auto& reply : replies)
    if (!reply)
      CHECK(reply.error() == errc::insufficient_coins);
  CHECK(account_of(world, 1).coins_cents == 400);
}

TEST_CASE("a granted ticket costs nothing and is told") {
  store_world world{each_backend()};
  open_event(world, 1);
  auto grant = buy(1, 1);
  grant.granted = true;
  for (int times = 0; times < 2; ++times)
    CHECK(must(world.write(grant)).held.ticket.price_cents == 0);
  CHECK(account_of(world, 1).coins_cents == 1'000);
  CHECK(ledger_of(world, 1).size() == 1);
  auto notices = notices_of(world, 1);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].kind == notice_kind::ticket_granted);
  CHECK(notices[0].event == event_of(1));
}

TEST_CASE("a ticket is consumed once, by whichever run came first") {
  store_world world{each_backend()};
  open_event(world, 1);
  must(world.write(buy(1, 1)));
  auto first = must(world.write(consume(1, 1, 1, hour)));
  CHECK(first.created);
  CHECK(first.run.id == run_of(1));
  CHECK(first.run.kind == run_kind::event);
  CHECK(first.run.state == run_state::recording);
  CHECK(first.run.ticket == ticket_of(1));
  CHECK(first.run.event == event_of(1));
  CHECK(first.held.ticket.state == ticket_state::used);
  REQUIRE(first.held.ticket.consumed_at);
  CHECK(*first.held.ticket.consumed_at == at(hour));
  for (std::uint64_t proposed : {1, 2}) {
    auto again = must(world.write(consume(1, 1, proposed, 2 * hour)));
    CHECK_FALSE(again.created);
    CHECK(again.run.id == run_of(1));
  }
  check_refused(world.read(load_run{run_of(2), false}), errc::not_found);
  auto loaded = must(world.read(load_user{user_of(1)}));
  REQUIRE(loaded.recording);
  CHECK(loaded.recording->id == run_of(1));
}

TEST_CASE("a ticket consumed many times at once starts one run") {
  store_world world{each_backend()};
  open_event(world, 1);
  must(world.write(buy(1, 1)));
  std::vector<consume_ticket> attempts;
  for (std::uint64_t run = 1; run <= 8; ++run)
    attempts.push_back(consume(1, 1, run, hour));
  int created = 0;
  std::set<fief::game::run_id> runs;
  for (auto& reply : world.write_at_once(attempts)) {
    auto consumed = must(reply);
    created += consumed.created;
    runs.insert(consumed.run.id);
  }
  CHECK(created == 1);
  CHECK(runs.size() == 1);
  CHECK(must(world.read(list_runs{user_of(1), {}})).items.size() == 1);
}

TEST_CASE("a ticket's run keeps who recorded it") {
  store_world world{each_backend()};
  open_event(world, 1);
  must(world.write(buy(1, 1)));
  auto x = consume(1, 1, 1, 0);
  x.run.source = run_source::simulated;
  CHECK(must(world.write(x)).run.source == run_source::simulated);
  CHECK(must(world.read(load_run{run_of(1), false})).run.source == run_source::simulated);
}

TEST_CASE("consuming is refused outside the event's time") {
  store_world world{each_backend()};
  open_event(world, 2);
  must(world.write(buy(1, 1, -hour)));
  check_refused(world.write(consume(1, 1, 1, -1)), errc::event_not_active);
  check_refused(world.write(consume(1, 1, 1, 10 * hour)), errc::event_cut);
  check_refused(world.write(consume(1, 2, 1, hour)), errc::not_found);
  check_refused(world.write(consume(9, 1, 1, hour)), errc::not_found);
  must(world.write(create_run{new_run(5, 1)}));
  check_refused(world.write(consume(1, 1, 1, hour)), errc::run_in_progress);
  must(world.write(finish_recording{run_of(5), user_of(1), 0, false, at(1)}));
  CHECK(must(world.write(consume(1, 1, 1, 0))).created);
}

TEST_CASE("a refunded ticket starts nothing") {
  store_world world{each_backend()};
  open_event(world, 1);
  must(world.write(buy(1, 1)));
  must(world.write(cancel_event{event_of(1), at(1)}));
  auto refused = world.write(consume(1, 1, 1, hour));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error() == errc::ticket_refunded);
}

TEST_CASE("a consumed ticket that was refunded still leads to its run") {
  store_world world{each_backend()};
  open_event(world, 1);
  must(world.write(buy(1, 1)));
  must(world.write(consume(1, 1, 1, hour)));
  must(world.write(cancel_event{event_of(1), at(2 * hour)}));
  auto again = must(world.write(consume(1, 1, 1, 3 * hour)));
  CHECK_FALSE(again.created);
  CHECK(again.run.id == run_of(1));
  CHECK(again.held.ticket.state == ticket_state::refunded);
}
