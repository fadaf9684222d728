#pragma once

#include "net/server_config.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace fief::net {

/// The listening server: HTTP/1.1 and WebSocket on one port, in the clear or over TLS.
///
/// Each of its threads has its own event loop, acceptor (SO_REUSEPORT) and actor gateway; a
/// connection and all code that serves it stay on the thread that accepted it. So handlers need no
/// lock, and must never block.
///
///     router routes;
///     routes.add(http_method::get, "/healthz",
///                [](io_thread&, const http_request&, responder answer) {
///                  answer.send_json(200, R"({"status":"ok"})");
///                }, {.auth = auth_need::none});
///     server s{config, {.routes = routes, .metrics = metrics}};
///     s.start();
///
/// Lifecycle: `start`, then `drain` from any thread but its own, then destroy. Destroying without a
/// drain cuts all connections.
class server {
public:
  server(server_config config, server_parts parts);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server();

  /// Binds, listens and starts the threads. Errors: `std::runtime_error` with a sentence for the
  /// operator: the address is taken, the certificate cannot be read.
  void start();

  /// The port that it listens on, known after `start`.
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] bool tls() const;

  /// Stops accepting, closes idle connections, ends others after their answer, says
  /// `bye {reason, retry_after_ms}` to sockets and closes them with 1012. Returns when all are
  /// gone, or after `deadline`, having cut the rest: their number is the result.
  std::size_t drain(milliseconds deadline, const std::string& reason, milliseconds retry_after);

  [[nodiscard]] std::size_t connections() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace fief::net
