#pragma once

// Commands of STORE and queries of READER about wallets, deposits and how far a chain was read.
// Like all of STORE's: sending one again changes nothing more.

#include "actors/messages/chain.hpp"
#include "actors/messages/store_read.hpp"

namespace fief::actors {

// -- wallets --------------------------------------------------------------------------------------

/// A wallet that a user has proved to be his.
struct wallet_record {
  std::string address; ///< `0x` and 40 lower case digits.
  game::user_id user;
  instant linked_at{};
};
FIEF_INSPECT(wallet_record, x.address, x.user, x.linked_at)

/// Remembers a nonce that this user may prove a wallet with, once. The user's latest five count.
/// Reply: `store_done`.
struct put_wallet_challenge {
  game::user_id user;
  std::string nonce;
  instant now{};
  instant expires_at{};
};
FIEF_INSPECT(put_wallet_challenge, x.user, x.nonce, x.now, x.expires_at)

/// Spends the nonce, links the wallet and credits what waits from it. Reply: `wallet_linked`; the
/// same again while the wallet is this user's: answered with what is stored.
/// Errors: `challenge_expired`, `wallet_taken`.
struct link_wallet {
  game::user_id user;
  std::string address;
  std::string nonce;
  instant now{};
};
FIEF_INSPECT(link_wallet, x.user, x.address, x.nonce, x.now)

struct wallet_linked {
  wallet_record wallet;
  std::uint32_t credited = 0; ///< Deposits that had waited.
};
FIEF_INSPECT(wallet_linked, x.wallet, x.credited)

/// What of it is not credited yet waits for the wallet's next owner. Reply: `store_done`, also for
/// a wallet that is not the user's.
struct unlink_wallet {
  game::user_id user;
  std::string address;
};
FIEF_INSPECT(unlink_wallet, x.user, x.address)

/// To READER. Reply: `wallet_list`, by address.
struct list_wallets {
  game::user_id user;
};
FIEF_INSPECT(list_wallets, x.user)

struct wallet_list {
  std::vector<wallet_record> wallets;
};
FIEF_INSPECT(wallet_list, x.wallets)

// -- deposits -------------------------------------------------------------------------------------

/// A deposit as it was read from the chain.
struct seen_deposit {
  std::string tx;
  std::uint64_t log = 0; ///< With chain and transaction, its identity.
  deposit_kind kind = deposit_kind::transfer;
  std::uint64_t block = 0;
  std::string block_hash;
  std::string sender;
  game::user_id ref;  ///< Whom a purchase is for; nil: whoever linked `sender`.
  std::string amount; ///< In the token's smallest unit.
  std::int64_t cents = 0;
  std::string dust = "0"; ///< Part of `amount` that was too little for a cent.
  bool refused = false;   ///< Worth more than one deposit may be: never credited.
};
FIEF_INSPECT(seen_deposit, x.tx, x.log, x.kind, x.block, x.block_hash, x.sender, x.ref, x.amount,
             x.cents, x.dust, x.refused)

/// A deposit as its owner sees it.
struct deposit_record {
  std::int64_t id = 0;
  std::uint64_t chain = 0;
  seen_deposit seen;
  instant seen_at{};
  std::uint64_t confirmations = 0; ///< Blocks from its own to the last one read.
  bool deep_enough = false;        ///< To be credited.
  caf::optional<instant> credited_at;
};
FIEF_INSPECT(deposit_record, x.id, x.chain, x.seen, x.seen_at, x.confirmations, x.deep_enough,
             x.credited_at)

/// To READER: a user's deposits, newest first. Reply: `deposit_page`.
struct list_deposits {
  game::user_id user;
  page_request page;
};
FIEF_INSPECT(list_deposits, x.user, x.page)

struct deposit_page {
  std::vector<deposit_record> items;
  std::string next_cursor; ///< Empty: the end.
};
FIEF_INSPECT(deposit_page, x.items, x.next_cursor)

// -- how far a chain was read ---------------------------------------------------------------------

/// A block that was read.
struct chain_point {
  std::uint64_t number = 0;
  std::string hash;
  friend bool operator==(const chain_point&, const chain_point&) = default;
};
FIEF_INSPECT(chain_point, x.number, x.hash)

struct chain_status {
  std::uint64_t chain = 0;
  chain_point at;                           ///< The last block read.
  std::uint64_t final_number = 0;           ///< Up to here deposits are credited.
  std::uint64_t head = 0;                   ///< As a node last said.
  std::string halted;                       ///< Why nothing is read any more; empty: it is.
  caf::optional<std::uint64_t> rescan_from; ///< An operator's wish.
  instant updated_at{};
};
FIEF_INSPECT(chain_status, x.chain, x.at, x.final_number, x.head, x.halted, x.rescan_from,
             x.updated_at)

/// To READER. Reply: `chain_loaded`. Errors: `not_found`: nothing was read of this chain.
struct load_chain {
  std::uint64_t chain = 0;
};
FIEF_INSPECT(load_chain, x.chain)

struct chain_loaded {
  chain_status status;
  std::vector<chain_point> blocks; ///< The last ones read, ascending; the last is `status.at`.
};
FIEF_INSPECT(chain_loaded, x.status, x.blocks)

/// Begins a chain behind block `at`. Reply: `chain_status`; one that has begun stays as it is.
struct open_chain {
  std::uint64_t chain = 0;
  chain_point at;
  instant now{};
};
FIEF_INSPECT(open_chain, x.chain, x.at, x.now)

/// Blocks from `first` to `last`.
struct chain_span {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
FIEF_INSPECT(chain_span, x.first, x.last)

/// Goes from block `from`, where it must still be, to `to`. Everything that is not credited above
/// `fork` and in `spans` is forgotten; `deposits` are all that there are in these places. What lies
/// at or below `final_number` is credited. Reply: `chain_advanced`; again when it is done: the
/// same, with nothing credited. Errors: `not_found`; `stale`: it is elsewhere, or halted;
/// `invalid_argument`: `fork` is below what was credited, or a block is out of place.
struct advance_chain {
  std::uint64_t chain = 0;
  chain_point from;
  std::uint64_t fork = 0; ///< The last common block; `from.number` unless the chain reorganised.
  chain_point to;
  std::uint64_t final_number = 0; ///< Only grows.
  std::uint64_t head = 0;
  std::uint64_t keep_from = 0; ///< Hashes of blocks below this may be forgotten.
  std::vector<chain_point> blocks;
  std::vector<chain_span> spans;
  std::vector<seen_deposit> deposits;
  instant now{};
};
FIEF_INSPECT(advance_chain, x.chain, x.from, x.fork, x.to, x.final_number, x.head, x.keep_from,
             x.blocks, x.spans, x.deposits, x.now)

struct chain_advanced {
  chain_status status;
  std::uint32_t credited = 0;
};
FIEF_INSPECT(chain_advanced, x.status, x.credited)

/// Stops reading until an operator asks for a rescan. Reply: `chain_status`. Errors: `not_found`.
struct halt_chain {
  std::uint64_t chain = 0;
  chain_point at; ///< Where it must still be; elsewhere nothing is done.
  std::string reason;
};
FIEF_INSPECT(halt_chain, x.chain, x.at, x.reason)

/// Does what `rescan_from` asks: goes back to block `to`, the one before it. Deposits above that
/// are forgotten, and credited ones count as lost until they are seen again: they are never
/// credited twice. Reply: `chain_status`; without such a wish nothing is done. Errors: `not_found`.
struct restart_chain {
  std::uint64_t chain = 0;
  chain_point to;
  instant now{};
};
FIEF_INSPECT(restart_chain, x.chain, x.to, x.now)

} // namespace fief::actors
