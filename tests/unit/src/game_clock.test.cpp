#include "src/game_clock.hpp"

#include "base/rng.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace fief;
using namespace std::chrono_literals;

/// The hand-moved time that the clocks below run on.
std::chrono::steady_clock::time_point steady_now;

std::chrono::steady_clock::time_point read_steady() {
  return steady_now;
}

constexpr auto start = base::from_ms(1'778'439'600'000);

} // namespace

TEST_CASE("a development clock begins at its start and runs at its speed") {
  game_clock clock{start, 10, &read_steady};
  CHECK_FALSE(clock.is_real());
  CHECK(clock.now() == start);
  steady_now += 1s;
  CHECK(clock.now() == start + 10s);
  steady_now += 24h;
  CHECK(clock.now() == start + 10s + 240h);
}

TEST_CASE("a development clock never goes back and waking after the wait is never early") {
  auto seed = GENERATE(range(1, 50));
  CAPTURE(seed);
  base::rng random{static_cast<std::uint64_t>(seed)};
  auto speed = 0.001 + random.unit() * static_cast<double>(random.below(10'000));
  game_clock clock{start, speed, &read_steady};
  CAPTURE(speed);
  for (int i = 0; i < 200; ++i) {
    auto before = clock.now();
    auto due = before + base::milliseconds{random.below(100'000)};
    auto wait = clock.real_time_until(due);
    CHECK(wait >= 0ms);
    CHECK(wait <= 24h);
    steady_now += wait;
    CHECK(clock.now() >= before);
    if (wait < 24h)
      CHECK(clock.now() + base::milliseconds{1} >= due); // Doubles round; who waits looks again.
  }
}

TEST_CASE("the wait is real time, rounded up, zero for the past and at most a day") {
  game_clock clock{start, 10, &read_steady};
  CHECK(clock.real_time_until(start) == 0ms);
  CHECK(clock.real_time_until(start - 1h) == 0ms);
  CHECK(clock.real_time_until(start + 1ms) == 1ms);
  CHECK(clock.real_time_until(start + 10s) == 1s);
  CHECK(clock.real_time_until(start + 24h * 365'000) == 24h);
}

TEST_CASE("the real clock is the system's") {
  game_clock clock;
  auto before = std::chrono::floor<base::milliseconds>(std::chrono::system_clock::now());
  auto shown = clock.now();
  CHECK(clock.is_real());
  CHECK(clock.speed() == 1);
  CHECK(shown >= before);
  CHECK(shown <= std::chrono::system_clock::now());
}
