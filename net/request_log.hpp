#pragma once

#include "net/http_message.hpp"
#include "net/log.hpp"
#include "net/refusal_log.hpp"
#include "net/target.hpp"

#include <string>
#include <string_view>

namespace fief::net {

/// What a peer wrote, as a log may show it: a terminal or a reader of logs takes no orders from it,
/// and it is no longer than a line.
inline std::string loggable(std::string_view text) {
  constexpr std::size_t size_max = 200;
  std::string out{text.substr(0, size_max)};
  for (auto& c : out)
    if (c < 0x20 || c >= 0x7f)
      c = '?';
  return text.size() > size_max ? out + "..." : out;
}

/// The path of a target as a log may show it: the one path that holds a secret is cut.
inline std::string loggable_path(std::string_view target) {
  if (target.starts_with("/v1/strava/webhook/"))
    return "/v1/strava/webhook/...";
  return loggable(raw_path(target));
}

/// One line per answered request at `debug`. One that took `slow` or longer, or failed by our
/// fault, is a warning, of which there is at most one a second of each kind. Names the route's
/// target without its query, the request and the user; never a body, a header or a token.
inline void log_request(refusal_log& refusals, const http_request& request, int status,
                        std::chrono::microseconds took, base::milliseconds slow) {
  const auto text = [&] {
    return fmt::format("{} {} answered {} in {} us (request {}, user {})",
                       to_string(request.method), loggable_path(request.target), status,
                       took.count(), request.request_id,
                       request.who ? base::to_string(request.who->user) : std::string{"-"});
  };
  if (status >= 500)
    refusals.note(refusal::failed, request.remote_address, text);
  else if (took >= slow)
    refusals.note(refusal::slow, request.remote_address, text);
  else if (logger().should_log(spdlog::level::debug))
    logger().debug("{} (from {})", text(), request.remote_address);
}

} // namespace fief::net
