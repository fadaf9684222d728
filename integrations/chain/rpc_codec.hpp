#pragma once

// JSON-RPC as EVM nodes speak it. Nothing that comes is trusted: every reader gives nothing for
// what is not exactly of its form.

#include "actors/messages/chain.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fief::integrations {

struct rpc_call {
  std::string method;
  std::string params = "[]"; ///< A JSON array.
};

/// One call as an object, several as a batch; ids count from `first_id`.
std::string write_calls(std::span<const rpc_call> calls, std::uint64_t first_id);

struct rpc_result {
  std::string json;  ///< The result as JSON.
  std::string error; ///< The node's word; if not empty there is no result.
};

/// The answers in the order of the calls. Nothing unless there is exactly one for each.
std::optional<std::vector<rpc_result>> read_results(std::string_view body, std::uint64_t first_id,
                                                    std::size_t count);

/// `0x1f`, at most 64 bits.
std::optional<std::uint64_t> parse_quantity(std::string_view text);
std::string to_quantity(std::uint64_t x);
/// Up to 32 bytes of hexadecimal as a decimal integer.
std::optional<std::string> parse_amount(std::string_view text);

// Of a result's JSON.
std::optional<std::uint64_t> read_quantity(std::string_view json);
std::optional<std::string> read_text(std::string_view json);
/// A block without its transactions. The inner one is nothing if the node does not have it.
std::optional<std::optional<actors::chain_block>> read_block(std::string_view json);
/// Logs of `Transfer` or `CoinsPurchased`, by block and index.
std::optional<std::vector<actors::chain_log>> read_logs(std::string_view json,
                                                        actors::deposit_kind kind);

// Calls.
rpc_call call_block(std::uint64_t number);
rpc_call call_block(std::string_view tag); ///< `latest`, `finalized`.
/// ERC-20 transfers to `treasury`.
rpc_call call_transfers(std::string_view token, std::string_view treasury, std::uint64_t first,
                        std::uint64_t last);
rpc_call call_purchases(std::string_view shop, std::uint64_t first, std::uint64_t last);
rpc_call call_code(std::string_view address);
rpc_call call_decimals(std::string_view token);

/// Topics of the two events.
std::string transfer_topic();
std::string purchase_topic();

} // namespace fief::integrations
