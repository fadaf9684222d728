#include "actors/messages/action_detail.hpp"
#include "persistence/logger.hpp"
#include "persistence/writes/shared.hpp"

#include <spdlog/spdlog.h>

namespace fief::persistence {

namespace {

using actors::run_state;

constexpr query q_append{
  "append_chunks", "select ord, outcome from append_chunks($1::uuid[], $2::uuid[], $3::bigint[],"
                   " $4::integer[], $5::text[], $6::bigint[], $7::bigint[])"};
constexpr query q_ticket{"ticket_of_run",
                         "select " FIEF_TICKET_COLUMNS " from ticket k where k.id = $1::uuid"};
constexpr query q_stored_chunk{"stored_chunk",
                               "select first_seq, count, data from fix_chunk"
                               " where run_id = $1::uuid and first_seq = $2::bigint"};
constexpr query q_replace_chunk{
  "replace_chunk", "update fix_chunk set count = $3::integer, data = decode(($4::text[])[1], 'hex')"
                   " where run_id = $1::uuid and first_seq = $2::bigint"};
constexpr query q_finish{"finish_recording",
                         "update run r set state = 'processing', total_seq = $2::bigint,"
                         " partial = $3::boolean where r.id = $1::uuid"
                         " returning " FIEF_RUN_COLUMNS};
constexpr query q_save{
  "save_run",
  "update run r set state = $2, reasons = $3, started_at = $4::bigint, finished_at = $5::bigint,"
  " distance_m = $6::double precision, moving = $7::bigint, tiles_passed = $8::integer,"
  " tiles_enclosed = $9::integer, track_hash = $10::uuid, has_result = $11::boolean,"
  " result_value = $12::bigint, result_reached_at = $13::bigint, note = $14"
  " where r.id = $1::uuid"};
constexpr query q_insert_claims{
  "insert_claims",
  "insert into claim (run_id, tile, user_id, crossed_at, holds_until, enclosed)"
  " select $1::uuid, u.tile, $2::uuid, u.crossed_at, u.holds_until, u.enclosed <> 0"
  " from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])"
  " u (tile, crossed_at, holds_until, enclosed) on conflict do nothing"};
constexpr query q_insert_sketch{"insert_sketch",
                                "insert into run_sketch (hash, run_id)"
                                " select distinct h, $1::uuid from unnest($2::bigint[]) h"
                                " on conflict do nothing"};
constexpr query q_open_outbox{"open_outbox",
                              "insert into outbox (run_id, user_id) values ($1::uuid, $2::uuid)"
                              " on conflict do nothing"};
constexpr query q_put_result{
  "put_result", "insert into event_result (event_id, run_id, user_id, value, reached_at,"
                " consumed_at) values ($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint,"
                " $6::bigint) on conflict do nothing"};
constexpr query q_drop_result{"drop_result", "delete from event_result where run_id = $1::uuid"};
constexpr query q_close_outbox{"close_outbox",
                               "delete from outbox where run_id = $1::uuid returning run_id"};
constexpr query q_set_taken{"set_tiles_taken", "update run r set tiles_taken = $2::integer"
                                               " where r.id = $1::uuid"};
constexpr query q_publish{"publish_notices",
                          "update notification n set published = true, at = $2::bigint"
                          " where n.run_id = $1::uuid and not n.published"
                          " returning " FIEF_NOTICE_COLUMNS};
constexpr query q_drop_unpublished{
  "drop_unpublished", "delete from notification where run_id = $1::uuid and not published"};
constexpr query q_reject{"reject_run", "update run set state = 'rejected', reasons = $2, note = $3,"
                                       " has_result = $4::boolean where id = $1::uuid"};
constexpr query q_revoke_claims{"revoke_claims_of_run",
                                "update claim set revoked_at = $2::bigint where run_id = $1::uuid"
                                " and revoked_at is null returning tile"};
constexpr query q_claimed_by_run{"tiles_claimed_by_run",
                                 "select tile from claim where run_id = $1::uuid"};
constexpr query q_claimed_of_tiles{"tiles_claimed_of", "select distinct tile from claim"
                                                       " where tile = any ($2::bigint[])"
                                                       " and user_id = $1::uuid"};
constexpr query q_revoke_tiles{
  "revoke_tiles", "update claim set revoked_at = $3::bigint where tile = any ($2::bigint[])"
                  " and user_id = $1::uuid and revoked_at is null returning tile"};

/// Tells the runner what became of the run.
void tell_state(write_context& c, const actors::run_record& run, run_state state,
                const std::vector<std::string>& reasons, const std::string& note,
                game::instant now) {
  actors::notification notice;
  notice.user = run.user;
  if (state == run_state::accepted)
    notice.kind = actors::notice_kind::run_accepted;
  else
    notice.kind = state == run_state::flagged ? actors::notice_kind::run_flagged
                                              : actors::notice_kind::run_rejected;
  notice.cause = name_of(notice.kind) + ":" + to_string(run.id);
  notice.at = now;
  notice.run = run.id;
  notice.event = run.event;
  notice.text = note.empty() ? join(reasons) : note;
  notify(c, notice);
}

/// Tells the runner that a run recorded elsewhere has arrived.
void tell_imported(write_context& c, const actors::run_record& run,
                   const std::vector<std::string>& reasons, game::instant now) {
  actors::notification notice;
  notice.user = run.user;
  notice.kind = actors::notice_kind::import_finished;
  notice.cause = name_of(notice.kind) + ":" + to_string(run.id);
  notice.at = now;
  notice.run = run.id;
  notice.text = join(reasons);
  notify(c, notice);
}

void insert_claims(write_context& c, const actors::run_record& run,
                   const std::vector<game::claim>& claims) {
  sql_array tiles, crossed, holds, enclosed;
  for (const auto& claim : claims) {
    tiles.add(claim.tile);
    crossed.add(claim.crossed_at);
    holds.add(claim.holds_until);
    enclosed.add(std::int64_t{claim.enclosed});
  }
  c.tx.run(q_insert_claims, run.id, run.user, tiles.str(), crossed.str(), holds.str(),
           enclosed.str());
  c.tx.run(q_open_outbox, run.id, run.user);
}

actors::action_kind verdict_of(run_state state) {
  return state == run_state::accepted ? actors::action_kind::run_accepted
                                      : actors::action_kind::run_rejected;
}

bool is_open(const std::optional<actors::event_record>& event) {
  return event && !event->settled_at;
}

/// @throws damaged_row
void check_ticket(write_context& c, game::ticket_id ticket) {
  (void)read_all<actors::ticket_record>(c.tx.run(q_ticket, ticket), read_ticket);
}

/// Another chunk is stored in this one's place. One that is damaged gives way, since its fixes were
/// never told to be here after it was; one that is whole is another copy's word, and stays.
outcome<actors::store_done> replace_damaged(write_context& c, const actors::append_fixes& x) {
  auto stored = read_whole<actors::fix_chunk>(c.tx.run(q_stored_chunk, x.run, x.chunk.first_seq),
                                              read_chunk, [](const damaged_row&) {});
  if (stored.empty() || is_whole(stored.front()))
    return game::errc::stale;
  sql_array data;
  data.add_hex(x.chunk.data);
  c.tx.run(q_replace_chunk, x.run, x.chunk.first_seq, x.chunk.count, data.str());
  logger()->error("the damaged chunk of run {} from seq {} was replaced by what the device sent"
                  " again",
                  to_string(x.run), x.chunk.first_seq);
  return actors::store_done{};
}

} // namespace

outcome<actors::run_record> apply(write_context& c, const actors::create_run& x) {
  if (!lock_account(c, x.run.user))
    return game::errc::not_found;
  if (auto stored = find_run(c, x.run.id))
    return std::move(*stored);
  if (is_recording(c, x.run.user))
    return game::errc::run_in_progress;
  insert_run(c, x.run);
  return found(find_run(c, x.run.id));
}

std::vector<outcome<actors::store_done>>
apply_all(write_context& c, std::span<const actors::append_fixes* const> all) {
  sql_array runs, users, first, count, data, drift, now;
  for (const auto* x : all) {
    runs.add(x->run);
    users.add(x->user);
    first.add(std::int64_t{x->chunk.first_seq});
    count.add(std::int64_t{x->chunk.count});
    data.add_hex(x->chunk.data);
    drift.add(x->drift_max.count());
    now.add(x->now);
  }
  auto rows = c.tx.run(q_append, runs.str(), users.str(), first.str(), count.str(), data.str(),
                       drift.str(), now.str());
  std::vector<outcome<actors::store_done>> outcomes(all.size(), game::errc::unavailable);
  FIEF_ASSERT(rows.size() == static_cast<pqxx::result::size_type>(all.size()));
  for (const auto& fields : rows) {
    row_reader row{fields};
    auto index = static_cast<std::size_t>(row.integer() - 1);
    auto& outcome = outcomes.at(index);
    switch (row.integer()) {
      case 1: outcome = actors::store_done{}; break;
      case 2: outcome = replace_damaged(c, *all[index]); break;
      case 3: outcome = game::errc::run_not_recording; break;
      default: outcome = game::errc::not_found; break;
    }
  }
  return outcomes;
}

outcome<actors::run_record> apply(write_context& c, const actors::finish_recording& x) {
  auto run = lock_run(c, x.run);
  if (!run || run->user != x.user)
    return game::errc::not_found;
  if (run->state != run_state::recording)
    return std::move(*run);
  return read_first(c.tx.run(q_finish, x.run, x.total_seq, x.partial), read_run);
}

outcome<actors::run_record> apply(write_context& c, const actors::save_run& x) {
  auto stored = lock_run(c, x.run.id);
  if (!stored)
    return game::errc::not_found;
  if (stored->state != x.from || (x.from != run_state::processing && x.from != run_state::flagged))
    return std::move(*stored);
  auto event = stored->event.is_nil() ? std::nullopt : lock_event(c, stored->event);
  // USER does not see a damaged ticket, and would take a run for an event for a free one.
  if (is_open(event) && !x.has_result)
    check_ticket(c, stored->ticket);
  const auto& run = x.run;
  bool counts = x.has_result && is_open(event);
  c.tx.run(q_save, run.id, name_of(run.state), join(run.reasons), run.started_at, run.finished_at,
           run.distance_m, run.moving, run.tiles_passed, run.tiles_enclosed, run.track_hash, counts,
           counts ? x.result.value : 0, counts ? x.result.reached_at : game::instant{}, run.note);
  if (run.state == run_state::accepted && !x.claims.empty())
    insert_claims(c, *stored, x.claims);
  if (!x.sketch.empty()) {
    sql_array hashes;
    for (auto hash : x.sketch)
      hashes.add(static_cast<std::int64_t>(hash));
    c.tx.run(q_insert_sketch, run.id, hashes.str());
  }
  if (counts)
    c.tx.run(q_put_result, stored->event, run.id, stored->user, x.result.value, x.result.reached_at,
             x.result.consumed_at);
  if (event)
    touch_event(c, event->id);
  if (run.state != run_state::accepted || x.from == run_state::flagged)
    tell_state(c, *stored, run.state, run.reasons, run.note, x.now);
  else if (is_imported(stored->source))
    tell_imported(c, *stored, run.reasons, x.now);
  if (run.state == run_state::accepted || run.state == run_state::rejected)
    log_action(c, x.action, verdict_of(run.state), run.id.value, verdict_detail(*stored, run.note),
               x.now);
  return found(find_run(c, run.id));
}

outcome<actors::tiles_changed> apply(write_context& c, const actors::revoke_run& x) {
  auto run = lock_run(c, x.run);
  if (!run)
    return game::errc::not_found;
  auto claimed = tiles_of(c.tx.run(q_claimed_by_run, x.run));
  if (run->state != run_state::accepted)
    return read_tiles(c, claimed);
  auto event = run->event.is_nil() ? std::nullopt : lock_event(c, run->event);
  bool withdrawn = is_open(event);
  c.tx.run(q_reject, x.run, join(x.reasons), x.note, run->has_result && !withdrawn);
  c.tx.run(q_close_outbox, x.run);
  c.tx.run(q_drop_unpublished, x.run);
  if (withdrawn) {
    c.tx.run(q_drop_result, x.run);
    touch_event(c, event->id);
  }
  tell_state(c, *run, run_state::rejected, x.reasons, x.note, x.now);
  log_action(c, x.action, actors::action_kind::run_rejected, x.run.value,
             verdict_detail(*run, x.note), x.now);
  recompute(c, tiles_of(c.tx.run(q_revoke_claims, x.run, x.now)), x.now);
  return read_tiles(c, claimed);
}

outcome<actors::run_record> apply(write_context& c, const actors::close_outbox& x) {
  auto run = lock_run(c, x.run);
  if (!run)
    return game::errc::not_found;
  if (c.tx.run(q_close_outbox, x.run).empty())
    return std::move(*run);
  c.tx.run(q_set_taken, x.run, x.tiles_taken);
  note_notices(c, c.tx.run(q_publish, x.run, x.now));
  return found(find_run(c, x.run));
}

outcome<actors::tiles_changed> apply(write_context& c, const actors::revoke_tiles& x) {
  if (!lock_account(c, x.user))
    return game::errc::not_found;
  auto given = array_of(x.tiles);
  auto claimed = tiles_of(c.tx.run(q_claimed_of_tiles, x.user, given));
  recompute(c, tiles_of(c.tx.run(q_revoke_tiles, x.user, given, x.now)), x.now);
  return read_tiles(c, claimed);
}

} // namespace fief::persistence
