#include "base/rng.hpp"
#include "tests/support/net/client.hpp"
#include "tests/support/net/served.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace std::chrono_literals;
using test::client;

namespace {

bool has_code(const test::answer& x, const std::string& code) {
  return x.header("Content-Type") == "application/problem+json"
         && x.body.find("\"code\":\"" + code + "\"") != x.body.npos
         && x.body.find("\"request_id\":\"" + x.header("X-Request-Id") + "\"") != x.body.npos;
}

} // namespace

TEST_CASE("a route answers over a kept connection, again and again", "[net]") {
  test::served aut;
  client c{aut.port()};
  for (int i = 0; i < 5; ++i) {
    const auto x = c.get("/hello");
    REQUIRE(x);
    CHECK(x->status == 200);
    CHECK(x->body == R"({"hello":"world"})");
    CHECK(x->header("Content-Type") == "application/json");
    CHECK(x->header("X-Request-Id").size() == 16);
    CHECK(x->header("Connection").empty());
  }
  CHECK(test::metric(aut.metrics, "fief_net_requests_total{class=\"2xx\"}") == 5);
  CHECK(test::metric(aut.metrics, "fief_net_connections_total") == 1);
}

TEST_CASE("parameters are decoded and bodies arrive whole, in pieces or in chunks", "[net]") {
  test::served aut;
  client c{aut.port()};
  CHECK(c.post("/echo/a%2Fb", "{}")->body == "a/b:{}");
  const std::string long_body(300'000, 'y');
  CHECK(c.post("/echo/n", long_body)->body == "n:" + long_body);
  c.send("POST /echo/c HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
         "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  c.send("2\r\nde\r\n0\r\n\r\n");
  CHECK(c.receive()->body == "c:abcde");
}

TEST_CASE("a request that arrives byte by byte is the same request", "[net]") {
  test::served aut;
  client c{aut.port()};
  for (char byte : std::string_view{"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: "
                                    "application/json\r\nContent-Length: 4\r\n\r\n1234"})
    c.send({&byte, 1});
  CHECK(c.receive()->body == "x:1234");
}

TEST_CASE("pipelined requests are answered in order", "[net]") {
  test::served aut;
  client c{aut.port()};
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += "GET " + std::string{i % 2 ? "/hello" : "/later?n=" + std::to_string(i)}
           + " HTTP/1.1\r\nHost: t\r\n\r\n";
  c.send(all);
  for (int i = 0; i < 50; ++i) {
    const auto x = c.receive();
    REQUIRE(x);
    CHECK(x->body == (i % 2 ? R"({"hello":"world"})" : "\"/later?n=" + std::to_string(i) + "\""));
  }
}

TEST_CASE("what is not served is refused with a problem and the connection goes on", "[net]") {
  test::served aut;
  client c{aut.port()};
  CHECK(has_code(*c.get("/nothing"), "not_found"));
  CHECK(has_code(*c.get("/hello/"), "not_found"));
  CHECK(has_code(*c.get("//hello"), "not_found"));
  const auto x = c.post("/hello", "");
  CHECK(x->status == 405);
  CHECK(has_code(*x, "method_not_allowed"));
  CHECK(x->header("Allow") == "GET, HEAD, OPTIONS");
  CHECK(c.get("/hello")->status == 200);
  CHECK(has_code(*c.get("/dropped"), "internal_error"));
  CHECK(has_code(*c.get("/throws"), "internal_error"));
  CHECK(c.get("/private")->status == 401);
  CHECK(c.get("/private", "Authorization: Bearer root\r\n")->body == "7");
  CHECK(test::metric(aut.metrics, "fief_net_abandoned_total") == 2);
  client d{aut.port()};
  CHECK(
    has_code(*d.post("/echo/x", "{}", "Content-Type: text/html\r\n"), "unsupported_media_type"));
}

TEST_CASE("HEAD has the headers of GET, OPTIONS the methods", "[net]") {
  auto config = test::quick_config();
  config.cors.origins = {"https://map.example"};
  test::served aut{config};
  client c{aut.port()};
  c.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto head = c.receive(true);
  CHECK(head->header("Content-Length") == "17");
  c.send("OPTIONS /echo/a HTTP/1.1\r\nHost: t\r\nOrigin: https://map.example\r\n"
         "Access-Control-Request-Method: POST\r\n\r\n");
  const auto preflight = c.receive();
  CHECK(preflight->status == 204);
  CHECK(preflight->header("Access-Control-Allow-Origin") == "https://map.example");
  CHECK(preflight->header("Access-Control-Allow-Methods") == "POST, OPTIONS");
  const auto foreign = c.get("/hello", "Origin: https://evil.example\r\n");
  CHECK(foreign->header("Access-Control-Allow-Origin").empty());
}

TEST_CASE("long texts are compressed for those who ask", "[net]") {
  test::served aut;
  client c{aut.port()};
  const auto x = c.get("/big", "Accept-Encoding: br, gzip;q=0.5\r\n");
  CHECK(x->header("Content-Encoding") == "gzip");
  CHECK(x->body.size() < 1'000);
  CHECK(x->body.substr(0, 2) == "\x1f\x8b");
  CHECK(c.get("/big", "Accept-Encoding: gzip;q=0\r\n")->body.size() == 50'002);
  CHECK(c.get("/big")->header("Content-Encoding").empty());
  CHECK(c.get("/hello", "Accept-Encoding: gzip\r\n")->header("Content-Encoding").empty());
}

TEST_CASE("a malformed request is answered once, and the connection ends", "[net]") {
  test::served aut;
  const auto [request, status] = GENERATE(table<std::string, int>({
    {"GARBAGE\r\n\r\n", 400},
    {"GET /hello HTTP/2.0\r\nHost: t\r\n\r\n", 400},
    {"GET /hello HTTP/1.1\r\n\r\n", 400},
    {"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"GET hello HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"GET /%ff HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"GET /a%00b HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"GET /hello?a=1&a=2 HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"GET /hello HTTP/1.1\r\nHost: t\r\nBad Name: x\r\n\r\n", 400},
    {"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n", 400},
    {"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400},
    {"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n",
     400},
    {"POST /echo/x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
    {"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nTransfer-Encoding: "
     "chunked\r\n\r\nzz\r\n",
     400},
    {"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: "
     "9999999\r\n\r\n",
     413},
    {"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: "
     "99999999999\r\n\r\n",
     413},
    {"GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
    {"GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n", 431},
    {"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: "
     "5\r\nExpect: magic\r\n\r\n",
     417},
  }));
  CAPTURE(request.substr(0, 200));
  client c{aut.port()};
  c.send(request);
  const auto x = c.receive();
  REQUIRE(x);
  CHECK(x->status == status);
  CHECK(x->header("Connection") == "close");
  CHECK(x->header("Content-Type") == "application/problem+json");
  CHECK(c.closed());
  CHECK(client{aut.port()}.get("/hello")->status == 200);
}

TEST_CASE("a chunked body past the limit is refused while it arrives", "[net]") {
  test::served aut;
  client c{aut.port()};
  c.send("POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
         "Transfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i)
    c.send("10000\r\n" + std::string(65'536, 'x') + "\r\n");
  const auto x = c.receive();
  REQUIRE(x);
  CHECK(x->status == 413);
}

TEST_CASE("a client that expects 100 is told to continue, or refused at once", "[net]") {
  test::served aut;
  client c{aut.port()};
  c.send("POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
         "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  CHECK(c.receive()->status == 100);
  c.send("12345");
  CHECK(c.receive()->body == "x:12345");
  c.send("POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
         "Content-Length: 5000000\r\nExpect: 100-continue\r\n\r\n");
  CHECK(c.receive()->status == 413);
}

TEST_CASE("deadlines end those who say nothing, too little or too slowly", "[net]") {
  auto config = test::quick_config();
  config.limits.first_byte_timeout = 50ms;
  config.limits.request_timeout = 50ms;
  config.limits.keep_alive_timeout = 50ms;
  config.limits.answer_timeout = 50ms;
  config.limits.write_timeout = 50ms;
  test::served aut{config};
  SECTION("silent from the start") {
    client c{aut.port()};
    CHECK(c.closed());
    CHECK(test::metric(aut.metrics, "fief_net_timeouts_total{phase=\"first_byte\"}") == 1);
  }
  SECTION("half a header") {
    client c{aut.port()};
    c.send("GET /hello HTTP/1.1\r\nHo");
    CHECK(c.receive()->status == 408);
    CHECK(c.closed());
  }
  SECTION("half a body") {
    client c{aut.port()};
    c.send("POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
           "Content-Length: 50\r\n\r\nhalf");
    CHECK(c.receive()->status == 408);
    CHECK(c.closed());
    CHECK(test::metric(aut.metrics, "fief_net_timeouts_total{phase=\"request\"}") == 1);
  }
  SECTION("idle between requests") {
    client c{aut.port()};
    CHECK(c.get("/hello")->status == 200);
    CHECK(c.closed());
    CHECK(test::metric(aut.metrics, "fief_net_timeouts_total{phase=\"keep_alive\"}") == 1);
  }
  SECTION("a handler that does not answer") {
    client c{aut.port()};
    CHECK(c.get("/never")->status == 503);
    CHECK(c.closed());
    CHECK(test::metric(aut.metrics, "fief_net_timeouts_total{phase=\"answer\"}") == 1);
  }
  SECTION("a reader that does not read") {
    client c{aut.port()};
    c.set_receive_buffer(4096);
    c.send("GET /huge HTTP/1.1\r\nHost: t\r\n\r\n");
    // Others make time pass for this one; on a busy machine they meet a deadline of their own.
    while (test::metric(aut.metrics, "fief_net_timeouts_total{phase=\"write\"}") == 0)
      client{aut.port()}.get("/hello");
  }
}

TEST_CASE("a client that shuts down its side is answered and one that resets is forgotten",
          "[net]") {
  test::served aut;
  client c{aut.port()};
  c.send("GET /later HTTP/1.1\r\nHost: t\r\n\r\n");
  c.shut_down_sending();
  CHECK(c.receive()->status == 200);
  CHECK(c.closed());
  client d{aut.port()};
  d.send("GET /never HTTP/1.1\r\nHost: t\r\n\r\n");
  REQUIRE(aut.book.wait_for("parked"));
  d.reset();
  CHECK(client{aut.port()}.get("/hello")->status == 200);
}

TEST_CASE("connections over a limit are told so and counted", "[net]") {
  auto config = test::quick_config();
  config.limits.connections_per_address = 2;
  test::served aut{config};
  client a{aut.port()};
  client b{aut.port()};
  REQUIRE(a.get("/hello"));
  REQUIRE(b.get("/hello"));
  client over{aut.port()};
  const auto x = over.receive();
  REQUIRE(x);
  CHECK(x->status == 503);
  CHECK(over.closed());
  CHECK(test::metric(aut.metrics, "fief_net_connections_refused_total{limit=\"address\"}") == 1);
}

TEST_CASE("a drain ends idle connections, waits for answers and reports what it cut", "[net]") {
  test::served aut;
  client idle{aut.port()};
  REQUIRE(idle.get("/hello"));
  client busy{aut.port()};
  busy.send("GET /never HTTP/1.1\r\nHost: t\r\n\r\n");
  REQUIRE(aut.book.wait_for("parked"));
  CHECK(aut.running->drain(50ms, "deploy", 100ms) == 1);
  CHECK(idle.closed());
  CHECK(busy.closed());
}

TEST_CASE("random mutations of a request never break the server", "[net]") {
  test::served aut;
  const auto seed = GENERATE(range<std::uint64_t>(1, 40));
  CAPTURE(seed);
  base::rng random{seed};
  std::string request = "POST /echo/abc?x=1&y=%20 HTTP/1.1\r\nHost: t\r\nContent-Type: "
                        "application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "5\r\nhello\r\n0\r\n\r\n";
  for (auto n = 1 + random.below(6); n > 0; --n) {
    const auto at = random.below(request.size());
    switch (random.below(3)) {
      case 0: request[at] = static_cast<char>(random.below(256)); break;
      case 1: request.erase(at, 1 + random.below(8)); break;
      default: request.insert(at, 1, static_cast<char>(random.below(256))); break;
    }
  }
  client c{aut.port()};
  c.send(request);
  c.shut_down_sending();
  while (auto x = c.receive())
    CHECK(x->status < 500);
  CHECK(client{aut.port()}.get("/hello")->status == 200);
}
