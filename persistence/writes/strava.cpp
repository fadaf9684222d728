#include "persistence/strava_rows.hpp"
#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

using actors::strava_connection;
using actors::strava_import;

constexpr query q_find{"find_strava_connection",
                       "select " FIEF_STRAVA_COLUMNS " from strava_connection k"
                       " where k.user_id = $1::uuid for no key update of k"};
constexpr query q_find_athlete{"find_strava_athlete",
                               "select " FIEF_STRAVA_COLUMNS " from strava_connection k"
                               " where k.athlete = $1::bigint for no key update of k"};
constexpr query q_insert{
  "insert_strava_connection",
  "insert into strava_connection (user_id, athlete, state, scope, sealed, expires_at,"
  " connected_at, look_at, look_from) values ($1::uuid, $2::bigint, 'active', $3, $4, $5::bigint,"
  " $6::bigint, $7::bigint, $8::bigint)"};
constexpr query q_renew{
  "renew_strava_connection",
  "update strava_connection set state = 'active', scope = $2, sealed = $3, expires_at = $4::bigint,"
  " version = version + 1, suspect = false, look_at = $5::bigint,"
  " look_from = least(look_from, $6::bigint) where user_id = $1::uuid"};
constexpr query q_rotate{"rotate_strava_tokens",
                         "update strava_connection set sealed = $2, expires_at = $3::bigint,"
                         " version = version + 1 where user_id = $1::uuid"};
constexpr query q_suspect{"suspect_strava",
                          "update strava_connection set suspect = true where user_id = $1::uuid"};
constexpr query q_clear{"clear_strava", "update strava_connection set suspect = false"
                                        " where user_id = $1::uuid and version = $2::bigint"};
constexpr query q_break{"break_strava",
                        "update strava_connection set state = 'broken' where user_id = $1::uuid"
                        " and version = $2::bigint and state = 'active'"};
constexpr query q_leave{
  "leave_strava",
  "update strava_connection set state = 'leaving', suspect = false, look_at = null,"
  " sealed = case when $2::boolean then '' else sealed end where user_id = $1::uuid"};
constexpr query q_drop_queue{"drop_strava_imports",
                             "delete from strava_import where user_id = $1::uuid"};
constexpr query q_drop{"drop_strava_connection", "delete from strava_connection"
                                                 " where user_id = $1::uuid and state = 'leaving'"};
constexpr query q_note_deleted{
  "note_strava_deleted",
  "update strava_import set state = 'queued', by_event = true, generation = generation + 1,"
  " attempts = 0, not_before = $3::bigint, updated_at = $3::bigint"
  " where user_id = $1::uuid and activity = $2::bigint"};
constexpr query q_note_event{
  "note_strava_event",
  "insert into strava_import (user_id, activity, state, by_event, not_before, queued_at,"
  " updated_at) values ($1::uuid, $2::bigint, 'queued', true, $3::bigint, $3::bigint, $3::bigint)"
  " on conflict (user_id, activity) do update set state = 'queued', by_event = true,"
  " generation = strava_import.generation + 1, attempts = 0, not_before = excluded.not_before,"
  " updated_at = excluded.updated_at"};
constexpr query q_enqueue{
  "enqueue_strava_imports",
  "insert into strava_import (user_id, activity, state, by_event, not_before, queued_at,"
  " updated_at, started_at)"
  " select $1::uuid, u.activity, 'queued', false, $4::bigint, $4::bigint, $4::bigint, u.started_at"
  " from unnest($2::bigint[], $3::bigint[]) u (activity, started_at) on conflict do nothing"};
constexpr query q_looked{"looked_at_strava",
                         "update strava_connection set look_at = null where user_id = $1::uuid"
                         " and look_at = $2::bigint"};
constexpr query q_find_import{"find_strava_import",
                              "select " FIEF_STRAVA_IMPORT_COLUMNS " from strava_import i"
                              " where i.user_id = $1::uuid and i.activity = $2::bigint"
                              " for no key update"};
constexpr query q_plan{"plan_strava_import",
                       "update strava_import set revision = revision + 1, run_id = $3::uuid,"
                       " imported = false, content = $4, started_at = $5::bigint,"
                       " updated_at = $6::bigint where user_id = $1::uuid"
                       " and activity = $2::bigint"};
constexpr query q_keep_run{
  "keep_strava_run",
  "update strava_import set imported = $3::boolean and run_id is not null and not $4::boolean,"
  " run_id = case when $4::boolean then null else run_id end,"
  " content = case when $4::boolean or $5::boolean then '' else content end"
  " where user_id = $1::uuid and activity = $2::bigint"};
constexpr query q_finish{
  "finish_strava_import",
  "update strava_import set state = $3, reason = $4, attempts = $5::integer,"
  " not_before = $6::bigint, updated_at = $7::bigint,"
  " by_event = by_event and $3 = 'queued' where user_id = $1::uuid and activity = $2::bigint"};
constexpr query q_served{"served_strava",
                         "update strava_connection set served_at = greatest(served_at, $2::bigint)"
                         " where user_id = $1::uuid"};
constexpr query q_contact{"strava_contact", "select alive_at from strava_contact where id = 1"
                                            " for no key update"};
constexpr query q_alive{"strava_alive",
                        "insert into strava_contact (id, alive_at) values (1, $1::bigint)"
                        " on conflict (id) do update"
                        " set alive_at = greatest(strava_contact.alive_at, excluded.alive_at)"};
constexpr query q_look_again{
  "look_again_at_strava",
  "update strava_connection set look_at = coalesce(look_at, $1::bigint),"
  " look_from = case when look_at is null then $2::bigint else least(look_from, $2::bigint) end"
  " where state = 'active'"};

std::optional<strava_connection> find(write_context& c, const query& q, const auto& key) {
  auto rows = c.tx.run(q, key);
  if (rows.empty())
    return std::nullopt;
  return read_first(rows, read_strava_connection);
}

std::optional<strava_import> find_import(write_context& c, game::user_id user,
                                         std::int64_t activity) {
  auto rows = c.tx.run(q_find_import, user, activity);
  if (rows.empty())
    return std::nullopt;
  return read_first(rows, read_strava_import);
}

} // namespace

outcome<strava_connection> apply(write_context& c, const actors::connect_strava& x) {
  const auto& made = x.connection;
  if (!lock_account(c, made.user))
    return game::errc::not_found;
  if (auto of = find(c, q_find_athlete, made.athlete); of && of->user != made.user)
    return game::errc::strava_taken;
  auto own = find(c, q_find, made.user);
  if (own && own->state == actors::strava_state::leaving)
    return game::errc::stale;
  if (own && own->athlete != made.athlete)
    return game::errc::strava_taken;
  if (own && own->sealed == made.sealed)
    return std::move(*own);
  if (own)
    c.tx.run(q_renew, made.user, made.scope, made.sealed, made.expires_at, made.look_at,
             made.look_from);
  else
    c.tx.run(q_insert, made.user, made.athlete, made.scope, made.sealed, made.expires_at,
             made.connected_at, made.look_at, made.look_from);
  return found(find(c, q_find, made.user));
}

outcome<strava_connection> apply(write_context& c, const actors::rotate_strava_tokens& x) {
  auto own = find(c, q_find, x.user);
  if (!own)
    return game::errc::not_found;
  if (own->sealed == x.sealed)
    return std::move(*own);
  if (own->version != x.version || own->state == actors::strava_state::leaving)
    return game::errc::stale;
  c.tx.run(q_rotate, x.user, x.sealed, x.expires_at);
  return found(find(c, q_find, x.user));
}

outcome<strava_connection> apply(write_context& c, const actors::mark_strava& x) {
  auto own = x.mark == actors::strava_mark::suspect ? find(c, q_find_athlete, x.athlete)
                                                    : find(c, q_find, x.user);
  if (!own)
    return game::errc::not_found;
  switch (x.mark) {
    case actors::strava_mark::suspect:
      if (own->state != actors::strava_state::leaving)
        c.tx.run(q_suspect, own->user);
      break;
    case actors::strava_mark::cleared: c.tx.run(q_clear, x.user, x.version); break;
    case actors::strava_mark::broken: c.tx.run(q_break, x.user, x.version); break;
  }
  return found(find(c, q_find, own->user));
}

outcome<actors::store_done> apply(write_context& c, const actors::disconnect_strava& x) {
  if (x.step == actors::strava_leave::end) {
    c.tx.run(q_drop, x.user);
    return actors::store_done{};
  }
  if (!find(c, q_find, x.user))
    return game::errc::not_found;
  c.tx.run(q_leave, x.user, x.step == actors::strava_leave::begin_erased);
  c.tx.run(q_drop_queue, x.user);
  return actors::store_done{};
}

outcome<actors::strava_queued> apply(write_context& c, const actors::note_strava_event& x) {
  auto of = find(c, q_find_athlete, x.athlete);
  if (!of || of->state == actors::strava_state::leaving)
    return actors::strava_queued{};
  auto noted = c.tx.run(x.deleted ? q_note_deleted : q_note_event, of->user, x.activity, x.now);
  return actors::strava_queued{static_cast<std::uint32_t>(noted.affected_rows())};
}

outcome<actors::strava_queued> apply(write_context& c, const actors::enqueue_strava_imports& x) {
  auto own = find(c, q_find, x.user);
  if (!own || own->state == actors::strava_state::leaving)
    return game::errc::not_found;
  sql_array activities, starts;
  for (const auto& found : x.found) {
    activities.add(found.activity);
    starts.add(found.started_at);
  }
  auto added = c.tx.run(q_enqueue, x.user, activities.str(), starts.str(), x.now);
  if (x.done)
    c.tx.run(q_looked, x.user, x.look_at);
  return actors::strava_queued{static_cast<std::uint32_t>(added.affected_rows())};
}

outcome<strava_import> apply(write_context& c, const actors::plan_strava_import& x) {
  auto row = find_import(c, x.user, x.activity);
  if (!row)
    return game::errc::not_found;
  if (row->generation != x.generation)
    return game::errc::stale;
  if (row->revision == x.revision + 1 && row->content == x.content && !row->run.is_nil())
    return std::move(*row);
  if (row->revision != x.revision)
    return game::errc::stale;
  c.tx.run(q_plan, x.user, x.activity, x.run, x.content, x.started_at, x.now);
  return found(find_import(c, x.user, x.activity));
}

outcome<strava_import> apply(write_context& c, const actors::finish_strava_import& x) {
  auto row = find_import(c, x.user, x.activity);
  if (!row)
    return game::errc::not_found;
  if (row->revision == x.revision)
    c.tx.run(q_keep_run, x.user, x.activity, x.imported, x.withdrawn, x.forgetting);
  if (row->revision == x.revision && row->generation == x.generation)
    c.tx.run(q_finish, x.user, x.activity, name_of(x.state), x.reason, x.attempts, x.not_before,
             x.now);
  c.tx.run(q_served, x.user, x.now);
  return found(find_import(c, x.user, x.activity));
}

outcome<actors::strava_contact> apply(write_context& c, const actors::note_strava_contact& x) {
  actors::strava_contact out;
  auto rows = c.tx.run(q_contact);
  if (!rows.empty()) {
    const auto last = read_first(rows, [](row_reader& row) { return row.at(); });
    if (x.now - last > x.gap_max) {
      auto marked = c.tx.run(q_look_again, x.now, last - x.look_back);
      out.scheduled = static_cast<std::uint32_t>(marked.affected_rows());
    }
  }
  c.tx.run(q_alive, x.now);
  return out;
}

} // namespace fief::persistence
