#include "persistence/writes/shared.hpp"

#include "persistence/logger.hpp"

#include <spdlog/spdlog.h>

namespace fief::persistence {

namespace {

constexpr query q_find_user{"find_user",
                            "select " FIEF_USER_COLUMNS " from app_user a where a.id = $1::uuid"};
constexpr query q_find_account{"find_account", "select " FIEF_ACCOUNT_COLUMNS
                                               " from app_user a where a.id = $1::uuid"};
constexpr query q_lock_account{"lock_account", "select " FIEF_ACCOUNT_COLUMNS
                                               " from app_user a where a.id = $1::uuid"
                                               " and not a.deleted for no key update of a"};
constexpr query q_find_event{"find_event",
                             "select " FIEF_EVENT_COLUMNS " from event e where e.id = $1::uuid"};
constexpr query q_lock_event{"lock_event",
                             "select " FIEF_EVENT_COLUMNS " from event e where e.id = $1::uuid"
                             " for no key update of e"};
constexpr query q_find_run{"find_run",
                           "select " FIEF_RUN_COLUMNS " from run r where r.id = $1::uuid"};
constexpr query q_lock_run{"lock_run", "select " FIEF_RUN_COLUMNS
                                       " from run r where r.id = $1::uuid for no key update of r"};
constexpr query q_touch_event{"touch_event",
                              "update event e set version = e.version + 1 where e.id = $1::uuid"
                              " returning " FIEF_EVENT_COLUMNS};
constexpr query q_book{"book",
                       "select book(array[$1::uuid], $2, array[$3::bigint], array[$4::text],"
                       " $5, $6::bigint)"};
constexpr query q_notify{
  "notify", "insert into notification as n (id, user_id, kind, cause, at, count, amount_cents,"
            " run_id, event_id, text)"
            " values (coalesce($1::uuid, notification_id($2::uuid, $4)), $2::uuid, $3, $4,"
            " $5::bigint, $6::bigint, $7::bigint, $8::uuid, $9::uuid, $10)"
            " on conflict do nothing returning " FIEF_NOTICE_COLUMNS};
constexpr query q_log_action{"log_action",
                             "insert into action (id, at, by_id, kind, target, detail)"
                             " values ($1::uuid, $2::bigint, $3::uuid, $4, $5::uuid, $6::json)"
                             " on conflict on constraint action_pk do nothing"};
constexpr query q_mining_apply{
  "mining_apply", "select mining_apply(array[$1::uuid], array[$2::bigint], array[$3::integer],"
                  " $4::bigint, $5::bigint)"};
constexpr query q_recompute{"recompute_tiles", "select count(*) from recompute_tiles($1::bigint[],"
                                               " $2::bigint, $3::bigint, $4::bigint)"};
constexpr query q_tiles{"tiles_of_array",
                        "select " FIEF_TILE_COLUMNS " from tile t where t.tile = any ($1::bigint[])"
                        " order by t.tile"};
constexpr query q_owners_of_claims{
  "owners_of_claims", "select distinct user_id from claim where tile = any ($1::bigint[])"};
constexpr query q_insert_run{
  "insert_run",
  "insert into run (id, user_id, kind, ticket_id, event_id, sport, state, created_at,"
  " clock_offset, drift_max, last_data_at, source)"
  " values ($1::uuid, $2::uuid, $3, $4::uuid, $5::uuid, $6, 'recording', $7::bigint, $8::bigint,"
  " $9::bigint, $10::bigint, $11)"};
constexpr query q_is_recording{
  "is_recording", "select 1 from run where user_id = $1::uuid and state = 'recording'"};

template <class Id, class Read>
auto find_one(write_context& c, const query& q, Id id, Read read)
  -> std::optional<decltype(read(std::declval<row_reader&>()))> {
  auto rows = c.tx.run(q, id);
  if (rows.empty())
    return std::nullopt;
  return read_first(rows, read);
}

} // namespace

std::optional<actors::user_record> find_user(write_context& c, game::user_id user) {
  return find_one(c, q_find_user, user, read_user);
}

std::optional<game::account> find_account(write_context& c, game::user_id user) {
  return find_one(c, q_find_account, user, read_account);
}

std::optional<game::account> lock_account(write_context& c, game::user_id user) {
  return find_one(c, q_lock_account, user, read_account);
}

std::optional<actors::event_record> find_event(write_context& c, game::event_id event) {
  return find_one(c, q_find_event, event, read_event);
}

std::optional<actors::event_record> lock_event(write_context& c, game::event_id event) {
  return find_one(c, q_lock_event, event, read_event);
}

std::optional<actors::run_record> find_run(write_context& c, game::run_id run) {
  return find_one(c, q_find_run, run, read_run);
}

std::optional<actors::run_record> lock_run(write_context& c, game::run_id run) {
  return find_one(c, q_lock_run, run, read_run);
}

actors::event_record touch_event(write_context& c, game::event_id event) {
  c.changed.events.insert(event);
  return read_first(c.tx.run(q_touch_event, event), read_event);
}

bool book(write_context& c, game::user_id user, game::currency currency, std::int64_t amount,
          const std::string& cause, const std::string& note, game::instant at) {
  auto rows = c.tx.run(q_book, user, to_string(currency), amount, cause, note, at);
  c.changed.accounts.insert(user);
  return read_first(rows, [](row_reader& row) { return row.integer(); }) == 1;
}

void log_action(write_context& c, const actors::action_note& note, actors::action_kind kind,
                const base::uuid& target, const std::string& detail, game::instant at) {
  if (note.id != base::uuid{})
    c.tx.run(q_log_action, note.id, at, note.by, name_of(kind), target, detail);
}

void note_notices(write_context& c, const pqxx::result& rows) {
  for (auto& notice : read_all<actors::notification>(rows, read_notice))
    c.changed.notices.push_back(std::move(notice));
}

bool notify(write_context& c, const actors::notification& notice) {
  auto rows =
    c.tx.run(q_notify, notice.id, notice.user, name_of(notice.kind), notice.cause, notice.at,
             notice.count, notice.amount_cents, notice.run, notice.event, notice.text);
  note_notices(c, rows);
  return !rows.empty();
}

std::optional<std::int64_t> soft_cap_of(const write_context& c) {
  return c.mining.soft_cap;
}

void apply_mining(write_context& c, game::user_id user, game::instant at, int delta) {
  c.tx.run(q_mining_apply, user, at, std::int64_t{delta}, c.mining.store_max, soft_cap_of(c));
  c.changed.accounts.insert(user);
}

std::string tiles_of(const pqxx::result& rows) {
  sql_array tiles;
  for (const auto& row : rows)
    tiles.add(row_reader{row}.integer());
  return tiles.str();
}

actors::tiles_changed read_tiles(write_context& c, const std::string& tiles) {
  return {
    read_whole<actors::tile_record>(c.tx.run(q_tiles, tiles), read_tile, [](const damaged_row& x) {
      logger()->error("{}; `fief audit` lists all of them", x.what());
    })};
}

void recompute(write_context& c, const std::string& tiles, game::instant now) {
  for (const auto& row : c.tx.run(q_owners_of_claims, tiles))
    c.changed.accounts.insert(row_reader{row}.id<game::user_id>());
  c.tx.run(q_recompute, tiles, now, c.mining.store_max, soft_cap_of(c));
}

void insert_run(write_context& c, const actors::run_record& run) {
  c.tx.run(q_insert_run, run.id, run.user, name_of(run.kind), run.ticket, run.event,
           to_string(run.sport), run.created_at, run.clock_offset, run.drift_max, run.last_data_at,
           name_of(run.source));
}

bool is_recording(write_context& c, game::user_id user) {
  return !c.tx.run(q_is_recording, user).empty();
}

} // namespace fief::persistence
