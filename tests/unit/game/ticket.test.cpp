#include "game/ticket.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using game::errc;
using game::event_state;
using game::ticket_state;

namespace {

constexpr auto all_tickets = {ticket_state::unused, ticket_state::used, ticket_state::refunded};
constexpr auto all_events = {event_state::scheduled, event_state::active, event_state::cut,
                             event_state::settled, event_state::cancelled};

} // namespace

TEST_CASE("only an unused ticket of a running event is consumable", "[game][ticket]") {
  for (auto ticket : all_tickets)
    for (auto event : all_events) {
      CAPTURE(to_string(ticket), to_string(event));
      CHECK(is_consumable(ticket, event)
            == (ticket == ticket_state::unused && event == event_state::active));
      CHECK(may_consume(ticket, event).has_value() == is_consumable(ticket, event));
    }
}

TEST_CASE("a ticket is active until its event is cut or called off", "[game][ticket]") {
  auto starts = base::from_ms(1000);
  for (auto ticket : all_tickets)
    for (auto event : all_events) {
      CAPTURE(to_string(ticket), to_string(event));
      auto open = event == event_state::scheduled || event == event_state::active;
      auto expected = ticket == ticket_state::unused && open;
      CHECK(is_active(ticket, event) == expected);
      CHECK(consumable_from(ticket, event, starts).has_value() == expected);
      if (expected)
        CHECK(consumable_from(ticket, event, starts) == starts);
    }
}

TEST_CASE("a refusal to consume names what is final first", "[game][ticket]") {
  for (auto event : all_events) {
    CHECK(may_consume(ticket_state::used, event).error() == errc::ticket_used);
    CHECK(may_consume(ticket_state::refunded, event).error() == errc::ticket_refunded);
  }
  auto unused = [](event_state event) { return may_consume(ticket_state::unused, event).error(); };
  CHECK(unused(event_state::scheduled) == errc::event_not_active);
  CHECK(unused(event_state::cut) == errc::event_cut);
  CHECK(unused(event_state::settled) == errc::event_settled);
  CHECK(unused(event_state::cancelled) == errc::event_cancelled);
}

TEST_CASE("tickets are sold from the event's creation to its cut, one to a user",
          "[game][ticket]") {
  CHECK(game::may_buy(event_state::scheduled, 0, 1).has_value());
  CHECK(game::may_buy(event_state::active, 0, 1).has_value());
  CHECK(game::may_buy(event_state::active, 2, 3).has_value());
  CHECK(game::may_buy(event_state::active, 1, 1).error() == errc::ticket_exists);
  for (std::size_t owned : {0, 1}) {
    CHECK(game::may_buy(event_state::cut, owned, 1).error() == errc::event_cut);
    CHECK(game::may_buy(event_state::settled, owned, 1).error() == errc::event_settled);
    CHECK(game::may_buy(event_state::cancelled, owned, 1).error() == errc::event_cancelled);
  }
}

TEST_CASE("the price goes back once, when the event is cancelled or nobody finishes",
          "[game][ticket]") {
  for (auto ticket : {ticket_state::unused, ticket_state::used}) {
    CHECK(is_refund_due(ticket, event_state::cancelled, 5));
    CHECK(is_refund_due(ticket, event_state::cut, 0));
    CHECK_FALSE(is_refund_due(ticket, event_state::cut, 1));
    for (auto event : {event_state::scheduled, event_state::active, event_state::settled})
      CHECK_FALSE(is_refund_due(ticket, event, 0));
  }
  for (auto event : all_events)
    CHECK_FALSE(is_refund_due(ticket_state::refunded, event, 0));
}

TEST_CASE("ticket states read back from their names and nothing else does", "[game][ticket]") {
  for (auto x : all_tickets)
    CHECK(game::parse_ticket_state(to_string(x)) == x);
  for (auto text : {"", "active", "Used", "unknown"})
    CHECK_FALSE(game::parse_ticket_state(text));
}
