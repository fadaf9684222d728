#include "game/ticket.hpp"

namespace fief::game {

namespace {

/// Why nobody can run this event any more.
outcome<void> still_open(event_state event) {
  switch (event) {
    case event_state::scheduled:
    case event_state::active: return {};
    case event_state::cut: return errc::event_cut;
    case event_state::settled: return errc::event_settled;
    case event_state::cancelled: return errc::event_cancelled;
  }
  return errc::invalid_argument;
}

} // namespace

std::string_view to_string(ticket_state x) {
  switch (x) {
    case ticket_state::unused: return "unused";
    case ticket_state::used: return "used";
    case ticket_state::refunded: return "refunded";
  }
  return "unknown";
}

std::optional<ticket_state> parse_ticket_state(std::string_view text) {
  for (auto x : {ticket_state::unused, ticket_state::used, ticket_state::refunded})
    if (text == to_string(x))
      return x;
  return std::nullopt;
}

bool is_active(ticket_state ticket, event_state event) {
  return ticket == ticket_state::unused && still_open(event).has_value();
}

bool is_consumable(ticket_state ticket, event_state event) {
  return may_consume(ticket, event).has_value();
}

std::optional<instant> consumable_from(ticket_state ticket, event_state event, instant starts_at) {
  if (!is_active(ticket, event))
    return std::nullopt;
  return starts_at;
}

outcome<void> may_consume(ticket_state ticket, event_state event) {
  if (ticket == ticket_state::used)
    return errc::ticket_used;
  if (ticket == ticket_state::refunded)
    return errc::ticket_refunded;
  if (auto open = still_open(event); !open)
    return open;
  if (event != event_state::active)
    return errc::event_not_active;
  return {};
}

outcome<void> may_buy(event_state event, std::size_t owned, std::size_t tickets_per_user_max) {
  if (auto open = still_open(event); !open)
    return open;
  if (owned >= tickets_per_user_max)
    return errc::ticket_exists;
  return {};
}

bool is_refund_due(ticket_state ticket, event_state event, std::size_t finishers) {
  if (ticket == ticket_state::refunded)
    return false;
  return event == event_state::cancelled || (event == event_state::cut && finishers == 0);
}

} // namespace fief::game
