#pragma once

#include "actors/chain_gauge.hpp"
#include "actors/gauges.hpp"
#include "actors/messages/store_control.hpp"
#include "persistence/pulse.hpp"

#include <array>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace fief {

/// What the queues tell of themselves beside the statuses of their actors, and their bounds.
struct server_gauges {
  std::shared_ptr<actors::actor_gauges> actors = std::make_shared<actors::actor_gauges>();
  std::shared_ptr<base::queue_gauge> reads = std::make_shared<base::queue_gauge>();
  std::shared_ptr<base::queue_gauge> passwords = std::make_shared<base::queue_gauge>();
  std::shared_ptr<base::queue_gauge> files = std::make_shared<base::queue_gauge>();
  std::shared_ptr<base::queue_gauge> tracks = std::make_shared<base::queue_gauge>();
  std::shared_ptr<persistence::pulse> postgres = std::make_shared<persistence::pulse>();
  /// By the chain's id.
  std::vector<std::pair<std::uint64_t, const fief::actors::chain_gauge*>> chains;
  std::uint64_t reads_max = 0;
  std::uint64_t passwords_max = 0;
  std::uint64_t files_max = 0;
  std::uint64_t tracks_max = 0;
  std::uint64_t entities_max = 0;
  std::uint64_t stash_max = 0;
  std::uint64_t claims_max = 0; ///< Of one AREA.
};

/// One queue at one moment.
struct queue_reading {
  std::string_view name;
  std::uint64_t waiting = 0;
  std::uint64_t max = 0;
  std::uint64_t refused = 0; ///< At its bound, since the start.
};

/// The queues that refuse at a bound, always in the same order.
using queue_readings = std::array<queue_reading, 8>;
queue_readings read_queues(const actors::store_health& store, const server_gauges& gauges);

/// What the process has used.
struct process_usage {
  base::milliseconds cpu{0};        ///< Of all threads, user and kernel, since the start.
  std::uint64_t resident_bytes = 0; ///< By the kernel's account; 0 where there is no `/proc`.
};
process_usage read_process_usage();

} // namespace fief
