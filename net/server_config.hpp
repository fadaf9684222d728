#pragma once

#include "net/limits.hpp"
#include "net/router.hpp"
#include "net/socket.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace caf {
class actor_system;
} // namespace caf

namespace fief::net {

class metrics_registry;

/// Which pages of other origins may call us from a browser.
struct cors_config {
  std::vector<std::string> origins; ///< Exact, or `*`; empty switches CORS off.
  std::string headers = "Authorization, Content-Type, Idempotency-Key, If-None-Match";
  std::string exposed = "ETag, Idempotent-Replayed, Retry-After, X-Request-Id";
  std::uint32_t max_age_s = 600;
};

struct server_config {
  std::string host = "127.0.0.1"; ///< A literal IPv4 or IPv6 address.
  std::uint16_t port = 0;         ///< 0 takes a free one.
  unsigned threads = 2;
  /// PEM files; with both set every connection is TLS 1.2 or later.
  std::string tls_certificate;
  std::string tls_key;
  std::string socket_path = "/v1/live"; ///< Where WebSockets are accepted.
  std::string socket_protocol = "fief.v1.json";
  bool gzip = true;
  base::milliseconds slow_request{250}; ///< Logged as a warning from here on.
  net_limits limits;
  cors_config cors;
};

/// Decides about a matched request before its handler: authentication, rate limits, idempotency.
/// True lets the handler run; false means that it has answered, or taken the responder to answer.
using request_gate = std::function<bool(io_thread&, const route&, http_request&, responder&)>;

/// What the server serves. Everything referred to outlives it.
struct server_parts {
  const router& routes;
  metrics_registry& metrics;
  caf::actor_system* actors = nullptr; ///< Without it `io_thread::actors` may not be called.
  socket_factory sockets{};            ///< Without it the socket path is not found.
  request_gate gate{};
};

} // namespace fief::net
