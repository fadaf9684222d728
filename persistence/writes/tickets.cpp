#include "actors/messages/action_detail.hpp"
#include "game/ticket.hpp"

#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

constexpr query q_find_ticket{"find_ticket",
                              "select " FIEF_TICKET_COLUMNS " from ticket k where k.id = $1::uuid"};
constexpr query q_lock_ticket{"lock_ticket",
                              "select " FIEF_TICKET_COLUMNS " from ticket k where k.id = $1::uuid"
                              " for no key update of k"};
constexpr query q_count_tickets{
  "count_tickets", "select count(*) from ticket where event_id = $1::uuid and user_id = $2::uuid"
                   " and state <> 'refunded'"};
constexpr query q_insert_ticket{
  "insert_ticket", "insert into ticket as k (id, event_id, user_id, price_cents, state, bought_at)"
                   " values ($1::uuid, $2::uuid, $3::uuid, $4::bigint, 'unused', $5::bigint)"};
constexpr query q_sell{"sell_ticket",
                       "update event set tickets_sold = tickets_sold + 1,"
                       " tickets_cents = tickets_cents + $2::bigint where id = $1::uuid"};
constexpr query q_use_ticket{
  "use_ticket", "update ticket set state = 'used', consumed_at = $2::bigint, run_id = $3::uuid"
                " where id = $1::uuid"};

std::optional<actors::ticket_record> get_ticket(write_context& c, const query& q,
                                                game::ticket_id id) {
  auto rows = c.tx.run(q, id);
  if (rows.empty())
    return std::nullopt;
  return read_first(rows, read_ticket);
}

game::event_state state_of(const actors::event_record& e, game::instant now) {
  return game::state_of(now, e.starts_at, e.cut_at, static_cast<bool>(e.settled_at),
                        static_cast<bool>(e.cancelled_at));
}

outcome<actors::ticket_bought> bought(write_context& c, game::ticket_id id) {
  auto ticket = get_ticket(c, q_find_ticket, id);
  FIEF_ASSERT(ticket.has_value());
  auto event = find_event(c, ticket->event);
  auto account = find_account(c, ticket->user);
  if (!event || !account) // Foreign keys hold them.
    throw damaged_row{"ticket " + to_string(id) + " is damaged: its event or user is missing"};
  return actors::ticket_bought{{std::move(*ticket), std::move(*event)}, *account};
}

void tell_granted(write_context& c, const actors::buy_ticket& x) {
  actors::notification notice;
  notice.user = x.user;
  notice.kind = actors::notice_kind::ticket_granted;
  notice.cause = "ticket_granted:" + to_string(x.ticket);
  notice.at = x.now;
  notice.event = x.event;
  notify(c, notice);
}

} // namespace

outcome<actors::ticket_bought> apply(write_context& c, const actors::buy_ticket& x) {
  auto event = lock_event(c, x.event);
  auto account = lock_account(c, x.user);
  if (!event || !account)
    return game::errc::not_found;
  if (auto stored = get_ticket(c, q_find_ticket, x.ticket)) {
    if (stored->user != x.user || stored->event != x.event)
      return game::errc::ticket_exists;
    return bought(c, x.ticket);
  }
  auto owned = read_first(c.tx.run(q_count_tickets, x.event, x.user),
                          [](row_reader& row) { return row.integer(); });
  if (auto may = game::may_buy(state_of(*event, x.now), static_cast<std::size_t>(owned), 1); !may)
    return may.error();
  auto price = x.granted ? 0 : event->entry_fee_cents;
  if (x.shown_cents && *x.shown_cents != price)
    return game::errc::price_changed;
  if (account->coins_cents < price)
    return game::errc::insufficient_coins;
  c.tx.run(q_insert_ticket, x.ticket, x.event, x.user, price, x.now);
  book(c, x.user, game::currency::coins, -price, game::ticket_cause(x.ticket), "", x.now);
  c.tx.run(q_sell, x.event, price);
  touch_event(c, x.event);
  if (x.granted) {
    tell_granted(c, x);
    log_action(c, x.action, actors::action_kind::ticket_granted, x.user.value, granted_detail(x),
               x.now);
  }
  return bought(c, x.ticket);
}

outcome<actors::ticket_consumed> apply(write_context& c, const actors::consume_ticket& x) {
  auto ticket = get_ticket(c, q_lock_ticket, x.ticket);
  if (!ticket || ticket->user != x.run.user)
    return game::errc::not_found;
  auto event = lock_event(c, ticket->event);
  if (!event)
    throw damaged_row{"ticket " + to_string(x.ticket) + " is damaged: its event is missing"};
  if (!ticket->run.is_nil()) { // Also if it was refunded since: who asks again is to find his run.
    auto run = find_run(c, ticket->run);
    if (!run)
      throw damaged_row{"ticket " + to_string(x.ticket) + " is damaged: its run is missing"};
    return actors::ticket_consumed{{std::move(*ticket), std::move(*event)}, std::move(*run), false};
  }
  if (auto may = game::may_consume(ticket->state, state_of(*event, x.now)); !may)
    return may.error();
  if (!lock_account(c, x.run.user))
    return game::errc::not_found;
  if (is_recording(c, x.run.user))
    return game::errc::run_in_progress;
  auto run = x.run;
  run.kind = actors::run_kind::event;
  run.ticket = ticket->id;
  run.event = ticket->event;
  insert_run(c, run);
  c.tx.run(q_use_ticket, x.ticket, x.now, run.id);
  auto touched = touch_event(c, ticket->event);
  auto used = get_ticket(c, q_find_ticket, x.ticket);
  auto stored = find_run(c, run.id);
  FIEF_ASSERT(used && stored);
  return actors::ticket_consumed{{std::move(*used), std::move(touched)}, std::move(*stored), true};
}

} // namespace fief::persistence
