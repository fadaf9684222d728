#include "persistence/audit.hpp"
#include "persistence/connection_options.hpp"
#include "persistence/rows.hpp"

#include <stdexcept>

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 5;

#define FIEF_BEST_CLAIMS                                                                           \
  "with best as (select distinct on (c.tile) c.tile, c.user_id, c.run_id, c.crossed_at,"           \
  " c.holds_until, c.enclosed from claim c where c.revoked_at is null"                             \
  " order by c.tile, c.holds_until desc, c.crossed_at, c.run_id),"                                 \
  " differing as (select coalesce(t.tile, b.tile) as tile, b.user_id, b.run_id, b.crossed_at,"     \
  " b.holds_until, b.enclosed from best b full join tile t on t.tile = b.tile"                     \
  " where (t.owner is not null or b.tile is not null)"                                             \
  " and (t.owner, t.run_id, t.crossed_at, t.holds_until, t.enclosed) is distinct from"             \
  " (b.user_id, b.run_id, b.crossed_at, b.holds_until, b.enclosed))"

constexpr query q_differing{"map_differing", FIEF_BEST_CLAIMS " select count(*) from differing"};
constexpr query q_lock_tiles{"map_lock", "lock table tile in exclusive mode"};
constexpr query q_write{
  "map_write", FIEF_BEST_CLAIMS
  " insert into tile as t (tile, owner, run_id, crossed_at, holds_until, enclosed,"
  " generation, counted)"
  " select tile, user_id, run_id, coalesce(crossed_at, 0), coalesce(holds_until, 0),"
  " coalesce(enclosed, false), 1, coalesce(holds_until > $1::bigint, false)"
  " from differing"
  " on conflict on constraint tile_pk do update set owner = excluded.owner,"
  " run_id = excluded.run_id, crossed_at = excluded.crossed_at,"
  " holds_until = excluded.holds_until, enclosed = excluded.enclosed,"
  " generation = t.generation + 1, counted = excluded.counted"};
constexpr query q_recount{
  "map_recount",
  "update app_user a set tiles = n.n, version = a.version + 1,"
  " settled_at = greatest(a.settled_at, $1::bigint),"
  " claimed_at = case when a.claimed_at = 0 and n.n > 0"
  " then greatest(a.settled_at, $1::bigint) else a.claimed_at end"
  " from (select u.id, (select count(*) from tile t where t.owner = u.id and t.counted) as n"
  " from app_user u) n where n.id = a.id and n.n <> a.tiles"};
constexpr query q_settle_all{
  "map_settle", "select mining_apply(array_agg(id), array_agg($1::bigint), array_agg(0),"
                " $2::bigint, $3::bigint) from app_user where tiles > 0 having count(*) > 0"};

constexpr query q_by_email{
  "operator_by_email", "update app_user set roles = 7, banned = false, password_hash = $2"
                       " where not deleted"
                       " and lower(email collate \"C\") = lower($1 collate \"C\") returning id"};
constexpr query q_insert{
  "insert_operator", "insert into app_user (id, username, email, password_hash, roles, created_at)"
                     " values ($1::uuid, $2, $3, $4, 7, $5::bigint)"
                     " on conflict do nothing returning id"};
constexpr query q_log{"log_operator", "insert into action (id, at, kind, target, detail)"
                                      " values ($1::uuid, $2::bigint, $3, $4::uuid, '{}')"};

} // namespace

std::int64_t rebuild_map(const std::string& options, rebuild_mode mode, game::instant now,
                         const game::mining_rules& mining) {
  connection c{with_connect_timeout(options, connect_timeout_s), 0};
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  if (mode == rebuild_mode::write)
    tx.run(q_lock_tiles);
  const auto row = tx.run(q_differing).front();
  auto differing = row_reader{row}.integer();
  if (mode == rebuild_mode::write && differing > 0) {
    // Yield up to now is what the counts before said; from now on the corrected ones count.
    tx.run(q_settle_all, now, mining.store_max, mining.soft_cap);
    tx.run(q_write, now);
    tx.run(q_recount, now);
  }
  work.commit();
  return differing;
}

game::user_id create_operator(const std::string& options, const operator_account& account,
                              game::instant now) {
  connection c{with_connect_timeout(options, connect_timeout_s), 0};
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  auto rows = tx.run(q_by_email, account.email, account.password_hash);
  if (rows.empty())
    rows =
      tx.run(q_insert, account.id, account.username, account.email, account.password_hash, now);
  if (rows.empty())
    throw std::runtime_error{"another account has the user name " + account.username};
  auto user = read_first(rows, [](row_reader& row) { return row.id<game::user_id>(); });
  tx.run(q_log, account.action, now, name_of(actors::action_kind::operator_created), user);
  work.commit();
  return user;
}

} // namespace fief::persistence
