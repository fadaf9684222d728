#pragma once

#include "actors/interfaces.hpp"
#include "net/metrics.hpp"
#include "src/server_gauges.hpp"

#include <string>

namespace fief {

/// The registry's exposition with what STORE, DIRECTORY and the queues say of themselves at this
/// moment. docs/LIMITS.md explains every name; a test compares the two.
std::string metrics_text(const net::metrics_registry& registry, const actors::store_health& store,
                         const actors::directory_status& live, const server_gauges& gauges);

} // namespace fief
