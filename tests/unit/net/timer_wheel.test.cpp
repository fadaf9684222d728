#include "net/timer_wheel.hpp"
#include "base/rng.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <vector>

using namespace fief;
using namespace std::chrono_literals;

namespace {

const net::timer_wheel::clock::time_point start{};

} // namespace

TEST_CASE("a deadline fires once, never early and at most two ticks late", "[net]") {
  const auto seed = GENERATE(range<std::uint64_t>(1, 20));
  CAPTURE(seed);
  base::rng random{seed};
  net::timer_wheel aut{start, 10ms};
  struct guarded {
    std::unique_ptr<net::timer_wheel::timer> timer;
    std::chrono::milliseconds wanted{};
    std::vector<std::chrono::milliseconds> fired;
  };
  std::chrono::milliseconds now{0};
  std::vector<guarded> all(200);
  for (auto& x : all) {
    x.timer = std::make_unique<net::timer_wheel::timer>([&] { x.fired.push_back(now); });
    x.wanted = std::chrono::milliseconds{random.below(12'000)};
    aut.arm(*x.timer, x.wanted);
  }
  while (now < 13s) {
    now += std::chrono::milliseconds{1 + random.below(9)};
    aut.advance(start + now);
  }
  for (const auto& x : all) {
    REQUIRE(x.fired.size() == 1);
    CHECK(x.fired[0] >= x.wanted);
    CHECK(x.fired[0] <= x.wanted + 30ms); // two ticks, and the step of this test
  }
}

TEST_CASE("a cancelled, moved or destroyed deadline does not fire at its old time", "[net]") {
  net::timer_wheel aut{start, 10ms};
  int fired = 0;
  net::timer_wheel::timer cancelled{[&] { ++fired; }};
  net::timer_wheel::timer moved{[&] { fired += 100; }};
  aut.arm(cancelled, 50ms);
  aut.arm(moved, 50ms);
  aut.arm(moved, 500ms);
  {
    net::timer_wheel::timer destroyed{[&] { ++fired; }};
    aut.arm(destroyed, 50ms);
  }
  cancelled.cancel();
  CHECK_FALSE(cancelled.armed());
  CHECK(moved.armed());
  aut.advance(start + 200ms);
  CHECK(fired == 0);
  aut.advance(start + 520ms);
  CHECK(fired == 100);
}

TEST_CASE("a callback may arm itself again, cancel its neighbour or destroy its timer", "[net]") {
  net::timer_wheel aut{start, 10ms};
  int again = 0;
  int neighbour = 0;
  net::timer_wheel::timer second{[&] { ++neighbour; }};
  std::unique_ptr<net::timer_wheel::timer> first;
  first = std::make_unique<net::timer_wheel::timer>([&] {
    second.cancel();
    first.reset();
    ++again;
  });
  net::timer_wheel::timer* ticking = nullptr;
  net::timer_wheel::timer repeating{[&] {
    if (++again < 5)
      aut.arm(*ticking, 10ms);
  }};
  ticking = &repeating;
  aut.arm(*first, 30ms);
  aut.arm(second, 30ms);
  aut.arm(repeating, 10ms);
  for (auto now = 10ms; now < 500ms; now += 10ms)
    aut.advance(start + now);
  CHECK(neighbour == 0);
  CHECK(again == 5);
}

TEST_CASE("a wheel that slept through many turns fires everything that came due", "[net]") {
  net::timer_wheel aut{start, 1ms};
  int fired = 0;
  std::vector<std::unique_ptr<net::timer_wheel::timer>> timers;
  for (int i = 0; i < 3'000; ++i) {
    timers.push_back(std::make_unique<net::timer_wheel::timer>([&] { ++fired; }));
    aut.arm(*timers.back(), std::chrono::milliseconds{i});
  }
  aut.advance(start + 1h);
  CHECK(fired == 3'000);
}
