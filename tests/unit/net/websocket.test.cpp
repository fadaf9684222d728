#include "tests/support/net/client.hpp"
#include "tests/support/net/served.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace fief;
using namespace std::chrono_literals;
using test::client;

TEST_CASE("a socket echoes and closes", "[net]") {
  test::served aut;
  client c{aut.port()};
  const auto x = c.upgrade("/v1/live", "Sec-WebSocket-Protocol: other, fief.v1.json\r\n"
                                       "Authorization: Bearer abc\r\n");
  REQUIRE(x);
  REQUIRE(x->status == 101);
  CHECK(x->header("Sec-WebSocket-Protocol") == "fief.v1.json");
  c.send_text("hello");
  CHECK(c.receive_frame()->payload == "hello");
  c.send_text("authorization");
  CHECK(c.receive_frame()->payload == "Bearer abc");
  c.send_text("close");
  CHECK(c.receive_frame()->close_code() == 1000);
  c.send_frame(8, "\x03\xe8");
  CHECK(c.closed());
  c.hang_up();
  CHECK(aut.book.wait_for("close"));
}

TEST_CASE("a message of any length arrives whole, whatever an idle socket keeps ready", "[net]") {
  test::served aut;
  client c{aut.port()};
  REQUIRE(c.upgrade()->status == 101);
  const auto length = GENERATE(0, 1, 511, 512, 513, 1'536, 5'000, 60'000);
  const std::string long_one(static_cast<std::size_t>(length), 'l');
  for (const auto& text : {std::string{"short"}, long_one, std::string{"short again"}, long_one}) {
    c.send_text(text);
    const auto got = c.receive_frame();
    REQUIRE(got);
    CHECK(got->payload == text);
  }
}

TEST_CASE("a message in several frames arrives as one", "[net]") {
  test::served aut;
  client c{aut.port()};
  REQUIRE(c.upgrade()->status == 101);
  // Without the mask's effect, since it is zero: text to be continued, then its end.
  c.send(std::string_view{"\x01\x83\0\0\0\0one", 9});
  c.send(std::string_view{"\x80\x83\0\0\0\0two", 9});
  CHECK(c.receive_frame()->payload == "onetwo");
}

TEST_CASE("an unknown subprotocol or a plain request is refused on the socket's path", "[net]") {
  test::served aut;
  client c{aut.port()};
  CHECK(c.upgrade("/v1/live", "Sec-WebSocket-Protocol: other\r\n")->status == 400);
  client d{aut.port()};
  CHECK(d.get("/v1/live")->status == 426);
  client e{aut.port()};
  CHECK(e.upgrade("/hello")->status == 200);
}

TEST_CASE("binary, oversized, unmasked and badly encoded messages close with their codes",
          "[net]") {
  test::served aut;
  client c{aut.port()};
  REQUIRE(c.upgrade()->status == 101);
  SECTION("binary") {
    c.send_frame(2, "x");
    CHECK(c.receive_frame()->payload.find("binary_not_supported") != std::string::npos);
    CHECK(c.receive_frame()->close_code() == 1003);
  }
  SECTION("oversized") {
    c.send_text(std::string(70'000, 'x'));
    CHECK(c.receive_frame()->close_code() == 1009);
  }
  SECTION("unmasked") {
    c.send_frame(1, "x", false);
    CHECK(c.receive_frame()->close_code() == 1002);
  }
  SECTION("not UTF-8") {
    c.send_text("\xff\xfe");
    CHECK(c.receive_frame()->close_code() == 1007);
  }
  c.hang_up();
  CHECK(aut.book.wait_for("close"));
}

TEST_CASE("a client's ping is answered and the server pings a silent client, then closes",
          "[net]") {
  auto config = test::quick_config();
  config.limits.ping_period = 30ms;
  config.limits.idle_timeout = 120ms;
  config.limits.close_timeout = 50ms;
  config.limits.hello_timeout = 10s;
  test::served aut{config};
  client c{aut.port()};
  REQUIRE(c.upgrade()->status == 101);
  c.send_frame(9, "are you there");
  auto x = c.receive_frame();
  while (x->opcode == 9)
    x = c.receive_frame();
  CHECK(x->opcode == 10);
  CHECK(x->payload == "are you there");
  int pings = 0;
  for (x = c.receive_frame(); x && x->opcode == 9; x = c.receive_frame())
    ++pings;
  CHECK(pings >= 1);
  REQUIRE(x);
  CHECK(x->close_code() == 1001);
  CHECK(c.closed()); // though we never answered its close frame
  CHECK(test::metric(aut.metrics, "fief_net_timeouts_total{phase=\"socket_idle\"}") == 1);
}

TEST_CASE("a socket without a token must speak soon", "[net]") {
  auto config = test::quick_config();
  config.limits.hello_timeout = 40ms;
  test::served aut{config};
  client c{aut.port()};
  REQUIRE(c.upgrade()->status == 101);
  CHECK(c.receive_frame()->close_code() == 1008);
}

TEST_CASE("a reader too slow for its commands is closed and costs no more memory", "[net]") {
  auto config = test::quick_config();
  config.limits.close_timeout = 50ms;
  test::served aut{config};
  client c{aut.port()};
  c.set_receive_buffer(4096);
  REQUIRE(c.upgrade()->status == 101);
  c.send_text("flood");
  REQUIRE(aut.book.wait_for("flooded"));
  CHECK(aut.book.wait_for("close"));
  CHECK(test::metric(aut.metrics, "fief_net_socket_overload_total") == 1);
}

TEST_CASE("a paused socket reads on after it is resumed", "[net]") {
  test::served aut;
  client c{aut.port()};
  REQUIRE(c.upgrade()->status == 101);
  c.send_text("pause");
  c.send_text("after");
  CHECK(c.receive_frame()->payload == "resuming");
  CHECK(c.receive_frame()->payload == "after");
}

TEST_CASE("bulk leaves as its newest state per key, behind replies", "[net]") {
  test::served aut;
  client c{aut.port()};
  REQUIRE(c.upgrade()->status == 101);
  c.send_text("bulk");
  CHECK(c.receive_frame()->payload == "key 1 state 0"); // was on its way already
  CHECK(c.receive_frame()->payload == "pong");
  CHECK(c.receive_frame()->payload == "key 2 state 9");
  CHECK(c.receive_frame()->payload == "key 1 state 9");
}

TEST_CASE("a drain says bye and closes sockets with 1012", "[net]") {
  test::served aut;
  client c{aut.port()};
  REQUIRE(c.upgrade()->status == 101);
  REQUIRE(aut.book.wait_for("open"));
  std::thread draining{[&] { CHECK(aut.running->drain(10s, "deploy", 250ms) == 0); }};
  CHECK(c.receive_frame()->payload == R"({"type":"bye","reason":"deploy","retry_after_ms":250})");
  CHECK(c.receive_frame()->close_code() == 1012);
  c.send_frame(8, "\x03\xf4");
  CHECK(c.closed());
  c.hang_up();
  draining.join();
}

TEST_CASE("a socket whose client vanishes is closed for its handler", "[net]") {
  test::served aut;
  {
    client c{aut.port()};
    REQUIRE(c.upgrade()->status == 101);
    c.reset();
  }
  CHECK(aut.book.wait_for("close"));
}
