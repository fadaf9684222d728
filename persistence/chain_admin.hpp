#pragma once

#include "actors/messages/store_chain.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fief::persistence {

/// A chain as an operator sees it.
struct chain_report {
  actors::chain_status status;
  std::int64_t pending = 0; ///< Deposits that are not deep enough.
  std::int64_t waiting = 0; ///< Deep enough, of a wallet that nobody has linked.
  std::int64_t refused = 0; ///< Too large.
  std::int64_t credited = 0;
  std::int64_t credited_cents = 0;
  std::int64_t lost = 0; ///< Credited, and gone from the chain since.
};

/// Every chain that was ever read, by id. Errors: throws what libpqxx throws.
std::vector<chain_report> report_chains(const std::string& options);

/// Leaves word for CHAIN to read again from this block, also if it is halted. False: nothing was
/// ever read of this chain.
bool ask_rescan(const std::string& options, std::uint64_t chain, std::uint64_t from);

} // namespace fief::persistence
