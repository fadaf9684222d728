#include "net/request_check.hpp"

#include <boost/asio/buffer.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace fief::net;

namespace {

/// The parsed header of `text`, whose lines end as a person writes them.
std::unique_ptr<request_parser> parsed(const std::string& text) {
  std::string wire;
  for (char c : text)
    wire += c == '\n' ? std::string{"\r\n"} : std::string{c};
  auto parser = std::make_unique<request_parser>();
  boost::system::error_code ec;
  parser->put(boost::asio::buffer(wire), ec);
  REQUIRE(parser->is_header_done());
  return parser;
}

/// `status code`, `!` when the connection closes; "fine" without a refusal.
std::string told(const std::optional<header_refusal>& x) {
  return x ? std::to_string(x->why.status) + " " + x->why.code + (x->close ? "!" : "") : "fine";
}

const std::string get = "GET / HTTP/1.1\nHost: x\n";
const std::string post = "POST / HTTP/1.1\nHost: x\n";

} // namespace

TEST_CASE("framing that two parties could read in two ways is refused, and counted") {
  const auto ambiguous = GENERATE_COPY(as<std::string>{}, "GET / HTTP/1.1\n\n", get + "Host: y\n\n",
                                       get + "Authorization: a\nAuthorization: b\n\n",
                                       post + "Transfer-Encoding: gzip\n\n");
  CAPTURE(ambiguous);
  const auto found = check_framing(*parsed(ambiguous));
  CHECK(told(found) == "400 malformed_request!");
  REQUIRE(found);
  CHECK(found->kind == refusal::malformed);
}

TEST_CASE("one reading of a header is enough") {
  const auto clear =
    GENERATE_COPY(as<std::string>{}, get + "\n", "GET / HTTP/1.0\n\n",
                  post + "Content-Length: 5\n\n", post + "Transfer-Encoding: chunked\n\n");
  CAPTURE(clear);
  CHECK(told(check_framing(*parsed(clear))) == "fine");
}

TEST_CASE("what a body is must be said before it comes") {
  const route_options route;
  const auto check = [&](const std::string& lines) {
    return told(check_body(*parsed(post + lines + "\n"), route, 5));
  };
  const std::string json = "Content-Type: Application/JSON ; charset=utf-8\n";
  CHECK(check("") == "fine"); // There is none.
  CHECK(check(json + "Content-Length: 5\n") == "fine");
  CHECK(check(json + "Transfer-Encoding: chunked\n") == "fine");
  CHECK(check(json + "Content-Encoding: identity\nContent-Length: 5\n") == "fine");
  CHECK(check(json + "Content-Length: 6\n") == "413 body_too_large!");
  CHECK(check("Content-Length: 6\n") == "413 body_too_large!");
  CHECK(check("Content-Length: 5\n") == "415 unsupported_media_type");
  CHECK(check("Content-Type: text/json\nContent-Length: 5\n") == "415 unsupported_media_type");
  CHECK(check(json + "Content-Encoding: gzip\nContent-Length: 5\n") == "415 unsupported_encoding");
}

TEST_CASE("a route's own limit is one below that of all uploads") {
  net_limits limits;
  route_options route;
  CHECK(body_limit(route, limits) == limits.body_bytes_max);
  route.body_bytes_max = 7;
  CHECK(body_limit(route, limits) == 7);
  route.body_bytes_max = limits.upload_bytes_max + 1;
  CHECK(body_limit(route, limits) == limits.upload_bytes_max);
}

TEST_CASE("only 100-continue can be expected") {
  CHECK(told(check_expectation(*parsed(get + "\n"))) == "fine");
  CHECK(told(check_expectation(*parsed(get + "Expect: 100-Continue\n\n"))) == "fine");
  CHECK(told(check_expectation(*parsed(get + "Expect: wonders\n\n")))
        == "417 unknown_expectation!");
}

TEST_CASE("a handshake is of our protocol and version") {
  const auto check = [](const std::string& lines) {
    return told(check_handshake(*parsed(get + lines + "\n"), "fief.v1"));
  };
  const std::string upgrade = "Connection: upgrade\nUpgrade: websocket\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";
  const auto good = upgrade + key + "Sec-WebSocket-Version: 13\n";
  CHECK(check(good) == "fine");
  CHECK(check(good + "Sec-WebSocket-Protocol: chat, fief.v1\n") == "fine");
  CHECK(check("") == "426 upgrade_required");
  CHECK(check(good + "Sec-WebSocket-Protocol: chat\n") == "400 unknown_subprotocol!");
  CHECK(check(upgrade + key + "Sec-WebSocket-Version: 8\n") == "400 malformed_request!");
}

TEST_CASE("a request id of the client is ours if it is short and plain") {
  CHECK(is_request_id("a-Z_0.9"));
  CHECK(is_request_id(std::string(64, 'x')));
  const auto strange = GENERATE(as<std::string>{}, "", std::string(65, 'x'), "a b", "a\n", "ä");
  CAPTURE(strange);
  CHECK_FALSE(is_request_id(strange));
}
