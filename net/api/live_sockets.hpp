#pragma once

#include "net/api/api_context.hpp"
#include "net/socket.hpp"

namespace fief::net {

class metrics_registry;

/// The sockets of `/v1/live`, for `server_parts::sockets`. `context` and `metrics` outlive it, and
/// it serves one server.
socket_factory make_live_sockets(const api_context& context, metrics_registry& metrics);

} // namespace fief::net
