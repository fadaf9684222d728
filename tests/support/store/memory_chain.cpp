#include "game/coin_rate.hpp"
#include "tests/support/store/memory_commands.hpp"
#include "tests/support/store/memory_queries.hpp"

#include <algorithm>
#include <limits>

namespace fief::test {

using namespace actors;
using game::errc;
using game::user_id;

namespace {

using deposit_row = memory_database::deposit_row;

constexpr std::size_t challenges_max = 5;

std::string cause_of(const deposit_row& row) {
  return "deposit:" + std::to_string(row.chain) + ":" + row.seen.tx + ":"
         + std::to_string(row.seen.log);
}

bool is_due(memory_change& change, const deposit_row& row) {
  return !row.credited_at && !row.seen.refused && change.find_user(row.user) != nullptr
         && change.account(row.user).coins_cents <= game::balance_cents_max;
}

void credit(memory_change& change, deposit_row& row, game::instant now) {
  row.credited_at = now;
  auto cause = cause_of(row);
  change.post(row.user, {0, game::currency::coins, row.seen.cents, cause, "", now});
  if (row.seen.cents > 0) {
    notification notice;
    notice.user = row.user;
    notice.kind = notice_kind::deposit_credited;
    notice.cause = cause;
    notice.at = now;
    notice.amount_cents = row.seen.cents;
    change.publish(change.notify(notice));
  }
  change.seal(row.user);
}

template <class Which>
std::uint32_t credit_all(memory_change& change, game::instant now, Which which) {
  std::uint32_t credited = 0;
  for (auto& [key, row] : change.db.deposits)
    if (which(row) && is_due(change, row)) {
      credit(change, row, now);
      ++credited;
    }
  return credited;
}

/// The owner of a deposit: whom it is for, else whoever linked its sender.
user_id owner_of(memory_change& change, const seen_deposit& x) {
  if (change.find_user(x.ref) != nullptr)
    return x.ref;
  auto wallet = change.db.wallets.find(x.sender);
  return wallet == change.db.wallets.end() ? user_id{} : wallet->second.user;
}

void drop_deposits(memory_database& db, std::uint64_t chain, std::uint64_t first,
                   std::uint64_t last) {
  std::erase_if(db.deposits, [&](const auto& entry) {
    const auto& row = entry.second;
    return row.chain == chain && row.seen.block >= first && row.seen.block <= last
           && !row.credited_at;
  });
}

void drop_blocks(memory_database& db, std::uint64_t chain, std::uint64_t above,
                 std::uint64_t below) {
  std::erase_if(db.chain_blocks, [&](const auto& entry) {
    auto [of, number] = entry.first;
    return of == chain && (number > above || number < below);
  });
}

bool is_same_payment(const seen_deposit& a, const seen_deposit& b) {
  return a.tx == b.tx && a.kind == b.kind && a.sender == b.sender && a.amount == b.amount;
}

void put_deposit(memory_change& change, std::uint64_t chain, const seen_deposit& x,
                 game::instant now) {
  auto& db = change.db;
  bool known = false;
  for (auto it = db.deposits.lower_bound({chain, x.tx, 0});
       it != db.deposits.end() && it->second.chain == chain && it->second.seen.tx == x.tx; ++it) {
    auto& row = it->second;
    if (!row.credited_at || !is_same_payment(row.seen, x))
      continue;
    known = known || row.seen.block_hash != x.block_hash;
    row.lost = false;
  }
  if (known)
    return;
  auto& row = db.deposits[{chain, x.tx, x.log}];
  if (row.credited_at)
    return;
  if (row.id == 0) {
    row.id = ++db.deposits_seen;
    row.seen_at = now;
  }
  row.chain = chain;
  row.seen = x;
  row.user = owner_of(change, x);
}

} // namespace

void forget_wallets(memory_change& change, user_id user) {
  std::erase_if(change.db.wallets, [&](const auto& x) { return x.second.user == user; });
  std::erase_if(change.db.challenges, [&](const auto& x) { return x.second.user == user; });
  for (auto& [key, row] : change.db.deposits)
    if (row.user == user && !row.credited_at)
      row.user = {};
}

game::outcome<store_done> apply(memory_change& change, const put_wallet_challenge& x) {
  if (!change.find_user(x.user))
    return errc::not_found;
  auto& all = change.db.challenges;
  std::erase_if(all, [&](const auto& entry) {
    return entry.second.user == x.user && entry.second.expires_at <= x.now;
  });
  std::vector<std::pair<game::instant, std::string>> own;
  for (const auto& [nonce, row] : all)
    if (row.user == x.user)
      own.emplace_back(row.expires_at, nonce);
  std::ranges::sort(own);
  for (std::size_t i = 0; i + challenges_max <= own.size(); ++i)
    all.erase(own[i].second);
  all.try_emplace(x.nonce, memory_database::challenge_row{x.user, x.expires_at});
  return store_done{};
}

game::outcome<wallet_linked> apply(memory_change& change, const link_wallet& x) {
  if (!change.find_user(x.user))
    return errc::not_found;
  auto& db = change.db;
  auto known = db.wallets.find(x.address);
  if (known != db.wallets.end() && known->second.user == x.user)
    return wallet_linked{known->second, 0};
  auto challenge = db.challenges.find(x.nonce);
  if (challenge == db.challenges.end() || challenge->second.user != x.user
      || challenge->second.expires_at <= x.now)
    return errc::challenge_expired;
  db.challenges.erase(challenge);
  if (known != db.wallets.end())
    return errc::wallet_taken;
  wallet_record wallet{x.address, x.user, x.now};
  db.wallets.emplace(x.address, wallet);
  for (auto& [key, row] : db.deposits)
    if (row.seen.sender == x.address && row.user.is_nil() && !row.credited_at && !row.seen.refused)
      row.user = x.user;
  auto credited = credit_all(change, x.now, [&](const deposit_row& row) {
    return row.seen.sender == x.address && row.user == x.user
           && row.seen.block <= db.chains.at(row.chain).final_number;
  });
  return wallet_linked{wallet, credited};
}

game::outcome<store_done> apply(memory_change& change, const unlink_wallet& x) {
  auto& db = change.db;
  auto known = db.wallets.find(x.address);
  if (known == db.wallets.end() || known->second.user != x.user)
    return store_done{};
  db.wallets.erase(known);
  for (auto& [key, row] : db.deposits)
    if (row.seen.sender == x.address && row.user == x.user && row.seen.ref != x.user
        && !row.credited_at && !row.seen.refused)
      row.user = {};
  return store_done{};
}

game::outcome<chain_status> apply(memory_change& change, const open_chain& x) {
  auto& db = change.db;
  chain_status fresh{x.chain, x.at, x.at.number, x.at.number, "", {}, x.now};
  auto [at, made] = db.chains.try_emplace(x.chain, fresh);
  if (made)
    db.chain_blocks[{x.chain, x.at.number}] = x.at.hash;
  return at->second;
}

game::outcome<chain_advanced> apply(memory_change& change, const advance_chain& x) {
  auto& db = change.db;
  auto found = db.chains.find(x.chain);
  if (found == db.chains.end())
    return errc::not_found;
  auto& status = found->second;
  if (!status.halted.empty() || status.rescan_from)
    return errc::stale;
  if (status.at != x.from) {
    if (status.at == x.to && status.final_number >= x.final_number)
      return chain_advanced{status, 0};
    return errc::stale;
  }
  auto credited_to = status.final_number;
  auto final_number = std::max(x.final_number, credited_to);
  if (x.fork < credited_to || x.fork > x.from.number || x.fork > x.to.number
      || final_number > x.to.number)
    return errc::invalid_argument;
  drop_blocks(db, x.chain, x.fork, x.keep_from);
  drop_deposits(db, x.chain, x.fork + 1, std::numeric_limits<std::uint64_t>::max());
  for (const auto& span : x.spans)
    drop_deposits(db, x.chain, span.first, span.last);
  for (const auto& block : x.blocks)
    db.chain_blocks[{x.chain, block.number}] = block.hash;
  for (const auto& each : x.deposits)
    put_deposit(change, x.chain, each, x.now);
  status.at = x.to;
  status.final_number = final_number;
  status.head = x.head;
  status.updated_at = x.now;
  auto credited = credit_all(change, x.now, [&](const deposit_row& row) {
    return row.chain == x.chain && row.seen.block > credited_to && row.seen.block <= final_number;
  });
  return chain_advanced{status, credited};
}

game::outcome<chain_status> apply(memory_change& change, const halt_chain& x) {
  auto found = change.db.chains.find(x.chain);
  if (found == change.db.chains.end())
    return errc::not_found;
  auto& status = found->second;
  if (status.at == x.at && !status.rescan_from && status.halted.empty())
    status.halted = x.reason;
  return status;
}

game::outcome<chain_status> apply(memory_change& change, const restart_chain& x) {
  auto& db = change.db;
  auto found = db.chains.find(x.chain);
  if (found == db.chains.end())
    return errc::not_found;
  auto& status = found->second;
  if (!status.rescan_from || x.to.number + 1 != std::max<std::uint64_t>(*status.rescan_from, 1))
    return status;
  std::erase_if(db.chain_blocks, [&](const auto& entry) { return entry.first.first == x.chain; });
  drop_deposits(db, x.chain, x.to.number + 1, std::numeric_limits<std::uint64_t>::max());
  for (auto& [key, row] : db.deposits)
    if (row.chain == x.chain && row.seen.block > x.to.number && row.credited_at)
      row.lost = true;
  status.at = x.to;
  status.final_number = x.to.number;
  status.halted.clear();
  status.rescan_from = caf::none;
  status.updated_at = x.now;
  db.chain_blocks[{x.chain, x.to.number}] = x.to.hash;
  return status;
}

game::outcome<wallet_list> query(const memory_database& db, const list_wallets& x) {
  wallet_list list;
  for (const auto& [address, wallet] : db.wallets)
    if (wallet.user == x.user)
      list.wallets.push_back(wallet);
  return list;
}

game::outcome<chain_loaded> query(const memory_database& db, const load_chain& x) {
  auto found = db.chains.find(x.chain);
  if (found == db.chains.end())
    return errc::not_found;
  chain_loaded loaded{found->second, {}};
  for (auto it = db.chain_blocks.lower_bound({x.chain, 0});
       it != db.chain_blocks.end() && it->first.first == x.chain; ++it)
    loaded.blocks.push_back({it->first.second, it->second});
  return loaded;
}

} // namespace fief::test
