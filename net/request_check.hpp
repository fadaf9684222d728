#pragma once

#include "net/limits.hpp"
#include "net/problem.hpp"
#include "net/refusal_log.hpp"
#include "net/response_head.hpp"
#include "net/router.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string_view>

namespace fief::net {

/// What a request's header alone tells: pure functions of the parsed header, in the order in which
/// a connection asks them. For connections only, since it sees Beast.

using request_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// Why a request is answered before its body is read.
struct header_refusal {
  problem why;
  bool close = true;             ///< What follows on the connection cannot be told from the body.
  std::optional<refusal> kind{}; ///< For the log and the counters of refusals.
};

/// What to answer to bytes that the parser gave up on. @post It has a kind.
header_refusal refusal_of(boost::system::error_code parse_error);

http_method method_of(boost::beast::http::verb x);

/// Whether a client's `X-Request-Id` may be ours: 1 to 64 letters, digits, `-`, `_` and `.`.
bool is_request_id(std::string_view text);

/// Refuses what two parties could read in two ways (RFC 9112 section 11.2).
std::optional<header_refusal> check_framing(const request_parser& x);

/// Refuses expectations other than `100-continue` (RFC 9110 section 10.1.1).
std::optional<header_refusal> check_expectation(const request_parser& x);

/// How long a body of this route may be. Units: bytes.
std::size_t body_limit(const route_options& route, const net_limits& limits);

/// Refuses a body that is announced as too long, encoded, or not of the route's media types.
/// @pre The route allows `limit` bytes.
std::optional<header_refusal> check_body(const request_parser& x, const route_options& route,
                                         std::size_t limit);

/// What OPTIONS is answered; a preflight of an allowed origin is told what it may send.
http_response options_answer(const request_parser& x, std::string_view allow,
                             const cors_config& cors);

/// Refuses what is not a handshake of our subprotocol (RFC 6455 section 4.2.1).
std::optional<header_refusal> check_handshake(const request_parser& x, std::string_view protocol);

} // namespace fief::net
