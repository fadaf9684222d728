#include "game/ticket.hpp"
#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

using actors::run_state;

constexpr query q_insert_imported{
  "insert_imported_run",
  "insert into run (id, user_id, kind, sport, state, created_at, clock_offset, last_data_at,"
  " total_seq, source, external, takes_territory)"
  " values ($1::uuid, $2::uuid, 'free', $3, 'processing', $4::bigint, $5::bigint, $4::bigint,"
  " $6::bigint, $7, $8, $9::boolean)"};
constexpr query q_find_external{"find_external_run",
                                "select " FIEF_RUN_COLUMNS " from run r where r.user_id = $1::uuid"
                                " and r.source = $2 and r.external = $3 and r.external <> ''"
                                " and not r.forgotten"};
constexpr query q_insert_chunks{"insert_imported_chunks",
                                "insert into fix_chunk (run_id, first_seq, count, data)"
                                " select $1::uuid, u.first_seq, u.count, decode(u.data, 'hex')"
                                " from unnest($2::bigint[], $3::integer[], $4::text[])"
                                " u (first_seq, count, data)"};
constexpr query q_to_forget{"runs_to_forget",
                            "select r.id from run r where r.user_id = $1::uuid and r.source = $2"
                            " and ($3 = '' or r.external = $3) and not r.forgotten"
                            " order by r.id for no key update of r"};
constexpr query q_revoke_claims{"revoke_claims_of_runs",
                                "update claim set revoked_at = $2::bigint"
                                " where run_id = any ($1::uuid[]) and revoked_at is null"
                                " returning tile"};
constexpr query q_claimed_by{"tiles_claimed_by_source",
                             "select distinct c.tile from run r join claim c on c.run_id = r.id"
                             " where r.user_id = $1::uuid and r.source = $2"};
constexpr query q_open_events{"open_events_of_runs",
                              "select e.id from event e where e.settled_at is null and e.id in"
                              " (select r.event_id from run r where r.id = any ($1::uuid[]))"
                              " order by e.id for no key update of e"};
constexpr query q_drop_results{"drop_results_of_runs",
                               "delete from event_result where run_id = any ($1::uuid[])"
                               " and event_id = any ($2::uuid[]) returning event_id, run_id"};
constexpr query q_erase_chunks{"erase_chunks_of_runs",
                               "delete from fix_chunk where run_id = any ($1::uuid[])"};
constexpr query q_erase_sketches{"erase_sketches_of_runs",
                                 "delete from run_sketch where run_id = any ($1::uuid[])"};
constexpr query q_drop_outboxes{"drop_outboxes_of_runs",
                                "delete from outbox where run_id = any ($1::uuid[])"};
constexpr query q_drop_notices{"drop_notices_of_runs",
                               "delete from notification where run_id = any ($1::uuid[])"
                               " and (not published or user_id = $2::uuid)"};
constexpr query q_erase_verdicts{"erase_verdicts_on_runs", "update action set detail = '{}'"
                                                           " where target = any ($1::uuid[])"};
constexpr query q_forget_runs{
  "forget_runs",
  "update run set state = 'rejected', reasons = 'withdrawn', forgotten = true, external = '',"
  " fixes_expired = true, track_hash = null, note = '', total_seq = 0, started_at = 0,"
  " finished_at = 0, distance_m = 0, moving = 0, tiles_passed = 0, tiles_enclosed = 0,"
  " tiles_taken = 0, has_result = has_result and not coalesce(event_id = any ($2::uuid[]), false)"
  " where id = any ($1::uuid[])"};
constexpr query q_expire{
  "expire_fixes",
  "with due as (select r.id from run r where r.source = $1 and r.source in ('file', 'strava')"
  " and not r.fixes_expired and r.created_at < $2::bigint and r.state <> 'processing'"
  " order by r.created_at limit $3::bigint for no key update of r),"
  " gone as (delete from fix_chunk c using due where c.run_id = due.id),"
  " blurred as (delete from run_sketch s using due where s.run_id = due.id)"
  " update run r set fixes_expired = true from due where r.id = due.id returning r.id"};
constexpr query q_lock_ticket{"lock_ticket_to_attach",
                              "select " FIEF_TICKET_COLUMNS " from ticket k where k.id = $1::uuid"
                              " for no key update of k"};
constexpr query q_attach{"attach_run_to_ticket",
                         "update run set kind = 'event', ticket_id = $2::uuid, event_id = $3::uuid,"
                         " has_result = $4::boolean, result_value = $5::bigint,"
                         " result_reached_at = $6::bigint where id = $1::uuid"};
constexpr query q_use_ticket{"use_ticket_for_run",
                             "update ticket k set state = 'used', consumed_at = $2::bigint,"
                             " run_id = $3::uuid where k.id = $1::uuid"
                             " returning " FIEF_TICKET_COLUMNS};
constexpr query q_put_result{
  "put_attached_result", "insert into event_result (event_id, run_id, user_id, value, reached_at,"
                         " consumed_at) values ($1::uuid, $2::uuid, $3::uuid, $4::bigint,"
                         " $5::bigint, $6::bigint) on conflict do nothing"};

std::string ids_of(const pqxx::result& rows) {
  sql_array ids;
  for (const auto& row : rows)
    ids.add(row_reader{row}.uuid());
  return ids.str();
}

std::optional<actors::run_record> find_external(write_context& c, const actors::run_record& run) {
  auto rows = c.tx.run(q_find_external, run.user, name_of(run.source), run.external);
  if (rows.empty())
    return std::nullopt;
  return read_first(rows, read_run);
}

/// Whether the run may stand for one started with a ticket of this event.
outcome<void> may_attach(const actors::run_record& run, const actors::event_record& event) {
  if (event.cancelled_at)
    return game::errc::event_cancelled;
  if (event.settled_at)
    return game::errc::event_settled;
  if (!is_imported(run.source) || run.kind != actors::run_kind::free
      || run.state != run_state::accepted)
    return game::errc::run_not_attachable;
  if (run.started_at < event.starts_at)
    return game::errc::event_not_active;
  if (run.started_at >= event.cut_at)
    return game::errc::event_cut;
  return {};
}

} // namespace

outcome<actors::run_record> apply(write_context& c, const actors::create_imported_run& x) {
  const auto& run = x.run;
  if (!lock_account(c, run.user))
    return game::errc::not_found;
  if (auto stored = find_run(c, run.id))
    return std::move(*stored);
  if (auto stored = find_external(c, run))
    return std::move(*stored);
  c.tx.run(q_insert_imported, run.id, run.user, to_string(run.sport), run.created_at,
           run.clock_offset, run.total_seq, name_of(run.source), run.external, run.takes_territory);
  sql_array first, count, data;
  for (const auto& chunk : x.chunks) {
    first.add(std::int64_t{chunk.first_seq});
    count.add(std::int64_t{chunk.count});
    data.add_hex(chunk.data);
  }
  c.tx.run(q_insert_chunks, run.id, first.str(), count.str(), data.str());
  return found(find_run(c, run.id));
}

outcome<actors::ticket_consumed> apply(write_context& c, const actors::attach_ticket& x) {
  auto rows = c.tx.run(q_lock_ticket, x.ticket);
  if (rows.empty())
    return game::errc::not_found;
  auto ticket = read_first(rows, read_ticket);
  auto run = lock_run(c, x.run);
  if (ticket.user != x.user || !run || run->user != x.user)
    return game::errc::not_found;
  auto event = lock_event(c, ticket.event);
  if (!event)
    throw damaged_row{"ticket " + to_string(x.ticket) + " is damaged: its event is missing"};
  if (ticket.run == x.run)
    return actors::ticket_consumed{{std::move(ticket), std::move(*event)}, std::move(*run), false};
  if (ticket.state == actors::ticket_state::refunded)
    return game::errc::ticket_refunded;
  if (ticket.state == actors::ticket_state::used)
    return game::errc::ticket_used;
  if (auto may = may_attach(*run, *event); !may)
    return may.error();
  c.tx.run(q_attach, x.run, x.ticket, event->id, x.has_result, x.has_result ? x.result.value : 0,
           x.has_result ? x.result.reached_at : game::instant{});
  auto used = read_first(c.tx.run(q_use_ticket, x.ticket, x.now, x.run), read_ticket);
  if (x.has_result)
    c.tx.run(q_put_result, event->id, x.run, x.user, x.result.value, x.result.reached_at, x.now);
  auto touched = touch_event(c, event->id);
  auto stored = find_run(c, x.run);
  FIEF_ASSERT(stored.has_value());
  return actors::ticket_consumed{{std::move(used), std::move(touched)}, std::move(*stored), true};
}

outcome<actors::runs_forgotten> apply(write_context& c, const actors::forget_runs& x) {
  if (!is_imported(x.source))
    return game::errc::invalid_argument;
  auto rows = c.tx.run(q_to_forget, x.user, name_of(x.source), x.external);
  actors::runs_forgotten out;
  out.count = static_cast<std::uint32_t>(rows.size());
  auto runs = ids_of(rows);
  auto opened = c.tx.run(q_open_events, runs);
  auto events = ids_of(opened);
  for (const auto& fields : c.tx.run(q_drop_results, runs, events)) {
    row_reader row{fields};
    auto& result = out.withdrawn.emplace_back();
    result.event = row.id<game::event_id>();
    result.run = row.id<game::run_id>();
    result.user = x.user;
  }
  c.tx.run(q_drop_outboxes, runs);
  c.tx.run(q_drop_notices, runs, x.user);
  recompute(c, tiles_of(c.tx.run(q_revoke_claims, runs, x.now)), x.now);
  c.tx.run(q_erase_chunks, runs);
  c.tx.run(q_erase_sketches, runs);
  c.tx.run(q_erase_verdicts, runs);
  c.tx.run(q_forget_runs, runs, events);
  for (const auto& row : opened)
    touch_event(c, row_reader{row}.id<game::event_id>());
  // Also of those forgotten before: the asker may have died before it told the map.
  auto claimed = tiles_of(c.tx.run(q_claimed_by, x.user, name_of(x.source)));
  out.tiles = read_tiles(c, claimed).tiles;
  return out;
}

outcome<actors::fixes_expired> apply(write_context& c, const actors::expire_fixes& x) {
  auto rows = c.tx.run(q_expire, name_of(x.source), x.before, x.runs_max);
  return actors::fixes_expired{static_cast<std::uint32_t>(rows.size())};
}

} // namespace fief::persistence
