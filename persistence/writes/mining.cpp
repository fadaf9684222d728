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
constexpr query q_last_claim{
  "last_claim", "select coalesce(l.amount, 0) from app_user a left join ledger l"
                " on l.cause = 'mining:' || a.id || ':' || a.claims_count"
                " where a.id = $1::uuid and a.claims_count > 0 and a.claimed_at = $2::bigint"};

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
  if (c.in_doubt) { // Perhaps it was paid and the answer lost; its instant tells.
    auto paid = c.tx.run(q_last_claim, x.user, x.now);
    if (!paid.empty())
      return actors::tokens_claimed{read_first(paid, read_integer), *find_account(c, x.user)};
  }
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
  return actors::tokens_claimed{*paid, *find_account(c, x.user)};
}

} // namespace fief::persistence
