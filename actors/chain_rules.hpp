#pragma once

#include "actors/messages/store_chain.hpp"
#include "game/coin_rate.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fief::actors {

/// One chain as configured: what counts on it, and when.
struct chain_rules {
  std::uint64_t chain = 0; ///< Its id of EIP-155.
  std::string token;       ///< Addresses in lower case.
  std::string treasury;
  std::string shop; ///< Empty: none.
  game::coin_rate rate;
  std::uint32_t confirmations = 12; ///< A deposit is credited with so many, its own block counted.
  bool at_finalized = false;        ///< Credited at the `finalized` tag instead.
  std::uint64_t start_block = 0;    ///< The first to be read.
  std::uint32_t reorg_depth = 64;   ///< How many blocks are remembered. Not below `confirmations`.
};

/// What is wrong with the nodes or the configuration, naming the setting; nothing if all is well.
std::optional<std::string> contradiction_of(const node_facts& facts, const chain_rules& rules);

/// The user that a purchase's `ref` names: the 16 bytes of the id on either end of the 32, the
/// others zero. Nil for any other word.
game::user_id user_of_ref(const std::string& ref);

/// What logs are worth. A transfer of the same transaction and amount as a purchase is that
/// purchase's payment and no deposit of its own; transfers of nothing, and of the treasury to
/// itself, are none either.
std::vector<seen_deposit> deposits_of(std::span<const chain_log> logs, const chain_rules& rules);

/// Whether `blocks` are each other's parents from the first to the last, and follow `behind`.
bool is_linked(std::span<const chain_block> blocks, const chain_point& behind);

/// Whether every log lies between the two and in the block that `known` has of its number.
bool is_within(std::span<const chain_log> logs, const chain_span& span,
               std::span<const chain_point> known);

/// Whether the node has no other block in the place of one of `known`.
bool is_part_of(std::span<const chain_block> found, std::span<const chain_point> known);

/// The highest of `known` that the node has too.
std::optional<chain_point> common_block(std::span<const chain_point> known,
                                        std::span<const chain_block> found);

} // namespace fief::actors
