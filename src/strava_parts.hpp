#pragma once

#include "actors/strava.hpp"
#include "net/api/api_context.hpp"
#include "src/config.hpp"

#include <cstdint>
#include <optional>

namespace fief {

/// The two actors that know Strava.
struct strava_parts {
  actors::strava_api_actor api;
  actors::strava_actor strava;
};

/// Nothing unless configured. @throws std::runtime_error for a secret or a key that cannot be used.
std::optional<strava_parts> start_strava(caf::actor_system& system, const config& values,
                                         actors::strava_ports ports, std::uint64_t seed);

/// What the edge knows of it.
net::strava_edge strava_edge_of(const config& values, const strava_parts& parts);

} // namespace fief
