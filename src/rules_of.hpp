#pragma once

#include "actors/settings.hpp"
#include "net/api/api_context.hpp"
#include "net/server_config.hpp"
#include "src/config.hpp"

namespace fief {

/// The game's rules and the actors' bounds, as configured. `tile_level` is the world's own, which
/// was fixed at its first start.
actors::settings rules_of(const config& values, int tile_level);

/// Threads that a setting of 0 stands for: as many as cores, at least 2.
unsigned threads_of(std::uint32_t configured);

net::server_config server_config_of(const http_config& http, const log_config& log);
net::api_limits api_limits_of(const http_config& http);

} // namespace fief
