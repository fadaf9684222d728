#pragma once

#include <atomic>
#include <cstdint>

namespace fief::base {

/// What a bounded queue tells of itself: written by whoever owns the queue, read by anyone, for
/// `/metrics`. Every queue has one, or says the same in its own status; docs/LIMITS.md lists them.
struct queue_gauge {
  std::atomic<std::uint64_t> waiting{0}; ///< Now.
  std::atomic<std::uint64_t> refused{0}; ///< Turned away at the bound, since the start.
  std::atomic<std::uint64_t> expired{0}; ///< Given up after waiting too long, since the start.
};

} // namespace fief::base
