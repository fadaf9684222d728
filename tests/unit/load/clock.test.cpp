#include "bench/load/clock.hpp"
#include "base/rng.hpp"

#include <catch2/catch.hpp>

using namespace fief::load;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t start_ms = 1'778'407'200'000;
const steady_time zero{1h};

/// A server whose clock runs at `speed`; a reading of it takes `late` to arrive.
server_clock known_clock(double speed, std::chrono::milliseconds late,
                         std::optional<double> given = std::nullopt) {
  server_clock x{given};
  x.learn(start_ms, zero + late);
  x.learn(start_ms + static_cast<std::int64_t>(1'500 * speed), zero + 1'500ms + late);
  return x;
}

std::int64_t truth_ms(double speed, steady::duration since) {
  return start_ms
         + static_cast<std::int64_t>(std::chrono::duration<double, std::milli>(since).count()
                                     * speed);
}

} // namespace

TEST_CASE("the server's time is never told as later than it is") {
  for (auto speed : {1.0, 10.0, 60.0, 500.0}) {
    auto x = known_clock(speed, 3ms);
    CHECK(x.speed() == speed);
    for (auto at = 2s; at < 3'600s; at += 7s) {
      INFO("speed " << speed << ", after " << at.count() << " s");
      CHECK(x.now_ms(zero + at) <= truth_ms(speed, at));
      CHECK(x.now_ms(zero + at) >= truth_ms(speed, at) - static_cast<std::int64_t>(5 * speed) - 1);
    }
  }
}

TEST_CASE("a measured speed near a whole number is that number") {
  server_clock x;
  x.learn(start_ms, zero);
  x.learn(start_ms + 10'210, zero + 1s); // Jitter.
  CHECK(x.speed() == 10);
  x.learn(start_ms + 2'600, zero + 1s);
  CHECK(x.speed() == Approx(2.6));
}

TEST_CASE("a given speed is taken as it is") {
  CHECK(known_clock(10, 3ms, 12.5).speed() == 12.5);
}

TEST_CASE("runs faster than the server's clock begin in its past and meet it at the end") {
  auto server = known_clock(1, 0ms);
  auto begin = zero + 2s;
  auto end = begin + 10s;
  play_clock x{server, 40, begin, end};
  CHECK(x.speed() == 40);
  CHECK(x.ms_at(begin) == server.now_ms(begin) - 390'000);
  for (auto at = begin; at <= end; at += 100ms)
    CHECK(x.ms_at(at) <= server.now_ms(at));
  CHECK(x.ms_at(end) >= server.now_ms(end) - 2);
}

TEST_CASE("runs are never slower than the server's clock") {
  auto server = known_clock(60, 0ms);
  play_clock x{server, 1, zero + 2s, zero + 12s};
  CHECK(x.speed() == 60);
  CHECK(x.ms_at(zero + 7s) == server.now_ms(zero + 7s));
}

TEST_CASE("the instant of a time is when the clock shows it, and not a millisecond before") {
  fief::base::rng random{11};
  auto server = known_clock(7, 0ms);
  play_clock x{server, 1, zero + 2s, zero + 100s};
  for (int i = 0; i < 1'000; ++i) {
    auto ms = x.ms_at(zero + 2s) + static_cast<std::int64_t>(random.below(600'000));
    auto at = x.when(ms);
    INFO("of " << ms);
    CHECK(x.ms_at(at) >= ms - 1); // A double's last digit.
    CHECK(x.ms_at(at - 2ms) < ms);
  }
}
