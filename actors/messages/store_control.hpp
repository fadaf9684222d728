#pragma once

#include "actors/messages/inspect.hpp"

#include <caf/actor.hpp>
#include <cstdint>

namespace fief::actors {

/// Makes STORE send `committed` to `observer` after each commit. One observer; the last one wins.
struct observe_commits {
  caf::actor observer;
};
FIEF_INSPECT(observe_commits, x.observer)

/// How STORE is doing. Reply: `store_health`, at once and without asking Postgres.
struct get_store_health {};
FIEF_INSPECT_EMPTY(get_store_health)

struct store_health {
  bool connected = false;           ///< Every lane has a live connection.
  std::uint64_t queued = 0;         ///< Operations waiting or in flight.
  std::uint64_t queued_max = 0;     ///< The bound, over all lanes.
  std::uint64_t commits = 0;        ///< Batches committed since the start.
  std::uint64_t operations = 0;     ///< Operations committed since the start.
  std::uint64_t refused = 0;        ///< Refused because the queue was full or Postgres away.
  std::uint64_t retries = 0;        ///< Batches sent again after a fault.
  std::uint64_t commit_us_last = 0; ///< Duration of the last commit.
};
FIEF_INSPECT(store_health, x.connected, x.queued, x.queued_max, x.commits, x.operations, x.refused,
             x.retries, x.commit_us_last)

} // namespace fief::actors
