#include "persistence/writes/deposits.hpp"

#include "game/coin_rate.hpp"

#include <functional>

namespace fief::persistence {

namespace {

// A balance that is full takes no more; what is left lies there until a rescan.
#define FIEF_DUE_COLUMNS                                                                           \
  "d.chain, d.tx, d.log_index, d.user_id, d.cents,"                                                \
  " 'deposit:' || d.chain || ':' || d.tx || ':' || d.log_index"

constexpr query q_due_blocks{
  "deposits_due_in_blocks",
  "select " FIEF_DUE_COLUMNS " from deposit d join app_user a on a.id = d.user_id"
  " where d.chain = $1::bigint and d.block_number > $2::bigint and d.block_number <= $3::bigint"
  " and d.credited_at is null and not d.refused and not a.deleted and a.coins_cents <= $4::bigint"
  " order by d.block_number, d.log_index limit $5::bigint"};
constexpr query q_due_wallet{
  "deposits_due_from_wallet",
  "select " FIEF_DUE_COLUMNS " from deposit d join chain c on c.id = d.chain"
  " join app_user a on a.id = d.user_id"
  " where d.sender = $1 and d.user_id = $2::uuid and d.block_number <= c.final_number"
  " and d.credited_at is null and not d.refused and not a.deleted and a.coins_cents <= $3::bigint"
  " order by d.chain, d.block_number, d.log_index limit $4::bigint"};
constexpr query q_mark{"mark_deposits_credited",
                       "update deposit d set credited_at = $4::bigint"
                       " from unnest($1::bigint[], $2::text[], $3::bigint[]) u (chain, tx, log)"
                       " where d.chain = u.chain and d.tx = u.tx and d.log_index = u.log"};
constexpr query q_book_all{"book_deposits",
                           "select book($1::uuid[], 'coins', $2::bigint[], $3::text[], '',"
                           " $4::bigint)"};
constexpr query q_tell{
  "tell_deposits", "insert into notification as n (id, user_id, kind, cause, at, count,"
                   " amount_cents, run_id, event_id, text)"
                   " select notification_id(u.user_id, u.cause), u.user_id, 'deposit_credited',"
                   " u.cause, $4::bigint, 0, u.cents, null, null, ''"
                   " from unnest($1::uuid[], $2::bigint[], $3::text[]) u (user_id, cents, cause)"
                   " where u.cents > 0 on conflict do nothing returning " FIEF_NOTICE_COLUMNS};

constexpr std::int64_t credited_at_once = 1'000; // With `balance_cents_max`, nothing overflows.
static_assert(game::balance_cents_max < std::numeric_limits<std::int64_t>::max()
                                          - credited_at_once * game::deposit_cents_max);

/// Credits what `due` finds until it finds less than a full batch.
std::uint32_t credit(write_context& c, game::instant now,
                     const std::function<pqxx::result()>& due) {
  std::uint32_t credited = 0;
  while (true) {
    auto rows = due();
    if (rows.empty())
      return credited;
    sql_array chains, txs, logs, users, cents, causes;
    for (const auto& fields : rows) {
      row_reader row{fields};
      chains.add(row.integer());
      txs.add_text(row.text());
      logs.add(row.integer());
      auto user = row.id<game::user_id>();
      users.add(user);
      c.changed.accounts.insert(user);
      cents.add(row.integer(0, game::deposit_cents_max));
      causes.add_text(row.text());
      ++credited;
    }
    c.tx.run(q_mark, chains.str(), txs.str(), logs.str(), now);
    c.tx.run(q_book_all, users.str(), cents.str(), causes.str(), now);
    note_notices(c, c.tx.run(q_tell, users.str(), cents.str(), causes.str(), now));
    if (static_cast<std::int64_t>(rows.size()) < credited_at_once)
      return credited;
  }
}

} // namespace

std::uint32_t credit_from_wallet(write_context& c, game::user_id user, const std::string& address,
                                 game::instant now) {
  return credit(c, now, [&] {
    return c.tx.run(q_due_wallet, address, user, game::balance_cents_max, credited_at_once);
  });
}

std::uint32_t credit_blocks(write_context& c, std::int64_t chain, std::int64_t above,
                            std::int64_t final_number, game::instant now) {
  return credit(c, now, [&] {
    return c.tx.run(q_due_blocks, chain, above, final_number, game::balance_cents_max,
                    credited_at_once);
  });
}

} // namespace fief::persistence
