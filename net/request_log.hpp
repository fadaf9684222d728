#pragma once

#include "net/http_message.hpp"
#include "net/log.hpp"

namespace fief::net {

/// One line per answered request: at `debug`, or at `warn` when it took `slow` or longer or failed
/// by our fault. Names the route's target without its query, the request and the user; never a
/// body, a header or a token.
inline void log_request(const http_request& request, int status, std::chrono::microseconds took,
                        base::milliseconds slow) {
  auto level = status >= 500 || took >= slow ? spdlog::level::warn : spdlog::level::debug;
  if (!logger().should_log(level))
    return;
  auto path = request.target.substr(0, request.target.find('?'));
  logger().log(level, "{} {} answered {} in {} us (request {}, user {}, from {})",
               to_string(request.method), path, status, took.count(), request.request_id,
               request.who ? base::to_string(request.who->user) : std::string{"-"},
               request.remote_address);
}

} // namespace fief::net
