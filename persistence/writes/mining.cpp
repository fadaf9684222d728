#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

constexpr query q_settle_all{
  "settle_mining", "select mining_apply($1::uuid[], $2::bigint[],"
                   " array_fill(0, array[cardinality($1::uuid[])]), $3::bigint, $4::bigint)"};
constexpr query q_find_accounts{"find_accounts", "select " FIEF_ACCOUNT_COLUMNS
                                                 " from app_user a where a.id = any ($1::uuid[])"};
constexpr query q_claim{"claim_tokens",
                        "update app_user set acc = $2::bigint, claimed_at = $3::bigint,"
                        " claims_count = claims_count + 1, full_told = false,"
                        " mined_total_micro = mined_total_micro + $4::bigint, version = version + 1"
                        " where id = $1::uuid returning claims_count"};
constexpr query q_known_claim{
  "known_claim", "select paid_micro from token_claim where user_id = $1::uuid and id = $2::uuid"};
constexpr query q_keep_claim{"keep_claim", "insert into token_claim (user_id, id, paid_micro, at)"
                                           " values ($1::uuid, $2::uuid, $3::bigint, $4::bigint)"};
constexpr query q_forget_claims{
  "forget_claims", "delete from token_claim where user_id = $1::uuid and at < $2::bigint"};

/// Longer than an Idempotency-Key is kept, and so than a client may ask again.
constexpr auto claim_life = std::chrono::hours{48};

std::int64_t read_integer(row_reader& row) {
  return row.integer();
}

} // namespace

std::vector<outcome<game::account>> apply_all(write_context& c,
                                              std::span<const actors::settle_mining* const> all) {
  sql_array users, nows;
  std::map<game::user_id, std::size_t> index_of;
  for (const auto* x : all) {
    index_of.emplace(x->user, index_of.size());
    users.add(x->user);
    nows.add(x->now);
    c.changed.accounts.insert(x->user);
  }
  FIEF_ASSERT(index_of.size() == all.size());
  c.tx.run(q_settle_all, users.str(), nows.str(), c.mining.store_max, soft_cap_of(c));
  std::vector<outcome<game::account>> outcomes(all.size(), game::errc::not_found);
  for (auto& account :
       read_all<game::account>(c.tx.run(q_find_accounts, users.str()), read_account))
    outcomes.at(index_of.at(account.user)) = account;
  return outcomes;
}

outcome<actors::tokens_claimed> apply(write_context& c, const actors::claim_tokens& x) {
  if (!lock_account(c, x.user))
    return game::errc::not_found;
  if (auto known = c.tx.run(q_known_claim, x.user, x.id); !known.empty())
    return actors::tokens_claimed{read_first(known, read_integer), *find_account(c, x.user)};
  apply_mining(c, x.user, x.now, 0);
  auto account = find_account(c, x.user);
  FIEF_ASSERT(account.has_value());
  auto mining = account->mining;
  auto paid = game::claim_tokens(mining, x.now, c.mining);
  if (!paid)
    return paid.error();
  auto rows = c.tx.run(q_claim, x.user, mining.acc, mining.claimed_at, *paid);
  auto number = static_cast<std::uint64_t>(read_first(rows, read_integer));
  book(c, x.user, game::currency::tokens, *paid, game::mining_cause(x.user, number), "", x.now);
  c.tx.run(q_forget_claims, x.user, x.now - claim_life);
  c.tx.run(q_keep_claim, x.user, x.id, *paid, x.now);
  return actors::tokens_claimed{*paid, *find_account(c, x.user)};
}

} // namespace fief::persistence
