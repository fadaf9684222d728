#pragma once

#include "actors/interfaces.hpp"
#include "net/metrics.hpp"

#include <string>

namespace fief {

/// The registry's exposition with what STORE and DIRECTORY say of themselves at this moment.
std::string metrics_text(const net::metrics_registry& registry, const actors::store_health& store,
                         const actors::directory_status& live);

} // namespace fief
