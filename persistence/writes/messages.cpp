#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

constexpr query q_told_full{"told_full", "update app_user set full_told = true"
                                         " where id = $1::uuid and not full_told"};
constexpr query q_forget_key{"forget_key",
                             "delete from idempotency_key where user_id = $1::uuid and key = $2"
                             " and created_at < $3::bigint"};
constexpr query q_forget_old_keys{
  "forget_old_keys", "delete from idempotency_key where (user_id, key) in"
                     " (select user_id, key from idempotency_key where created_at < $1::bigint"
                     " order by created_at limit 16)"};
constexpr query q_reserve_key{
  "reserve_key", "insert into idempotency_key (user_id, key, request_hash, seed, created_at)"
                 " values ($1::uuid, $2, $3, gen_random_uuid(), $4::bigint)"
                 " on conflict do nothing"};
constexpr query q_find_key{"find_key", "select request_hash, status, body, seed"
                                       " from idempotency_key where user_id = $1::uuid"
                                       " and key = $2"};
constexpr query q_complete_key{"complete_key",
                               "update idempotency_key set status = $3::integer, body = $4"
                               " where user_id = $1::uuid and key = $2 and status is null"};

} // namespace

outcome<actors::store_done> apply(write_context& c, const actors::put_notification& x) {
  if (!lock_account(c, x.notice.user))
    return game::errc::not_found;
  notify(c, x.notice);
  if (x.notice.kind == actors::notice_kind::mining_full)
    c.tx.run(q_told_full, x.notice.user);
  return actors::store_done{};
}

outcome<actors::key_reserved> apply(write_context& c, const actors::reserve_key& x) {
  if (!lock_account(c, x.user))
    return game::errc::not_found;
  c.tx.run(q_forget_key, x.user, x.key, x.forget_before);
  c.tx.run(q_forget_old_keys, x.forget_before);
  c.tx.run(q_reserve_key, x.user, x.key, x.request_hash, x.now);
  auto rows = c.tx.run(q_find_key, x.user, x.key);
  if (rows.empty())
    return game::errc::stale;
  const auto fields = rows.front();
  row_reader row{fields};
  if (row.text() != x.request_hash)
    return game::errc::idempotency_mismatch;
  actors::key_reserved reserved;
  if (auto status = row.maybe_integer()) {
    reserved.answered = true;
    reserved.status = static_cast<std::uint16_t>(*status);
  }
  reserved.body = row.text();
  reserved.seed = row.uuid();
  return reserved;
}

outcome<actors::store_done> apply(write_context& c, const actors::complete_key& x) {
  if (c.tx.run(q_find_key, x.user, x.key).empty())
    return game::errc::not_found;
  c.tx.run(q_complete_key, x.user, x.key, x.status, x.body);
  return actors::store_done{};
}

} // namespace fief::persistence
