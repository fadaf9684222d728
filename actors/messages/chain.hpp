#pragma once

// What CHAIN asks of a NODE: one EVM chain, read through nodes that may lag, fail or lie. Hashes,
// addresses and words are `0x` and lower case hexadecimal; amounts are decimal integers below
// 2^256.

#include "actors/messages/inspect.hpp"

#include <caf/optional.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace fief::actors {

struct chain_block {
  std::uint64_t number = 0;
  std::string hash;
  std::string parent; ///< Its parent's hash.
};
FIEF_INSPECT(chain_block, x.number, x.hash, x.parent)

/// How tokens came: straight to the treasury, or through the shop.
enum class deposit_kind : std::uint8_t { transfer = 1, purchase };

/// One log entry of the token (`Transfer` to the treasury) or the shop (`CoinsPurchased`).
struct chain_log {
  deposit_kind kind = deposit_kind::transfer;
  std::uint64_t block = 0;
  std::string block_hash;
  std::string tx;
  std::uint64_t index = 0; ///< In its block.
  std::string sender;      ///< Of a purchase, the buyer.
  std::string amount;
  std::string ref; ///< Of a purchase: 32 bytes.
};
FIEF_INSPECT(chain_log, x.kind, x.block, x.block_hash, x.tx, x.index, x.sender, x.amount, x.ref)

/// What is at the configured addresses? Reply: `node_facts`. Errors of all: `unavailable`.
struct inspect_node {};
FIEF_INSPECT_EMPTY(inspect_node)

struct node_facts {
  std::uint64_t chain = 0;
  bool token_has_code = false;
  bool shop_has_code = false;            ///< Also true when no shop is configured.
  caf::optional<std::uint32_t> decimals; ///< None: the token did not say.
};
FIEF_INSPECT(node_facts, x.chain, x.token_has_code, x.shop_has_code, x.decimals)

/// Reply: `chain_head`. A node of another chain is passed over.
struct get_chain_head {};
FIEF_INSPECT_EMPTY(get_chain_head)

struct chain_head {
  chain_block latest;
  caf::optional<std::uint64_t> finalized; ///< None: the node knows no such block.
};
FIEF_INSPECT(chain_head, x.latest, x.finalized)

/// Reply: `chain_blocks`.
struct get_chain_blocks {
  std::vector<std::uint64_t> numbers; ///< At most 1,000.
};
FIEF_INSPECT(get_chain_blocks, x.numbers)

struct chain_blocks {
  std::vector<chain_block> blocks; ///< Those that the node has, in the order asked for.
};
FIEF_INSPECT(chain_blocks, x.blocks)

/// Every log from `first` to `last`, read while the node had the same block `last`.
/// Reply: `chain_logs`. Errors: `unavailable` also when the node refuses so many blocks at once.
struct read_chain_logs {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
FIEF_INSPECT(read_chain_logs, x.first, x.last)

struct chain_logs {
  chain_block last;
  std::vector<chain_log> logs; ///< By block and index.
};
FIEF_INSPECT(chain_logs, x.last, x.logs)

/// To NODE: this node's answers contradict each other; ask the next one from now on.
struct avoid_node {};
FIEF_INSPECT_EMPTY(avoid_node)

/// INTERNAL to NODE: what came back over HTTP.
struct node_answered {
  std::uint64_t query = 0;
  std::uint64_t part = 0;
  std::int32_t status = 0; ///< 0: none, and `error` says why.
  std::string body;
  std::string error;
};
FIEF_INSPECT(node_answered, x.query, x.part, x.status, x.body, x.error)

} // namespace fief::actors
