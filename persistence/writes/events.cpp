#include "actors/messages/action_detail.hpp"
#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

constexpr query q_insert_event{
  "insert_event",
  "insert into event (id, organiser, name, city, tz, starts_at, cut_at, settle_at, metric,"
  " entry_fee_cents, pot_cents, distance_m, course, checkpoints, area_lat_e7, area_lon_e7,"
  " area_radius_m, live_spectators, created_at) values ($1::uuid, $2::uuid, $3, $4, $5, $6::bigint,"
  " $7::bigint, $8::bigint, $9, $10::bigint, $11::bigint, $12::integer, $13::integer[],"
  " $14::integer[], $15::integer, $16::integer, $17::integer, $18::boolean, $19::bigint)"
  " on conflict on constraint event_pk do nothing"};
constexpr query q_update_event{
  "update_event",
  "update event set name = $2, city = $3, tz = $4, starts_at = $5::bigint, cut_at = $6::bigint,"
  " settle_at = $7::bigint, metric = $8, entry_fee_cents = $9::bigint, pot_cents = $10::bigint,"
  " distance_m = $11::integer, course = $12::integer[], checkpoints = $13::integer[],"
  " area_lat_e7 = $14::integer, area_lon_e7 = $15::integer, area_radius_m = $16::integer,"
  " live_spectators = $17::boolean where id = $1::uuid"};
constexpr query q_cancel_event{"cancel_event",
                               "update event set cancelled_at = $2::bigint, tickets_sold = 0,"
                               " tickets_cents = 0 where id = $1::uuid"};
constexpr query q_refund{
  "refund_tickets", "with due as (update ticket set state = 'refunded' where event_id = $1::uuid"
                    " and state <> 'refunded' returning id, user_id, price_cents), paid as ("
                    " select book(array_agg(user_id), 'coins', array_agg(price_cents),"
                    " array_agg('refund:' || id), '', $2::bigint) from due having count(*) > 0)"
                    " select d.user_id, d.price_cents from due d, paid"};
constexpr query q_tell_refunded{
  "tell_refunded",
  "insert into notification as n (id, user_id, kind, cause, at, amount_cents, event_id)"
  " select notification_id(u.user_id, $3 || ':' || $4::uuid), u.user_id, $3,"
  " $3 || ':' || $4::uuid, $5::bigint, u.amount, $4::uuid"
  " from unnest($1::uuid[], $2::bigint[]) u (user_id, amount)"
  " on conflict do nothing returning " FIEF_NOTICE_COLUMNS};
constexpr query q_insert_standings{
  "insert_standings",
  "insert into event_standing (event_id, rank, user_id, run_id, value, reached_at, consumed_at,"
  " prize_cents) select $1::uuid, * from unnest($2::integer[], $3::uuid[], $4::uuid[],"
  " $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])"};
constexpr query q_pay_prizes{
  "pay_prizes", "select coalesce(book(array_agg(user_id), 'coins', array_agg(prize_cents),"
                " array_agg('prize:' || event_id || ':' || user_id), '', $2::bigint), 0)"
                " from event_standing where event_id = $1::uuid and prize_cents > 0"};
constexpr query q_prize_users{"prize_users",
                              "select user_id from event_standing where event_id = $1::uuid"
                              " and prize_cents > 0"};
constexpr query q_tell_results{
  "tell_results",
  "insert into notification as n (id, user_id, kind, cause, at, count, amount_cents, run_id,"
  " event_id) select notification_id(user_id, 'event_result:' || event_id), user_id,"
  " 'event_result', 'event_result:' || event_id, $2::bigint, rank, prize_cents, run_id, event_id"
  " from event_standing where event_id = $1::uuid"
  " on conflict do nothing returning " FIEF_NOTICE_COLUMNS};
constexpr query q_settle_event{"settle_event",
                               "update event set settled_at = $2::bigint, pool_cents = $3::bigint,"
                               " tickets_sold = tickets_sold - $4::bigint,"
                               " tickets_cents = tickets_cents - $5::bigint where id = $1::uuid"};

/// What was paid back.
struct refunds {
  std::int64_t tickets = 0;
  std::int64_t cents = 0;
};

/// Pays back every ticket and tells its holders.
refunds refund_all(write_context& c, game::event_id event, actors::notice_kind kind,
                   game::instant now) {
  auto rows = c.tx.run(q_refund, event, now);
  sql_array users;
  sql_array amounts;
  refunds out;
  for (const auto& fields : rows) {
    row_reader row{fields};
    auto user = row.id<game::user_id>();
    users.add(user);
    auto cents = row.integer();
    amounts.add(cents);
    ++out.tickets;
    out.cents += cents;
    c.changed.accounts.insert(user);
  }
  note_notices(c, c.tx.run(q_tell_refunded, users.str(), amounts.str(), name_of(kind), event, now));
  return out;
}

void pay_out(write_context& c, const actors::settle_event& x) {
  sql_array ranks, users, runs, values, reached, consumed, prizes;
  for (const auto& s : x.standings) {
    ranks.add(std::int64_t{s.rank});
    users.add(s.result.user);
    runs.add(s.result.run);
    values.add(s.result.value);
    reached.add(s.result.reached_at);
    consumed.add(s.result.consumed_at);
    prizes.add(s.prize_cents);
  }
  c.tx.run(q_insert_standings, x.event, ranks.str(), users.str(), runs.str(), values.str(),
           reached.str(), consumed.str(), prizes.str());
  c.tx.run(q_pay_prizes, x.event, x.now);
  for (const auto& row : c.tx.run(q_prize_users, x.event))
    c.changed.accounts.insert(row_reader{row}.id<game::user_id>());
  note_notices(c, c.tx.run(q_tell_results, x.event, x.now));
}

/// Whether the payouts are exactly the pool, in order of rank and without negative ones.
bool pays_the_pool(const actors::settle_event& x) {
  std::int64_t sum = 0;
  std::int32_t rank = 0;
  for (const auto& s : x.standings) {
    if (s.prize_cents < 0 || s.rank != ++rank)
      return false;
    sum += s.prize_cents;
  }
  return x.standings.empty() || sum == x.pool_cents;
}

} // namespace

outcome<actors::event_record> apply(write_context& c, const actors::create_event& x) {
  const auto& e = x.event;
  auto rows =
    c.tx.run(q_insert_event, e.id, e.organiser, e.name, e.city, e.tz, e.starts_at, e.cut_at,
             e.settle_at, to_string(e.metric), e.entry_fee_cents, e.pot_cents, e.distance_m,
             to_array(e.course), to_array(e.checkpoints), e.area.center.lat_e7,
             e.area.center.lon_e7, e.area.radius_m, e.live_spectators, e.created_at);
  if (rows.affected_rows() > 0)
    log_action(c, x.action, actors::action_kind::event_created, e.id.value, created_detail(e),
               e.created_at);
  c.changed.events.insert(e.id);
  return found(find_event(c, e.id));
}

outcome<actors::event_record> apply(write_context& c, const actors::update_event& x) {
  const auto& e = x.event;
  auto stored = lock_event(c, e.id);
  if (!stored)
    return game::errc::not_found;
  if (stored->settled_at)
    return game::errc::event_settled;
  if (stored->cancelled_at)
    return game::errc::event_cancelled;
  if (stored->version != e.version)
    return game::errc::stale;
  if (x.now >= stored->cut_at)
    return game::errc::event_cut;
  c.tx.run(q_update_event, e.id, e.name, e.city, e.tz, e.starts_at, e.cut_at, e.settle_at,
           to_string(e.metric), e.entry_fee_cents, e.pot_cents, e.distance_m, to_array(e.course),
           to_array(e.checkpoints), e.area.center.lat_e7, e.area.center.lon_e7, e.area.radius_m,
           e.live_spectators);
  auto edited = touch_event(c, e.id);
  if (auto detail = edited_detail(*stored, edited); !detail.empty())
    log_action(c, x.action, actors::action_kind::event_edited, e.id.value, detail, x.now);
  return edited;
}

outcome<actors::event_record> apply(write_context& c, const actors::cancel_event& x) {
  auto stored = lock_event(c, x.event);
  if (!stored)
    return game::errc::not_found;
  if (stored->settled_at)
    return game::errc::event_settled;
  if (stored->cancelled_at)
    return std::move(*stored);
  c.tx.run(q_cancel_event, x.event, x.now);
  auto refunded = refund_all(c, x.event, actors::notice_kind::event_cancelled, x.now);
  log_action(c, x.action, actors::action_kind::event_cancelled, x.event.value,
             actors::cancelled_detail(refunded.tickets, refunded.cents), x.now);
  return touch_event(c, x.event);
}

outcome<actors::event_record> apply(write_context& c, const actors::settle_event& x) {
  auto stored = lock_event(c, x.event);
  if (!stored)
    return game::errc::not_found;
  if (stored->settled_at)
    return std::move(*stored);
  if (stored->cancelled_at)
    return game::errc::event_cancelled;
  if (stored->version != x.version)
    return game::errc::stale;
  if (!pays_the_pool(x))
    return game::errc::invalid_argument;
  refunds refunded;
  if (x.standings.empty())
    refunded = refund_all(c, x.event, actors::notice_kind::event_result, x.now);
  else
    pay_out(c, x);
  c.tx.run(q_settle_event, x.event, x.now, x.standings.empty() ? 0 : x.pool_cents, refunded.tickets,
           refunded.cents);
  return touch_event(c, x.event);
}

} // namespace fief::persistence
