#include "actors/messages/action_detail.hpp"
#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

constexpr query q_taken{
  "user_name_taken",
  "select case when lower(email collate \"C\") = lower($2 collate \"C\") then 1 else 2 end"
  " from app_user where not deleted and id <> $1::uuid"
  " and (lower(email collate \"C\") = lower($2 collate \"C\")"
  " or lower(username collate \"C\") = lower($3 collate \"C\")) order by 1 limit 1"};
constexpr query q_insert_user{
  "insert_user", "insert into app_user (id, username, email, password_hash, roles, created_at)"
                 " values ($1::uuid, $2, $3, $4, $5::smallint, $6::bigint)"
                 " on conflict do nothing returning id"};
constexpr query q_lock_user{"lock_user", "select deleted, roles, banned from app_user"
                                         " where id = $1::uuid for no key update"};
constexpr query q_update_user{
  "update_user", "update app_user set username = coalesce($2, username),"
                 " password_hash = coalesce($3, password_hash),"
                 " roles = coalesce($4::smallint, roles), banned = coalesce($5::boolean, banned)"
                 " where id = $1::uuid"};
constexpr query q_end_all_sessions{"end_all_sessions",
                                   "update session_family set ended_at = 0 where user_id = $1::uuid"
                                   " and ended_at is null"};
constexpr query q_drop_zones{"drop_home_zones", "delete from home_zone where user_id = $1::uuid"};
constexpr query q_put_zone{"put_home_zone",
                           "insert into home_zone (user_id, position, lat_e7, lon_e7, radius_m)"
                           " values ($1::uuid, $2::smallint, $3::integer, $4::integer,"
                           " $5::integer)"};
constexpr query q_revoke_all{"revoke_claims_of_user",
                             "update claim c set revoked_at = $2::bigint from run r"
                             " where r.user_id = $1::uuid and c.run_id = r.id"
                             " and c.revoked_at is null returning c.tile"};
constexpr query q_claimed_by_user{
  "tiles_claimed_by_user", "select distinct c.tile from claim c join run r on r.id = c.run_id"
                           " where r.user_id = $1::uuid"};
constexpr query q_erase_chunks{"erase_chunks",
                               "delete from fix_chunk c using run r where r.user_id = $1::uuid"
                               " and c.run_id = r.id"};
constexpr query q_erase_sketches{"erase_sketches",
                                 "delete from run_sketch s using run r where r.user_id = $1::uuid"
                                 " and s.run_id = r.id"};
constexpr query q_close_runs{
  "close_runs_of_user",
  "update run set state = case when state in ('recording', 'processing', 'flagged')"
  " then 'rejected' else state end,"
  " track_hash = null, note = '', external = ''"
  " where user_id = $1::uuid and (track_hash is not null or note <> '' or external <> ''"
  " or state in ('recording', 'processing', 'flagged'))"};
// A verdict's word is about the runner; who decided, when and how, stays.
constexpr query q_erase_verdicts{"erase_verdicts_of_user",
                                 "update action a set detail = '{}' from run r"
                                 " where r.user_id = $1::uuid and a.target = r.id"};
constexpr query q_drop_outbox{"drop_outbox_of_user",
                              "delete from outbox where user_id = $1::uuid returning run_id"};
constexpr query q_drop_held_back{
  "drop_held_back", "delete from notification where not published and run_id = any ($1::uuid[])"};
constexpr query q_drop_notices{"drop_notices", "delete from notification where user_id = $1::uuid"};
constexpr query q_drop_keys{"drop_keys", "delete from idempotency_key where user_id = $1::uuid"};
constexpr query q_drop_claims{"drop_token_claims",
                              "delete from token_claim where user_id = $1::uuid"};
constexpr query q_drop_strava_queue{"drop_strava_queue_of_user",
                                    "delete from strava_import where user_id = $1::uuid"};
constexpr query q_drop_strava{"drop_strava_of_user",
                              "delete from strava_connection where user_id = $1::uuid"};
constexpr query q_drop_wallets{"drop_wallets", "delete from wallet where user_id = $1::uuid"};
constexpr query q_drop_challenges{"drop_challenges_of_user",
                                  "delete from wallet_challenge where user_id = $1::uuid"};
constexpr query q_leave_deposits{"leave_deposits",
                                 "update deposit set user_id = null where user_id = $1::uuid"
                                 " and credited_at is null"};
constexpr query q_drop_tokens{"drop_tokens", "delete from refresh_token t using session_family f"
                                             " where f.user_id = $1::uuid and t.family = f.id"};
constexpr query q_drop_families{"drop_families",
                                "delete from session_family where user_id = $1::uuid"};
constexpr query q_forget_user{
  "forget_user", "update app_user set deleted = true, email = '', username = '',"
                 " password_hash = '', roles = 0, version = version + 1 where id = $1::uuid"};

/// Which of the two is another account's, if any.
std::optional<game::errc> find_taken(write_context& c, game::user_id user, const std::string& email,
                                     const std::string& username) {
  auto rows = c.tx.run(q_taken, user, email, username);
  if (rows.empty())
    return std::nullopt;
  auto which = read_first(rows, [](row_reader& row) { return row.integer(); });
  return which == 1 ? game::errc::email_taken : game::errc::username_taken;
}

/// Locks the account's row. Gives its rights, and nothing else: an operator's new ones heal a row
/// whose old ones are damaged. Errors: `not_found`, also for a deleted one.
outcome<actors::user_record> lock_living(write_context& c, game::user_id user) {
  auto rows = c.tx.run(q_lock_user, user);
  if (rows.empty())
    return game::errc::not_found;
  auto rights = read_first(rows, [](row_reader& row) {
    actors::user_record x;
    x.deleted = row.boolean();
    x.roles = static_cast<std::uint8_t>(row.integer());
    x.banned = row.boolean();
    return x;
  });
  if (rights.deleted)
    return game::errc::not_found;
  return rights;
}

} // namespace

outcome<actors::user_record> apply(write_context& c, const actors::create_user& x) {
  const auto& user = x.user;
  if (auto stored = find_user(c, user.id))
    return std::move(*stored);
  if (auto taken = find_taken(c, user.id, user.email, user.username))
    return *taken;
  auto rows = c.tx.run(q_insert_user, user.id, user.username, user.email, x.password_hash,
                       user.roles, user.created_at);
  if (rows.empty()) // Another node was quicker: its row says who.
    return find_taken(c, user.id, user.email, user.username).value_or(game::errc::stale);
  book(c, user.id, game::currency::coins, x.welcome_cents, "welcome:" + to_string(user.id), "",
       user.created_at);
  return found(find_user(c, user.id));
}

outcome<actors::user_record> apply(write_context& c, const actors::update_user& x) {
  auto before = lock_living(c, x.user);
  if (!before)
    return before.error();
  if (x.username)
    if (auto taken = find_taken(c, x.user, "", *x.username))
      return *taken;
  c.tx.run(q_update_user, x.user, x.username, x.password_hash, x.roles, x.banned);
  if (x.banned && *x.banned)
    c.tx.run(q_end_all_sessions, x.user);
  auto after = found(find_user(c, x.user));
  if (auto detail = after ? rights_detail(*before, *after) : ""; !detail.empty())
    log_action(c, x.action, actors::action_kind::rights_changed, x.user.value, detail, x.now);
  return after;
}

outcome<actors::user_record> apply(write_context& c, const actors::put_home_zones& x) {
  if (auto living = lock_living(c, x.user); !living)
    return living.error();
  c.tx.run(q_drop_zones, x.user);
  std::int32_t position = 0;
  for (const auto& zone : x.zones)
    c.tx.run(q_put_zone, x.user, position++, zone.lat_e7, zone.lon_e7, zone.radius_m);
  return found(find_user(c, x.user));
}

outcome<actors::tiles_changed> apply(write_context& c, const actors::delete_user& x) {
  auto rows = c.tx.run(q_lock_user, x.user);
  if (rows.empty())
    return game::errc::not_found;
  if (read_first(rows, [](row_reader& row) { return row.boolean(); }))
    return read_tiles(c, tiles_of(c.tx.run(q_claimed_by_user, x.user)));
  auto claimed = tiles_of(c.tx.run(q_claimed_by_user, x.user));
  recompute(c, tiles_of(c.tx.run(q_revoke_all, x.user, x.now)), x.now);
  sql_array runs;
  for (const auto& row : c.tx.run(q_drop_outbox, x.user))
    runs.add(row_reader{row}.uuid());
  c.tx.run(q_drop_held_back, runs.str());
  for (const auto* q : {&q_erase_chunks, &q_erase_sketches, &q_erase_verdicts, &q_close_runs,
                        &q_drop_zones, &q_drop_notices, &q_drop_keys, &q_drop_claims,
                        &q_drop_strava_queue, &q_drop_strava, &q_drop_wallets, &q_drop_challenges,
                        &q_leave_deposits, &q_drop_tokens, &q_drop_families, &q_forget_user})
    c.tx.run(*q, x.user);
  c.changed.accounts.insert(x.user);
  return read_tiles(c, claimed);
}

outcome<game::account> apply(write_context& c, const actors::grant_coins& x) {
  if (x.coins_cents <= 0)
    return game::errc::invalid_argument;
  if (!lock_account(c, x.user))
    return game::errc::not_found;
  auto cause = game::grant_cause(x.grant);
  if (book(c, x.user, game::currency::coins, x.coins_cents, cause, x.reason, x.now)) {
    actors::notification notice;
    notice.user = x.user;
    notice.kind = actors::notice_kind::coins_granted;
    notice.cause = cause;
    notice.at = x.now;
    notice.amount_cents = x.coins_cents;
    notice.text = x.reason;
    notify(c, notice);
    log_action(c, {x.grant, x.by}, actors::action_kind::coins_granted, x.user.value,
               granted_detail(x), x.now);
  }
  return found(find_account(c, x.user));
}

} // namespace fief::persistence
