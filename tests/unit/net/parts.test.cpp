#include "base/rng.hpp"
#include "net/compress.hpp"
#include "net/connection_limiter.hpp"
#include "net/metrics.hpp"
#include "net/problem.hpp"
#include "net/rate_limit.hpp"
#include "net/router.hpp"
#include "net/socket_outbox.hpp"
#include "net/target.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace fief;
using namespace std::chrono_literals;

namespace {

void nothing(net::io_thread&, const net::http_request&, net::responder) {}

net::http_request parsed(std::string_view target) {
  net::http_request x;
  x.target = target;
  REQUIRE(net::parse_target(x));
  return x;
}

std::string found(const net::router& table, net::http_method method, std::string_view target) {
  net::http_request x;
  x.target = target;
  REQUIRE(net::parse_target(x));
  const auto match = table.find(method, x.segments);
  if (match.status == net::lookup_status::not_found)
    return "404";
  if (match.status == net::lookup_status::method_not_allowed)
    return "405 " + std::string{match.allow};
  auto out = match.target->pattern;
  for (std::size_t i = 0; i < match.param_count; ++i)
    out += " " + std::string{match.params[i].name} + "=" + std::string{match.params[i].value};
  return out;
}

net::socket::payload text(std::size_t bytes, char fill = 'x') {
  return std::make_shared<const std::string>(bytes, fill);
}

} // namespace

TEST_CASE("the router finds literals before names and tells absent from forbidden", "[net]") {
  using net::http_method;
  net::router aut;
  aut.add(http_method::get, "/v1/events", nothing);
  aut.add(http_method::post, "/v1/events", nothing);
  aut.add(http_method::get, "/v1/events/{id}", nothing);
  aut.add(http_method::get, "/v1/events/near/all", nothing);
  aut.add(http_method::post, "/v1/events/{id}/tickets", nothing);
  CHECK(found(aut, http_method::get, "/v1/events?x=1") == "/v1/events");
  CHECK(found(aut, http_method::head, "/v1/events") == "/v1/events");
  CHECK(found(aut, http_method::get, "/v1/events/near") == "/v1/events/{id} id=near");
  CHECK(found(aut, http_method::get, "/v1/events/near/all") == "/v1/events/near/all");
  CHECK(found(aut, http_method::post, "/v1/events/near/tickets")
        == "/v1/events/{id}/tickets id=near");
  CHECK(found(aut, http_method::post, "/v1/events/a%2fb/tickets")
        == "/v1/events/{id}/tickets id=a/b");
  CHECK(found(aut, http_method::del, "/v1/events") == "405 GET, HEAD, POST, OPTIONS");
  CHECK(found(aut, http_method::get, "/v1/events/1/tickets") == "405 POST, OPTIONS");
  CHECK(found(aut, http_method::get, "/") == "404");
  aut.add(http_method::get, "/", nothing);
  CHECK(found(aut, http_method::get, "/?x=1") == "/");
  CHECK(found(aut, http_method::post, "/") == "405 GET, HEAD, OPTIONS");
  for (auto absent :
       {"//", "/v1", "/v1/events/", "/v1//events", "/v1/events/1/tickets/2", "/V1/events"})
    CHECK(found(aut, http_method::get, absent) == "404");
}

TEST_CASE("a target is split, then decoded once", "[net]") {
  const auto x = parsed("/a%20b/%2525?q=x+y%26z&empty&u=%F0%9F%98%80");
  REQUIRE(x.segments.size() == 2);
  CHECK(x.segments[0] == "a b");
  CHECK(x.segments[1] == "%25");
  CHECK(x.query_value("q") == std::string_view{"x y&z"});
  CHECK(x.query_value("empty") == std::string_view{});
  CHECK(x.query_value("u") == std::string_view{"😀"});
  CHECK_FALSE(x.query_value("absent"));
  for (auto bad : {"", "x", "*", "http://h/", "/%", "/%1", "/%g0", "/%ff", "/%c0%80", "/a%0a",
                   "/?a=1&a=1", "/?=x", "/#f", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q"}) {
    net::http_request y;
    y.target = bad;
    CAPTURE(bad);
    CHECK_FALSE(net::parse_target(y));
  }
}

TEST_CASE("a problem has all its members", "[net]") {
  net::problem x{409, "fixes_missing", "Some \"fixes\" are missing."};
  x.errors.push_back({"fixes", "missing", "All of them."});
  const auto out =
    net::to_response(x.with_member("want", "[[1,2]]").with_header("Retry-After", "1"), "r1");
  CHECK(out.status == 409);
  CHECK(out.content_type == "application/problem+json");
  CHECK(out.headers == net::header_list{{"Retry-After", "1"}});
  CHECK(out.body
        == R"({"type":"urn:fief:problem:fixes_missing","title":"Conflict","status":409,)"
           R"("detail":"Some \"fixes\" are missing.","code":"fixes_missing","request_id":"r1",)"
           R"("errors":[{"field":"fixes","code":"missing","detail":"All of them."}],)"
           R"("want":[[1,2]]})");
}

TEST_CASE("a bucket lets a burst through, then its rate and never more", "[net]") {
  const auto seed = GENERATE(range<std::uint64_t>(1, 20));
  CAPTURE(seed);
  base::rng random{seed};
  net::rate_limiter aut{{.burst = 10, .period = 1s, .keys_max = 64}, seed};
  net::rate_limiter::clock::time_point now{};
  int allowed = 0;
  while (now.time_since_epoch() < 10s) {
    const auto x = aut.take("user", now);
    allowed += x.allowed ? 1 : 0;
    CHECK(x.limit == 10);
    CHECK(x.remaining < 10);
    if (!x.allowed) {
      CHECK(x.retry_after > 0ms);
      CHECK(x.retry_after <= 100ms);
      if (random.chance(1, 4)) { // Who waits as told is let in.
        now += x.retry_after;
        REQUIRE(aut.take("user", now).allowed);
        ++allowed;
      }
    }
    now += std::chrono::milliseconds{random.below(20)};
  }
  CHECK(allowed >= 100);
  CHECK(allowed <= 111); // the burst, and ten a second
}

TEST_CASE("many keys take bounded memory and leave an exhausted key exhausted", "[net]") {
  net::rate_limiter aut{{.burst = 5, .period = 60s, .keys_max = 1'024}, 7};
  const net::rate_limiter::clock::time_point now{};
  for (int i = 0; i < 5; ++i)
    CHECK(aut.take("victim", now).allowed);
  CHECK_FALSE(aut.take("victim", now).allowed);
  for (int i = 0; i < 100'000; ++i)
    CHECK(aut.take("key " + std::to_string(i), now).allowed);
  const auto refused = aut.take("victim", now);
  REQUIRE_FALSE(refused.allowed);
  const auto answer = net::to_problem(refused);
  CHECK(answer.status == 429);
  const std::map<std::string, std::string> headers{answer.headers.begin(), answer.headers.end()};
  CHECK(headers.at("Retry-After") == "12");
  CHECK(headers.at("RateLimit-Limit") == "5");
  CHECK(headers.at("RateLimit-Remaining") == "0");
  CHECK(headers.at("RateLimit-Reset") == "60");
}

TEST_CASE("metrics add up over threads and print as Prometheus reads them", "[net]") {
  net::metrics_registry aut;
  auto& n = aut.add_counter("fief_test_things_total", "Things", R"(kind="a")");
  CHECK(&n == &aut.add_counter("fief_test_things_total", "Things", R"(kind="a")"));
  auto& level = aut.add_gauge("fief_test_level_count", "Level");
  auto& h = aut.add_histogram("fief_test_wait_seconds", "Wait");
  n.add(3);
  level.set(-2);
  for (std::uint64_t us : {0, 50, 51, 100, 101, 1'000'000'000})
    h.observe_us(us);
  const auto out = aut.to_text();
  for (auto line :
       {"# HELP fief_test_things_total Things\n# TYPE fief_test_things_total counter\n",
        "fief_test_things_total{kind=\"a\"} 3\n", "fief_test_level_count -2\n",
        "fief_test_wait_seconds_bucket{le=\"5e-05\"} 2\n",
        "fief_test_wait_seconds_bucket{le=\"1e-04\"} 4\n",
        "fief_test_wait_seconds_bucket{le=\"2e-04\"} 5\n",
        "fief_test_wait_seconds_bucket{le=\"+Inf\"} 6\n", "fief_test_wait_seconds_count 6\n",
        "fief_test_wait_seconds_sum 1000.000302\n"}) {
    CAPTURE(line, out);
    CHECK(out.find(line) != out.npos);
  }
  CHECK(net::escape_label("a\"b\\c\nd") == "a\\\"b\\\\c\\nd");
}

TEST_CASE("an outbox keeps the newest state per key and its bounds", "[net]") {
  const auto seed = GENERATE(range<std::uint64_t>(1, 30));
  CAPTURE(seed);
  base::rng random{seed};
  net::net_limits limits;
  limits.outbox_bytes_max = 10'000;
  limits.outbox_commands_max = 8;
  net::socket_outbox aut{limits};
  std::map<std::uint64_t, net::socket::payload> newest; // of keys that have one waiting
  std::size_t commands = 0;
  for (int i = 0; i < 3'000; ++i) {
    switch (random.below(4)) {
      case 0:
        if (aut.push_command(text(random.below(500), 'c')))
          ++commands;
        CHECK(commands <= 8);
        break;
      case 1: {
        auto x = aut.pop();
        CHECK((x == nullptr) == (commands == 0 && newest.empty()));
        if (!x)
          break;
        if (commands > 0) {
          CHECK(std::erase_if(newest, [&](auto& y) { return y.second == x; }) == 0);
          --commands;
        } else {
          CHECK(std::erase_if(newest, [&](auto& y) { return y.second == x; }) == 1);
        }
        break;
      }
      default: {
        const auto key = random.below(5);
        auto x = text(1 + random.below(4'000));
        const auto result = aut.push_bulk(key, x);
        if (result == net::bulk_result::behind) {
          newest.erase(key);
          break;
        }
        CHECK((result == net::bulk_result::replaced) == newest.contains(key));
        newest[key] = x;
      }
    }
    CHECK(aut.bytes() <= limits.outbox_bytes_max + 8 * 500);
  }
  while (aut.pop()) {
  }
  CHECK(aut.bytes() == 0);
  const bool idle_before = aut.idle();
  CHECK(idle_before == aut.take_caught_up().empty()); // Those refused are to be called back first.
  CHECK(aut.idle());
}

TEST_CASE("a key that fell behind is called back once the rest has drained", "[net]") {
  net::net_limits limits;
  limits.outbox_bytes_max = 1'000;
  net::socket_outbox aut{limits};
  CHECK(aut.push_bulk(1, text(600)) == net::bulk_result::queued);
  CHECK(aut.push_bulk(2, text(600)) == net::bulk_result::behind);
  CHECK(aut.push_bulk(2, text(600)) == net::bulk_result::behind);
  CHECK(aut.take_caught_up().empty());
  CHECK(aut.pop()->size() == 600);
  CHECK(aut.take_caught_up() == std::vector<std::uint64_t>{2});
  CHECK(aut.take_caught_up().empty());
  CHECK(aut.push_bulk(3, text(5'000)) == net::bulk_result::queued); // alone, or it never could
}

TEST_CASE("permits are given back when they go", "[net]") {
  net::connection_limiter aut{3, 2};
  net::connection_permit a;
  net::connection_permit b;
  net::connection_permit c;
  CHECK(aut.admit("x", a) == net::admission::admitted);
  CHECK(aut.admit("x", b) == net::admission::admitted);
  CHECK(aut.admit("x", c) == net::admission::address_full);
  {
    net::connection_permit d;
    CHECK(aut.admit("y", c) == net::admission::admitted);
    CHECK(aut.admit("z", d) == net::admission::full);
    auto moved = std::move(a);
    CHECK(aut.count() == 3);
  }
  CHECK(aut.count() == 2);
  CHECK(aut.admit("x", a) == net::admission::admitted);
}

TEST_CASE("an Accept-Encoding header is read by its weights", "[net]") {
  for (auto yes : {"gzip", "GZIP", "br, gzip", "gzip;q=0.1", "*", "gzip ; q=1.0, *;q=0"})
    CHECK(net::accepts_gzip(yes));
  CHECK(net::coding_weight("br;q=0.3, gzip", "br") == 0.3);
  CHECK(net::coding_weight("br;q=7, gzip", "br") == 1.0);
  CHECK(net::coding_weight("br;q=x, *", "br") == 0.0);
  CHECK(net::coding_weight("*;q=0.5, gzip", "br") == 0.5);
  CHECK_FALSE(net::coding_weight("gzip, identity", "br").has_value());
  for (auto no : {"", "br", "identity", "gzip;q=0", "gzip;q=0.0", "*;q=0", "xgzip"})
    CHECK_FALSE(net::accepts_gzip(no));
}
