#pragma once

#include "net/api/api_context.hpp"
#include "net/metrics.hpp"
#include "net/server_config.hpp"

namespace fief::net {

/// What stands before every endpoint: the access token and the role, the rate limit, and the first
/// answer to an `Idempotency-Key` that was used before.
class api_gate {
public:
  /// `context` outlives it. `seed` keys the rate limiters' hashes.
  api_gate(const api_context& context, metrics_registry& metrics, std::uint64_t seed);

  /// For `server_parts::gate`: true lets the handler run.
  bool admit(io_thread& thread, const route& to, http_request& request, responder& answer);

private:
  /// Fills in `request.who`, if the token is good.
  void identify(io_thread& thread, http_request& request) const;
  bool authorise(const route& to, const http_request& request, responder& answer) const;
  bool within_limits(io_thread& thread, const route& to, const http_request& request,
                     responder& answer);
  void reserve_key(io_thread& thread, const route& to, http_request& request, responder answer);

  const api_context& api_;
  rate_limiter users_;
  rate_limiter addresses_;
  rate_limiter auth_addresses_;
  counter& refused_;
  counter& replayed_;
};

} // namespace fief::net
