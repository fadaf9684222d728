#pragma once

#include "net/byte_budget.hpp"
#include "net/connection_limiter.hpp"
#include "net/io_thread.hpp"
#include "net/net_metrics.hpp"
#include "net/refusal_log.hpp"
#include "net/server_config.hpp"
#include "net/stream.hpp"

#include <atomic>
#include <memory>

namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl

namespace fief::net {

/// What all threads of one server share; constant but for the counters and the flag.
struct server_shared {
  server_shared(server_config config_, server_parts parts_)
    : config(std::move(config_)), parts(std::move(parts_)), metrics(parts.metrics),
      refusals(parts.metrics),
      limiter(config.limits.connections_max, config.limits.connections_per_address),
      bodies(config.limits.bodies_bytes_max, metrics.bodies),
      answers(config.limits.answers_bytes_max, metrics.answers) {}

  const server_config config;
  const server_parts parts;
  net_metrics metrics;
  refusal_log refusals;
  connection_limiter limiter;
  byte_budget bodies;  ///< Of requests.
  byte_budget answers; ///< That wait for their peers to take them.
  std::atomic<bool> draining{false};
  std::shared_ptr<asio::ssl::context> tls;
};

// Each in a translation unit of its own, since they instantiate much.

/// Serves an accepted connection until it ends; it keeps itself alive.
void serve_plain(io_thread& thread, plain_stream stream, connection_permit permit,
                 std::string address);
void serve_tls(io_thread& thread, plain_stream stream, connection_permit permit,
               std::string address);

/// Errors: `std::runtime_error` naming the file that cannot be used.
std::shared_ptr<asio::ssl::context> make_tls_context(const server_config& config);

} // namespace fief::net
