#include "net/byte_budget.hpp"
#include "net/refusal_log.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace std::chrono_literals;
using net::refusal;

namespace {

struct fixture {
  net::metrics_registry metrics;
  net::refusal_log::time_point now = net::refusal_log::time_point{} + 1h;
  net::refusal_log log{metrics, [this] { return now; }};

  std::uint64_t count(std::string_view kind) {
    return metrics.add_counter("fief_net_refusals_total", "", "kind=\"" + std::string{kind} + "\"")
      .value();
  }
};

} // namespace

TEST_CASE("a flood of refusals is one line a second of each kind, and counted whole", "[net]") {
  fixture f;
  auto lines = 0;
  for (auto ms = 0; ms < 10'000; ++ms) {
    f.now += 1ms;
    lines += f.log.line_for(refusal::malformed, "192.0.2.1") ? 1 : 0;
  }
  CHECK(lines == 10);
  CHECK(f.count("malformed") == 10'000);
  CHECK(f.count("hello_late") == 0);
  CHECK(f.log.line_for(refusal::hello_late, {})); // Other kinds have their own second.
}

TEST_CASE("a line says what, from whom, and how many more there were", "[net]") {
  fixture f;
  CHECK(f.log.line_for(refusal::first_byte_late, "192.0.2.1").value()
        == "first_byte_late (from 192.0.2.1)");
  auto asked = 0;
  auto detail = [&] {
    ++asked;
    return std::string{"GET /x answered 503"};
  };
  CHECK(f.log.line_for(refusal::failed, "192.0.2.2", detail).value()
        == "failed: GET /x answered 503 (from 192.0.2.2)");
  CHECK_FALSE(f.log.line_for(refusal::failed, "192.0.2.3", detail));
  CHECK(asked == 1); // What is left out is not even written.
  f.now += 1s;
  CHECK(f.log.line_for(refusal::failed, {}, detail).value()
        == "failed: GET /x answered 503, and 1 more before");
}

TEST_CASE("what many share stays below one bound and is given back", "[net]") {
  net::gauge level;
  net::byte_budget budget{100, level};
  {
    net::byte_budget::share one, other;
    CHECK(one.grow_to(budget, 40));
    CHECK(one.grow_to(budget, 60));
    CHECK(one.grow_to(budget, 50)); // Smaller than it is: nothing to do.
    CHECK_FALSE(other.grow_to(budget, 41));
    CHECK(budget.used() == 60);
    CHECK(other.grow_to(budget, 40));
    CHECK(level.value() == 100);
    one.release();
    CHECK(budget.used() == 40);
    auto moved = std::move(other);
    CHECK(moved.grow_to(budget, 100));
  }
  CHECK(budget.used() == 0);
  CHECK(level.value() == 0);
}
