#include "actors/user.hpp"

#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""ms;

namespace {

acquire_ticket buy(std::uint64_t user, std::uint64_t ticket, std::uint64_t event = 1) {
  return {ticket_of(ticket), user_of(user), event_of(event), false};
}

spend_ticket spend(std::uint64_t user, std::uint64_t ticket) {
  return {user_of(user), ticket_of(ticket), game::sport::run, caf::none};
}

/// Three users with 100 coins and an event of the third's that is active from `at(0)` to 10 h.
struct fair : actor_world {
  explicit fair(std::uint64_t seed = 1) : actor_world(seed) {
    populate(3);
    put(create_event{new_event(1, 3)});
  }
  std::size_t runs_of_event() const {
    return static_cast<std::size_t>(std::ranges::count_if(
      db->runs, [](const auto& x) { return x.second.run.event == event_of(1); }));
  }
  std::vector<held_ticket> active(std::uint64_t user) {
    return must(ask_user(list_active_tickets{user_of(user)})).tickets;
  }
};

bool consumable(const held_ticket& x, game::instant now) {
  auto state = game::state_of(now, x.event.starts_at, x.event.cut_at, bool{x.event.settled_at},
                              bool{x.event.cancelled_at});
  return game::is_consumable(x.ticket.state, state);
}

} // namespace

// -- tickets --------------------------------------------------------------------------------------

TEST_CASE("the active tickets are those unused, consumable between start and cut", "[actors]") {
  fair w;
  w.time->value = at(-hour);
  must(w.ask_user(buy(1, 1)));
  for (auto [ms, listed, now] : {std::tuple{-hour, true, false},
                                 {-1L, true, false},
                                 {0L, true, true},
                                 {10 * hour - 1, true, true},
                                 {10 * hour, false, false}}) {
    CAPTURE(ms);
    w.time->value = at(ms);
    auto tickets = w.active(1);
    REQUIRE(tickets.size() == (listed ? 1U : 0U));
    if (listed)
      CHECK(consumable(tickets[0], at(ms)) == now);
  }
  CHECK(w.active(2).empty());
}

TEST_CASE("a ticket is paid once however often it is asked for", "[actors]") {
  fair w;
  w.fail_next("buy_ticket", {store_fault::lose_answer});
  check_refused(w.ask_user(buy(1, 1)), errc::unavailable);
  CHECK(must(w.ask_user(buy(1, 1))).account.coins_cents == 9'500);
  CHECK(must(w.ask_user(buy(1, 1))).account.coins_cents == 9'500);
  check_refused(w.ask_user(buy(1, 2)), errc::ticket_exists);
  CHECK(w.active(1).size() == 1);
  CHECK(must(w.ask_user(get_profile{user_of(1)})).account.coins_cents == 9'500);
}

TEST_CASE("without the coins there is no ticket, and after the cut there is none at all",
          "[actors]") {
  fair w;
  w.db->users.at(user_of(1)).account.coins_cents = 499;
  check_refused(w.ask_user(buy(1, 1)), errc::insufficient_coins);
  w.time->value = at(10 * hour);
  check_refused(w.ask_user(buy(2, 2)), errc::event_cut);
  CHECK(w.db->tickets.empty());
  CHECK(w.db->users.at(user_of(1)).account.coins_cents == 499);
}

TEST_CASE("a ticket consumed twice, or by two phones at once, gives one run", "[actors]") {
  auto seed = GENERATE(range(1, 31));
  CAPTURE(seed);
  fair w{static_cast<std::uint64_t>(seed)};
  must(w.ask_user(buy(1, 1)));
  if (w.rng.chance(1, 3))
    w.fail_next("consume_ticket", {store_fault::delay});
  auto first = w.send_user(spend(1, 1));
  auto second = w.send_user(spend(1, 1));
  w.run_for(30ms);
  REQUIRE(first->value);
  REQUIRE(second->value);
  CHECK(first->value->created != second->value->created);
  CHECK(first->value->run.id == second->value->run.id);
  auto third = must(w.ask_user(spend(1, 1)));
  CHECK_FALSE(third.created);
  CHECK(third.run.id == first->value->run.id);
  CHECK(third.event_cut_at == at(10 * hour));
  CHECK(w.runs_of_event() == 1);
  CHECK(w.active(1).empty());
}

TEST_CASE("a ticket is spent on the run of a simulated phone, whoever asks again", "[actors]") {
  fair w;
  must(w.ask_user(buy(1, 1)));
  auto x = spend(1, 1);
  x.simulated = true;
  auto first = must(w.ask_user(x));
  CHECK(first.run.kind == run_kind::event);
  CHECK(first.run.source == run_source::simulated);
  auto again = must(w.ask_user(spend(1, 1)));
  CHECK(again.run.id == first.run.id);
  CHECK(again.run.source == run_source::simulated);
}

TEST_CASE("a ticket is consumed only while its event is active and nothing else is recorded",
          "[actors]") {
  fair w;
  w.time->value = at(-1);
  must(w.ask_user(buy(1, 1)));
  check_refused(w.ask_user(spend(1, 1)), errc::event_not_active);
  check_refused(w.ask_user(spend(2, 1)), errc::not_found);
  w.time->value = at(0);
  must(w.ask_user(start_of(1, 7)));
  check_refused(w.ask_user(spend(1, 1)), errc::run_in_progress);
  CHECK(must(w.ask_user(get_recording_run{user_of(1)})).run == run_of(7));
  w.time->value = at(10 * hour);
  check_refused(w.ask_user(spend(1, 1)), errc::event_cut);
  CHECK(w.runs_of_event() == 0);
}

TEST_CASE("an event that is called off pays back and takes the ticket off the list", "[actors]") {
  fair w;
  must(w.ask_user(buy(1, 1)));
  auto gateway = w.open_gateway();
  must(w.ask_user(attach_session{user_of(1), {gateway, 4}, {}, caf::none}));
  CHECK(must(w.ask_event(get_event{event_of(1)})).tickets_sold == 1);
  must(w.ask_event(call_off_event{event_of(1), {user_of(3), role_organiser}}));
  CHECK(w.active(1).empty());
  CHECK(must(w.ask_user(get_profile{user_of(1)})).account.coins_cents == 10'000);
  check_refused(w.ask_user(spend(1, 1)), errc::ticket_refunded);
  REQUIRE(w.heard(gateway).events.size() == 1);
  CHECK(w.heard(gateway).events[0].event.cancelled_at);
  REQUIRE(w.heard(gateway).notices.size() == 1);
  CHECK(w.heard(gateway).notices[0].notice.kind == notice_kind::event_cancelled);
}

TEST_CASE("only organisers and operators host events, and 22:00 is worked out for them",
          "[actors]") {
  fair w;
  auto wish = new_event(2, 1);
  wish.starts_at = at(0);
  wish.cut_at = wish.settle_at = {};
  check_refused(w.ask_user(host_event{user_of(1), wish}), errc::forbidden);
  must(w.ask_user(set_rights{user_of(1), std::uint8_t{role_runner | role_organiser}, caf::none}));
  auto stored = must(w.ask_user(host_event{user_of(1), wish}));
  CHECK(stored.cut_at == at(10 * hour)); // 12:00 in Zagreb, so 22:00 is ten hours on.
  CHECK(stored.settle_at == at(10 * hour + hour / 2));
  CHECK(stored.organiser == user_of(1));
  wish.id = event_of(3);
  wish.starts_at = at(10 * hour - 1);
  check_refused(w.ask_user(host_event{user_of(1), wish}), errc::event_too_short);
  CHECK(w.db->events.count(event_of(3)) == 0);
}

// -- money and mining -----------------------------------------------------------------------------

TEST_CASE("a grant of coins adds once", "[actors]") {
  fair w;
  give_coins gift{uuid_of(9, 1), user_of(1), user_of(3), 250, "for the fountain"};
  w.fail_next("grant_coins", {store_fault::lose_answer});
  check_refused(w.ask_user(gift), errc::unavailable);
  CHECK(must(w.ask_user(gift)).coins_cents == 10'250);
  CHECK(must(w.ask_user(gift)).coins_cents == 10'250);
}

TEST_CASE("the mining view takes every tile off at the instant it ran out", "[actors]") {
  fair w;
  std::vector<game::claim> claims{new_claim(1, 1, 1, 0, hour), new_claim(2, 1, 1, 0, 2 * hour)};
  w.put_accepted_run(1, 1, claims);
  for (const auto& claim : claims)
    w.put(merge_claim{claim, 0, at(0)});
  w.time->value = at(hour / 2);
  auto view = must(w.ask_user(get_mining{user_of(1)}));
  CHECK(view.account.mining.tiles == 2);
  CHECK(game::pending_micro(view.account.mining, view.now, w.rules->mining) == 50'000);
  w.time->value = at(5 * hour); // Three tile-hours, however late somebody looks.
  for (int times = 0; times < 2; ++times) {
    view = must(w.ask_user(get_mining{user_of(1)}));
    CHECK(view.account.mining.tiles == 0);
    CHECK(view.now == at(5 * hour));
    CHECK(game::pending_micro(view.account.mining, view.now, w.rules->mining) == 150'000);
  }
  CHECK(w.count_of("settle_mining") == 1);
}

TEST_CASE("tokens are paid once a minute and say how long to wait", "[actors]") {
  fair w;
  auto claim = new_claim(1, 1, 1, 0, 9 * hour);
  w.put_accepted_run(1, 1, {claim});
  w.put(merge_claim{claim, 0, at(0)});
  w.time->value = at(hour);
  CHECK(must(w.ask_user(collect_tokens{user_of(1), uuid_of(5, 1)})).claimed_micro == 50'000);
  w.time->value = at(hour + 20 * second);
  auto late = w.send_user(collect_tokens{user_of(1), uuid_of(5, 2)});
  w.drain();
  check_refused(late->outcome(), errc::claim_too_soon);
  CHECK(late->error.context().get_as<std::int64_t>(0) == 40'000);
  CHECK(must(w.ask_user(collect_tokens{user_of(1), uuid_of(5, 1)})).claimed_micro == 50'000);
  CHECK(must(w.ask_user(get_profile{user_of(1)})).account.tokens_micro == 50'000);
}

// -- sessions and the account's end ---------------------------------------------------------------

TEST_CASE("a banned user's sessions end and no other opens", "[actors]") {
  fair w;
  auto gateway = w.open_gateway();
  must(w.ask_user(attach_session{user_of(1), {gateway, 1}, {}, caf::none}));
  must(w.ask_user(attach_session{user_of(1), {gateway, 2}, {}, caf::none}));
  must(w.ask_user(set_rights{user_of(1), caf::none, true}));
  REQUIRE(w.heard(gateway).ended.size() == 2);
  CHECK(w.heard(gateway).ended[0].reason == "banned");
  check_refused(w.ask_user(attach_session{user_of(1), {gateway, 3}, {}, caf::none}),
                errc::user_banned);
}

TEST_CASE("a gateway that goes down takes its sessions with it", "[actors]") {
  settings rules;
  rules.passivate_after = std::chrono::seconds{5};
  actor_world w{1, rules};
  w.populate(1);
  auto gateway = w.open_gateway();
  must(w.ask_user(attach_session{user_of(1), {gateway, 1}, {}, caf::none}));
  caf::anon_send_exit(gateway, caf::exit_reason::kill);
  w.advance(std::chrono::seconds{20});
  CHECK_FALSE(w.is_live(key_of(user_of(1))));
}

TEST_CASE("a new home zone gives its tiles up, to the next claim of each", "[actors]") {
  fair w;
  auto place = fixes_of_run(900, at(0)).front();
  auto inside = w.rules->tiling.tile_at(place.lat_e7, place.lon_e7);
  auto outside = tile_of(5);
  std::vector<game::claim> mine{{inside, user_of(1), run_of(1), at(0), at(9 * hour), false},
                                {outside, user_of(1), run_of(1), at(0), at(9 * hour), false}};
  std::vector<game::claim> theirs{{inside, user_of(2), run_of(2), at(0), at(8 * hour), false}};
  w.put_accepted_run(1, 1, mine);
  w.put_accepted_run(2, 2, theirs);
  for (const auto& claim : {mine[0], mine[1], theirs[0]})
    w.put(merge_claim{claim, 0, at(0)});
  auto tile_at_home = [&] {
    return must(
      w.answered(w.send<tile_view>(key_of(w.rules->tiling.area_of(inside)), get_tile{inside})));
  };
  CHECK(tile_at_home().owner == user_of(1));
  auto stored = must(w.ask_user(set_home_zones{user_of(1), {{place.lat_e7, place.lon_e7, 300}}}));
  CHECK(stored.home_zones.size() == 1);
  CHECK(tiles_of(w, 1) == std::vector{outside});
  CHECK(tiles_of(w, 2) == std::vector{inside});
  CHECK(tile_at_home().owner == user_of(2)); // The live AREA heard of it.
  CHECK(tile_at_home().username == "runner2");
  CHECK(must(w.ask_user(get_mining{user_of(1)})).account.mining.tiles == 1);
}

TEST_CASE("a home zone whose answer was lost is told to the live map when it is asked again",
          "[actors]") {
  fair w;
  auto place = fixes_of_run(900, at(0)).front();
  auto tile = w.rules->tiling.tile_at(place.lat_e7, place.lon_e7);
  auto area = w.rules->tiling.area_of(tile);
  game::claim mine{tile, user_of(1), run_of(1), at(0), at(9 * hour), false};
  w.put_accepted_run(1, 1, {mine});
  w.put(merge_claim{mine, 0, at(0)});
  CHECK(must(w.ask_area(get_area_count{area})).tiles == 1);
  w.fail_next("revoke_tiles", {store_fault::lose_answer});
  set_home_zones here{user_of(1), {{place.lat_e7, place.lon_e7, 300}}};
  check_refused(w.ask_user(here), errc::unavailable);
  w.kill(key_of(user_of(1))); // Nor does the USER remember that it asked.
  must(w.ask_user(here));
  CHECK(must(w.ask_area(get_area_count{area})).tiles == 0);
}

TEST_CASE("a closed account ends its sessions, frees its tiles and is found no more", "[actors]") {
  fair w;
  auto claim = new_claim(1, 1, 1, 0, 9 * hour);
  w.put_accepted_run(1, 1, {claim});
  w.put(merge_claim{claim, 0, at(0)});
  CHECK(must(w.ask_area(get_area_count{area_of_tiles})).tiles == 1);
  auto gateway = w.open_gateway();
  must(w.ask_user(attach_session{user_of(1), {gateway, 1}, {}, caf::none}));
  must(w.ask_user(close_account{user_of(1)}));
  REQUIRE(w.heard(gateway).ended.size() == 1);
  CHECK(w.heard(gateway).ended[0].reason == "account_closed");
  CHECK(must(w.ask_area(get_area_count{area_of_tiles})).tiles == 0);
  check_refused(w.ask_user(get_profile{user_of(1)}), errc::not_found);
  CHECK(w.db->users.at(user_of(1)).user.email.empty());
}
