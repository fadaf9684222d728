#include "actors/messages/action_detail.hpp"
#include "tests/support/store/memory_commands.hpp"

#include <algorithm>

namespace fief::test {

using namespace actors;
using game::errc;
using game::instant;

namespace {

/// Pays one ticket's price back and tells its holder.
void refund(memory_change& change, ticket_record& ticket, notice_kind kind, instant now) {
  ticket.state = ticket_state::refunded;
  auto& event = change.event(ticket.event);
  --event.tickets_sold;
  event.tickets_cents -= ticket.price_cents;
  change.post(ticket.user, {0, game::currency::coins, ticket.price_cents,
                            game::refund_cause(ticket.id), "", now});
  notification notice;
  notice.user = ticket.user;
  notice.kind = kind;
  notice.cause = game::refund_cause(ticket.id);
  notice.at = now;
  notice.amount_cents = ticket.price_cents;
  notice.event = ticket.event;
  if (change.find_user(ticket.user))
    change.publish(change.notify(notice));
}

void refund_all(memory_change& change, game::event_id event, notice_kind kind, instant now) {
  for (auto& [id, ticket] : change.db.tickets)
    if (ticket.event == event && ticket.state != ticket_state::refunded)
      refund(change, ticket, kind, now);
}

void pay(memory_change& change, const event_standing& standing, instant now) {
  const auto& result = standing.result;
  change.post(result.user, {0, game::currency::coins, standing.prize_cents,
                            game::prize_cause(result.event, result.user), "", now});
  notification notice;
  notice.user = result.user;
  notice.kind = notice_kind::event_result;
  notice.cause = "result:" + to_string(result.event);
  notice.at = now;
  notice.count = standing.rank;
  notice.amount_cents = standing.prize_cents;
  notice.run = result.run;
  notice.event = result.event;
  if (change.find_user(result.user))
    change.publish(change.notify(notice));
}

/// The rule that closes an event to a buyer or a runner, if there is one.
std::optional<errc> closed(const event_record& event, instant now) {
  if (event.cancelled_at)
    return errc::event_cancelled;
  if (event.settled_at)
    return errc::event_settled;
  if (now >= event.cut_at)
    return errc::event_cut;
  return std::nullopt;
}

} // namespace

game::outcome<event_record> apply(memory_change& change, const create_event& x) {
  auto found = change.db.events.find(x.event.id);
  if (found != change.db.events.end())
    return found->second;
  if (!change.find_user(x.event.organiser))
    return errc::not_found;
  auto event = x.event;
  event.version = 1;
  event.settled_at = caf::none;
  event.cancelled_at = caf::none;
  event.pool_cents = 0;
  event.tickets_sold = 0;
  event.tickets_cents = 0;
  change.db.events.emplace(event.id, event);
  change.log(x.action, action_kind::event_created, event.id.value, created_detail(event),
             event.created_at);
  return event;
}

game::outcome<event_record> apply(memory_change& change, const update_event& x) {
  auto found = change.db.events.find(x.event.id);
  if (found == change.db.events.end())
    return errc::not_found;
  if (auto why = closed(found->second, x.now))
    return *why;
  if (found->second.version != x.event.version)
    return errc::stale;
  auto& row = change.event(x.event.id);
  auto stored = row;
  row = x.event;
  row.organiser = stored.organiser;
  row.created_at = stored.created_at;
  row.settled_at = stored.settled_at;
  row.cancelled_at = stored.cancelled_at;
  row.version = stored.version;
  row.pool_cents = stored.pool_cents;
  row.tickets_sold = stored.tickets_sold;
  row.tickets_cents = stored.tickets_cents;
  if (auto detail = edited_detail(stored, row); !detail.empty())
    change.log(x.action, action_kind::event_edited, row.id.value, detail, x.now);
  return row;
}

game::outcome<event_record> apply(memory_change& change, const cancel_event& x) {
  auto found = change.db.events.find(x.event);
  if (found == change.db.events.end())
    return errc::not_found;
  if (found->second.settled_at)
    return errc::event_settled;
  if (found->second.cancelled_at)
    return found->second;
  const auto& event = change.event(x.event);
  change.log(x.action, action_kind::event_cancelled, x.event.value,
             cancelled_detail(event.tickets_sold, event.tickets_cents), x.now);
  change.event(x.event).cancelled_at = x.now;
  refund_all(change, x.event, notice_kind::event_cancelled, x.now);
  return found->second;
}

game::outcome<ticket_bought> apply(memory_change& change, const buy_ticket& x) {
  auto event = change.db.events.find(x.event);
  if (event == change.db.events.end() || !change.find_user(x.user))
    return errc::not_found;
  auto repeat = change.db.tickets.find(x.ticket);
  if (repeat != change.db.tickets.end()) {
    if (repeat->second.user != x.user || repeat->second.event != x.event)
      return errc::ticket_exists;
    return ticket_bought{{repeat->second, event->second}, change.seal(x.user)};
  }
  if (auto why = closed(event->second, x.now))
    return *why;
  for (const auto& [id, other] : change.db.tickets)
    if (other.user == x.user && other.event == x.event && other.state != ticket_state::refunded)
      return errc::ticket_exists;
  auto price = x.granted ? 0 : event->second.entry_fee_cents;
  if (x.shown_cents && *x.shown_cents != price)
    return errc::price_changed;
  if (change.account(x.user).coins_cents < price)
    return errc::insufficient_coins;
  ticket_record ticket;
  ticket.id = x.ticket;
  ticket.event = x.event;
  ticket.user = x.user;
  ticket.price_cents = price;
  ticket.bought_at = x.now;
  change.db.tickets.emplace(x.ticket, ticket);
  change.post(x.user, {0, game::currency::coins, -price, game::ticket_cause(x.ticket), "", x.now});
  ++change.event(x.event).tickets_sold;
  change.event(x.event).tickets_cents += price;
  if (x.granted) {
    change.log(x.action, action_kind::ticket_granted, x.user.value, granted_detail(x), x.now);
    notification notice;
    notice.user = x.user;
    notice.kind = notice_kind::ticket_granted;
    notice.cause = game::ticket_cause(x.ticket);
    notice.at = x.now;
    notice.event = x.event;
    change.publish(change.notify(notice));
  }
  return ticket_bought{{ticket, event->second}, change.seal(x.user)};
}

game::outcome<ticket_consumed> apply(memory_change& change, const consume_ticket& x) {
  auto& db = change.db;
  auto found = db.tickets.find(x.ticket);
  if (found == db.tickets.end() || found->second.user != x.run.user)
    return errc::not_found;
  auto& ticket = found->second;
  const auto& event = db.events.at(ticket.event);
  if (!ticket.run.is_nil())
    return ticket_consumed{{ticket, event}, db.runs.at(ticket.run).run, false};
  if (ticket.state == ticket_state::refunded)
    return errc::ticket_refunded;
  if (auto why = closed(event, x.now))
    return *why;
  if (x.now < event.starts_at)
    return errc::event_not_active;
  if (!change.find_user(x.run.user))
    return errc::not_found;
  for (const auto& [id, run] : db.runs)
    if (run.run.user == x.run.user && run.run.state == run_state::recording)
      return errc::run_in_progress;
  memory_database::run_row row;
  row.run = x.run;
  row.run.kind = run_kind::event;
  row.run.state = run_state::recording;
  row.run.ticket = ticket.id;
  row.run.event = ticket.event;
  db.runs.emplace(x.run.id, row);
  ticket.state = ticket_state::used;
  ticket.consumed_at = x.now;
  ticket.run = x.run.id;
  change.event(ticket.event);
  return ticket_consumed{{ticket, event}, row.run, true};
}

game::outcome<event_record> apply(memory_change& change, const settle_event& x) {
  auto found = change.db.events.find(x.event);
  if (found == change.db.events.end())
    return errc::not_found;
  if (found->second.cancelled_at)
    return errc::event_cancelled;
  if (found->second.settled_at)
    return found->second;
  if (found->second.version != x.version)
    return errc::stale;
  std::int64_t paid = 0;
  for (const auto& standing : x.standings)
    paid += standing.prize_cents;
  if (!x.standings.empty() && paid != x.pool_cents)
    return errc::invalid_argument;
  auto& event = change.event(x.event);
  event.settled_at = x.now;
  event.pool_cents = paid;
  if (x.standings.empty())
    refund_all(change, x.event, notice_kind::event_result, x.now);
  for (const auto& standing : x.standings)
    pay(change, standing, x.now);
  change.db.standings[x.event] = x.standings;
  return event;
}

} // namespace fief::test
