#pragma once

#include "base/queue_gauge.hpp"

namespace fief::actors {

/// What the queues of the entities tell of themselves, all entities of a kind together.
struct actor_gauges {
  base::queue_gauge entities; ///< DIRECTORY's that wait for their turn to be loaded.
  base::queue_gauge stash;    ///< DIRECTORY's messages for those.
  base::queue_gauge claims;   ///< AREAs' claims whose TILE may not run yet.
  base::queue_gauge sessions; ///< USERs' sessions.
};

} // namespace fief::actors
