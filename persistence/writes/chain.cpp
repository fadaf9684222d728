#include "persistence/writes/deposits.hpp"

namespace fief::persistence {

namespace {

using actors::chain_status;

constexpr query q_lock{"lock_chain", "select " FIEF_CHAIN_COLUMNS
                                     " from chain c where c.id = $1::bigint for update"};
constexpr query q_open{"open_chain",
                       "insert into chain (id, number, hash, final_number, head, updated_at)"
                       " values ($1::bigint, $2::bigint, $3, $2::bigint, $2::bigint, $4::bigint)"
                       " on conflict do nothing"};
constexpr query q_move{"move_chain",
                       "update chain set number = $2::bigint, hash = $3, final_number = $4::bigint,"
                       " head = $5::bigint, updated_at = $6::bigint where id = $1::bigint"};
constexpr query q_halt{"halt_chain", "update chain set halted = $2 where id = $1::bigint"};
constexpr query q_restart{
  "restart_chain", "update chain set number = $2::bigint, hash = $3, final_number = $2::bigint,"
                   " halted = '', rescan_from = null, updated_at = $4::bigint"
                   " where id = $1::bigint"};
constexpr query q_drop_blocks{"drop_chain_blocks",
                              "delete from chain_block where chain = $1::bigint"
                              " and (number > $2::bigint or number < $3::bigint)"};
constexpr query q_put_blocks{"put_chain_blocks",
                             "insert into chain_block (chain, number, hash)"
                             " select $1::bigint, u.number, u.hash"
                             " from unnest($2::bigint[], $3::text[]) u (number, hash)"
                             " on conflict on constraint chain_block_pk"
                             " do update set hash = excluded.hash"};
constexpr query q_drop_deposits{
  "drop_deposits", "delete from deposit where chain = $1::bigint and block_number >= $2::bigint"
                   " and block_number <= $3::bigint and credited_at is null"};
constexpr query q_lose_deposits{
  "lose_deposits", "update deposit set lost = true where chain = $1::bigint"
                   " and block_number > $2::bigint and credited_at is not null and not lost"};
// A transaction that comes back after a deep reorganisation may have its logs at other indexes:
// what was credited before is the same payment.
constexpr query q_put_deposits{
  "put_deposits",
  "insert into deposit as d (chain, tx, log_index, kind, block_number, block_hash, sender, ref,"
  " user_id, amount, cents, dust, refused, seen_at)"
  " select $1::bigint, u.tx, u.log, u.kind, u.number, u.hash, u.sender, u.ref,"
  " coalesce(r.id, w.user_id), u.amount, u.cents, u.dust, u.refused, $13::bigint"
  " from unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[],"
  " $8::uuid[], $9::numeric[], $10::bigint[], $11::numeric[], $12::boolean[])"
  " u (tx, log, kind, number, hash, sender, ref, amount, cents, dust, refused)"
  " left join app_user r on r.id = u.ref and not r.deleted"
  " left join wallet w on w.address = u.sender"
  " where not exists (select 1 from deposit k where k.chain = $1::bigint and k.tx = u.tx"
  " and k.credited_at is not null and k.block_hash <> u.hash and k.kind = u.kind"
  " and k.sender = u.sender and k.amount = u.amount)"
  " order by u.number, u.log"
  " on conflict on constraint deposit_pk do update set kind = excluded.kind,"
  " block_number = excluded.block_number, block_hash = excluded.block_hash,"
  " sender = excluded.sender, ref = excluded.ref, user_id = excluded.user_id,"
  " amount = excluded.amount, cents = excluded.cents, dust = excluded.dust,"
  " refused = excluded.refused where d.credited_at is null"};
constexpr query q_find_lost{
  "find_lost_deposits",
  "update deposit k set lost = false from unnest($2::text[], $3::text[], $4::text[],"
  " $5::numeric[]) u (tx, kind, sender, amount)"
  " where k.chain = $1::bigint and k.tx = u.tx and k.lost and k.kind = u.kind"
  " and k.sender = u.sender and k.amount = u.amount"};

constexpr std::int64_t last_block = std::numeric_limits<std::int64_t>::max();

std::int64_t n(std::uint64_t x) {
  return static_cast<std::int64_t>(x);
}

std::optional<chain_status> lock_chain(write_context& c, std::uint64_t chain) {
  auto rows = c.tx.run(q_lock, n(chain));
  if (rows.empty())
    return std::nullopt;
  return read_first(rows, read_chain);
}

void put_blocks(write_context& c, std::uint64_t chain,
                const std::vector<actors::chain_point>& blocks) {
  sql_array numbers, hashes;
  for (const auto& block : blocks) {
    numbers.add(n(block.number));
    hashes.add_text(block.hash);
  }
  c.tx.run(q_put_blocks, n(chain), numbers.str(), hashes.str());
}

void put_deposits(write_context& c, const actors::advance_chain& x) {
  if (x.deposits.empty())
    return;
  sql_array tx, log, kind, number, hash, sender, ref, amount, cents, dust, refused;
  for (const auto& each : x.deposits) {
    tx.add_text(each.tx);
    log.add(n(each.log));
    kind.add_text(name_of(each.kind));
    number.add(n(each.block));
    hash.add_text(each.block_hash);
    sender.add_text(each.sender);
    ref.add(each.ref);
    amount.add_text(each.amount);
    cents.add(each.cents);
    dust.add_text(each.dust);
    refused.add_text(each.refused ? "true" : "false");
  }
  c.tx.run(q_put_deposits, n(x.chain), tx.str(), log.str(), kind.str(), number.str(), hash.str(),
           sender.str(), ref.str(), amount.str(), cents.str(), dust.str(), refused.str(), x.now);
  c.tx.run(q_find_lost, n(x.chain), tx.str(), kind.str(), sender.str(), amount.str());
}

bool is_in_order(const actors::advance_chain& x, const chain_status& now) {
  auto final_number = std::max(x.final_number, now.final_number);
  return x.fork >= now.final_number && x.fork <= x.from.number && x.fork <= x.to.number
         && final_number <= x.to.number;
}

} // namespace

outcome<chain_status> apply(write_context& c, const actors::open_chain& x) {
  c.tx.run(q_open, n(x.chain), n(x.at.number), x.at.hash, x.now);
  auto status = lock_chain(c, x.chain);
  FIEF_ASSERT(status.has_value());
  if (status->at == x.at)
    put_blocks(c, x.chain, {x.at});
  return std::move(*status);
}

outcome<actors::chain_advanced> apply(write_context& c, const actors::advance_chain& x) {
  auto status = lock_chain(c, x.chain);
  if (!status)
    return game::errc::not_found;
  if (!status->halted.empty() || status->rescan_from)
    return game::errc::stale;
  if (status->at != x.from) {
    if (status->at == x.to && status->final_number >= x.final_number)
      return actors::chain_advanced{std::move(*status), 0};
    return game::errc::stale;
  }
  if (!is_in_order(x, *status))
    return game::errc::invalid_argument;
  auto credited_to = n(status->final_number);
  auto final_number = n(std::max(x.final_number, status->final_number));
  c.tx.run(q_drop_blocks, n(x.chain), n(x.fork), n(x.keep_from));
  c.tx.run(q_drop_deposits, n(x.chain), n(x.fork) + 1, last_block);
  for (const auto& span : x.spans)
    c.tx.run(q_drop_deposits, n(x.chain), n(span.first), n(span.last));
  put_blocks(c, x.chain, x.blocks);
  put_deposits(c, x);
  c.tx.run(q_move, n(x.chain), n(x.to.number), x.to.hash, final_number, n(x.head), x.now);
  auto credited = credit_blocks(c, n(x.chain), credited_to, final_number, x.now);
  return actors::chain_advanced{*lock_chain(c, x.chain), credited};
}

outcome<chain_status> apply(write_context& c, const actors::halt_chain& x) {
  auto status = lock_chain(c, x.chain);
  if (!status)
    return game::errc::not_found;
  if (status->at == x.at && !status->rescan_from && status->halted.empty())
    c.tx.run(q_halt, n(x.chain), x.reason);
  return found(lock_chain(c, x.chain));
}

outcome<chain_status> apply(write_context& c, const actors::restart_chain& x) {
  auto status = lock_chain(c, x.chain);
  if (!status)
    return game::errc::not_found;
  if (!status->rescan_from || x.to.number + 1 != std::max<std::uint64_t>(*status->rescan_from, 1))
    return std::move(*status);
  c.tx.run(q_drop_blocks, n(x.chain), std::int64_t{-1}, std::int64_t{0});
  c.tx.run(q_drop_deposits, n(x.chain), n(x.to.number) + 1, last_block);
  c.tx.run(q_lose_deposits, n(x.chain), n(x.to.number));
  c.tx.run(q_restart, n(x.chain), n(x.to.number), x.to.hash, x.now);
  put_blocks(c, x.chain, {x.to});
  return found(lock_chain(c, x.chain));
}

} // namespace fief::persistence
