#include "persistence/writes/deposits.hpp"

namespace fief::persistence {

namespace {

constexpr query q_drop_old{
  "drop_wallet_challenges",
  "delete from wallet_challenge where user_id = $1::uuid and (expires_at <= $2::bigint"
  " or nonce in (select o.nonce from wallet_challenge o where o.user_id = $1::uuid"
  " order by o.expires_at desc, o.nonce offset $3::bigint))"};
constexpr query q_put_challenge{"put_wallet_challenge",
                                "insert into wallet_challenge (nonce, user_id, expires_at)"
                                " values ($1, $2::uuid, $3::bigint) on conflict do nothing"};
constexpr query q_spend{"spend_wallet_challenge",
                        "delete from wallet_challenge where nonce = $1 and user_id = $2::uuid"
                        " and expires_at > $3::bigint returning nonce"};
constexpr query q_find{"find_wallet",
                       "select address, user_id, linked_at from wallet where address = $1"};
constexpr query q_link{"link_wallet", "insert into wallet (address, user_id, linked_at)"
                                      " values ($1, $2::uuid, $3::bigint)"};
constexpr query q_unlink{"unlink_wallet",
                         "delete from wallet where address = $1 and user_id = $2::uuid"
                         " returning address"};
constexpr query q_claim_deposits{
  "claim_deposits", "update deposit set user_id = $2::uuid where sender = $1 and user_id is null"
                    " and credited_at is null and not refused"};
constexpr query q_free_deposits{
  "free_deposits", "update deposit set user_id = null where sender = $1 and user_id = $2::uuid"
                   " and ref is distinct from $2::uuid and credited_at is null and not refused"};

constexpr std::int64_t challenges_max = 5;

std::optional<actors::wallet_record> find_wallet(write_context& c, const std::string& address) {
  auto rows = c.tx.run(q_find, address);
  if (rows.empty())
    return std::nullopt;
  return read_first(rows, read_wallet);
}

} // namespace

outcome<actors::store_done> apply(write_context& c, const actors::put_wallet_challenge& x) {
  if (!lock_account(c, x.user))
    return game::errc::not_found;
  c.tx.run(q_drop_old, x.user, x.now, challenges_max - 1);
  c.tx.run(q_put_challenge, x.nonce, x.user, x.expires_at);
  return actors::store_done{};
}

outcome<actors::wallet_linked> apply(write_context& c, const actors::link_wallet& x) {
  if (!lock_account(c, x.user))
    return game::errc::not_found;
  auto known = find_wallet(c, x.address);
  if (known && known->user == x.user)
    return actors::wallet_linked{std::move(*known), 0};
  if (c.tx.run(q_spend, x.nonce, x.user, x.now).empty())
    return game::errc::challenge_expired;
  if (known)
    return game::errc::wallet_taken;
  c.tx.run(q_link, x.address, x.user, x.now);
  c.tx.run(q_claim_deposits, x.address, x.user);
  auto credited = credit_from_wallet(c, x.user, x.address, x.now);
  return actors::wallet_linked{{x.address, x.user, x.now}, credited};
}

outcome<actors::store_done> apply(write_context& c, const actors::unlink_wallet& x) {
  if (!c.tx.run(q_unlink, x.address, x.user).empty())
    c.tx.run(q_free_deposits, x.address, x.user);
  return actors::store_done{};
}

} // namespace fief::persistence
