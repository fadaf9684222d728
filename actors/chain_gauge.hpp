#pragma once

#include <atomic>
#include <cstdint>

namespace fief::actors {

/// What CHAIN tells of itself, from its own thread to anyone.
struct chain_gauge {
  std::atomic<std::uint64_t> head{0};     ///< The chain's last block, as a node says.
  std::atomic<std::uint64_t> at{0};       ///< The last block read.
  std::atomic<std::uint64_t> credited{0}; ///< Deposits credited.
  std::atomic<std::uint64_t> reorgs{0};
  std::atomic<std::uint64_t> failures{0}; ///< Rounds that came to nothing.
  std::atomic<bool> halted{false};        ///< Stopped until an operator looks.
};

} // namespace fief::actors
