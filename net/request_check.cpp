#include "net/request_check.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>

namespace fief::net {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

std::string_view field_of(const request_parser& x, http::field name) {
  return std::string_view{x.get()[name]};
}

std::string_view media_type(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
    type.remove_suffix(1);
  return type;
}

} // namespace

header_refusal refusal_of(boost::system::error_code x) {
  if (x == http::error::header_limit || x == http::error::buffer_overflow)
    return {{431, "headers_too_large", "The request's headers are too long."},
            true,
            refusal::headers_too_large};
  if (x == http::error::body_limit)
    return {
      {413, "body_too_large", "The request's body is too long."}, true, refusal::body_too_large};
  return {{400, "malformed_request", "This is not an HTTP/1.1 request: " + x.message()},
          true,
          refusal::malformed};
}

http_method method_of(http::verb x) {
  switch (x) {
    case http::verb::get: return http_method::get;
    case http::verb::head: return http_method::head;
    case http::verb::post: return http_method::post;
    case http::verb::put: return http_method::put;
    case http::verb::patch: return http_method::patch;
    case http::verb::delete_: return http_method::del;
    case http::verb::options: return http_method::options;
    default: return http_method::other;
  }
}

bool is_request_id(std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

std::optional<header_refusal> check_framing(const request_parser& x) {
  const auto& message = x.get();
  const auto hosts = message.count(http::field::host);
  const bool encoded = message.count(http::field::transfer_encoding) > 0;
  if (hosts > 1 || (hosts == 0 && message.version() >= 11) || message.version() < 10
      || message.count(http::field::content_length) > 1
      || message.count(http::field::authorization) > 1
      || (encoded && (!x.chunked() || message.count(http::field::content_length) > 0)))
    return header_refusal{
      {400, "malformed_request", "The request's framing is ambiguous."}, true, refusal::malformed};
  return std::nullopt;
}

std::optional<header_refusal> check_expectation(const request_parser& x) {
  const auto expected = field_of(x, http::field::expect);
  if (expected.empty() || beast::iequals(expected, "100-continue"))
    return std::nullopt;
  return header_refusal{{417, "unknown_expectation", "Only 100-continue can be expected."}};
}

std::size_t body_limit(const route_options& route, const net_limits& limits) {
  const auto wanted = route.body_bytes_max > 0 ? route.body_bytes_max : limits.body_bytes_max;
  return std::min(wanted, limits.upload_bytes_max);
}

std::optional<header_refusal> check_body(const request_parser& x, const route_options& route,
                                         std::size_t limit) {
  if (const auto length = x.content_length(); length && *length > limit)
    return header_refusal{
      {413, "body_too_large", "The body may have at most " + std::to_string(limit) + " bytes."},
      true,
      refusal::body_too_large};
  if (x.is_done())
    return std::nullopt;
  // Nothing is ever inflated here, so a few bytes cannot become many.
  if (const auto coding = field_of(x, http::field::content_encoding);
      !coding.empty() && !beast::iequals(coding, "identity")) {
    problem why{415, "unsupported_encoding", "Send the body as it is, without Content-Encoding."};
    return header_refusal{why.with_header("Accept-Encoding", "identity"), false,
                          refusal::body_encoded};
  }
  const auto type = media_type(field_of(x, http::field::content_type));
  const auto& types = route.content_types;
  if (std::none_of(types.begin(), types.end(),
                   [&](const std::string& each) { return beast::iequals(each, type); }))
    return header_refusal{
      {415, "unsupported_media_type", "The body's Content-Type is not one of this route."}, false};
  return std::nullopt;
}

http_response options_answer(const request_parser& x, std::string_view allow,
                             const cors_config& cors) {
  http_response response;
  response.status = 204;
  response.headers.emplace_back("Allow", allow);
  if (x.get().count(http::field::access_control_request_method) > 0
      && allows_origin(cors, field_of(x, http::field::origin))) {
    response.headers.emplace_back("Access-Control-Allow-Methods", allow);
    response.headers.emplace_back("Access-Control-Allow-Headers", cors.headers);
    response.headers.emplace_back("Access-Control-Max-Age", std::to_string(cors.max_age_s));
  }
  return response;
}

std::optional<header_refusal> check_handshake(const request_parser& x, std::string_view protocol) {
  if (!beast::websocket::is_upgrade(x.get())) {
    problem why{426, "upgrade_required", "This path serves WebSockets only."};
    return header_refusal{why.with_header("Upgrade", "websocket"), false};
  }
  const auto offered = field_of(x, http::field::sec_websocket_protocol);
  if (!offered.empty() && !http::token_list{offered}.exists(protocol))
    return header_refusal{
      {400, "unknown_subprotocol", "The subprotocol is " + std::string{protocol} + "."}};
  if (field_of(x, http::field::sec_websocket_version) != "13")
    return header_refusal{{400, "malformed_request", "The WebSocket handshake is malformed."}};
  return std::nullopt;
}

} // namespace fief::net
