#pragma once

#include "actors/chain_gauge.hpp"
#include "actors/gauges.hpp"
#include "actors/interfaces.hpp"
#include "net/metrics.hpp"
#include "persistence/pulse.hpp"

#include <memory>
#include <string>

namespace fief {

/// What the queues tell of themselves beside the statuses of their actors, and their bounds.
struct server_gauges {
  std::shared_ptr<actors::actor_gauges> actors = std::make_shared<actors::actor_gauges>();
  std::shared_ptr<base::queue_gauge> reads = std::make_shared<base::queue_gauge>();
  std::shared_ptr<base::queue_gauge> passwords = std::make_shared<base::queue_gauge>();
  std::shared_ptr<base::queue_gauge> files = std::make_shared<base::queue_gauge>();
  std::shared_ptr<persistence::pulse> postgres = std::make_shared<persistence::pulse>();
  /// By the chain's id.
  std::vector<std::pair<std::uint64_t, const fief::actors::chain_gauge*>> chains;
  std::uint64_t reads_max = 0;
  std::uint64_t passwords_max = 0;
  std::uint64_t files_max = 0;
  std::uint64_t entities_max = 0;
  std::uint64_t stash_max = 0;
  std::uint64_t claims_max = 0; ///< Of one AREA.
};

/// The registry's exposition with what STORE, DIRECTORY and the queues say of themselves at this
/// moment. docs/LIMITS.md explains every name; a test compares the two.
std::string metrics_text(const net::metrics_registry& registry, const actors::store_health& store,
                         const actors::directory_status& live, const server_gauges& gauges);

} // namespace fief
