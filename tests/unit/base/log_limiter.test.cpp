#include "base/log_limiter.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using fief::base::log_limiter;

TEST_CASE("one line a second passes, and tells how many did not", "[base]") {
  log_limiter limiter;
  auto now = log_limiter::time_point{} + 1h;
  CHECK(limiter.admit(now) == 0u);
  for (auto i = 1; i <= 10'000; ++i)
    CHECK_FALSE(limiter.admit(now + std::chrono::microseconds{i * 99}));
  CHECK(limiter.admit(now + 1s) == 10'000u);
  CHECK_FALSE(limiter.admit(now + 1999ms));
  CHECK(limiter.admit(now + 1h) == 1u);
  CHECK(limiter.admit(now + 2h) == 0u);
}
