#include "actors/auth_throttle.hpp"

#include "base/rng.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <map>

using namespace fief;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using actors::auth_throttle;
using actors::throttle_rate;

TEST_CASE("a key never gets more than its burst and what was refilled since", "[actors]") {
  const auto seed = GENERATE(range(1U, 21U));
  CAPTURE(seed);
  base::rng random{seed};
  const throttle_rate rate{static_cast<std::uint32_t>(1 + random.below(5)),
                           std::chrono::milliseconds{1 + random.below(1'000)}};
  auth_throttle throttle{rate, 100};
  auth_throttle::time_point now{};
  std::map<std::string, std::deque<auth_throttle::time_point>> taken;
  for (int i = 0; i < 1'000; ++i) {
    now += std::chrono::milliseconds{random.below(300)};
    const auto key = std::string(1, static_cast<char>('a' + random.below(3)));
    const auto wait = throttle.wait(key, now);
    if (wait > 0ms) { // The wait is exact: then one may, a millisecond earlier one may not.
      CHECK(throttle.wait(key, now + wait) == 0ms);
      CHECK(throttle.wait(key, now + wait - 1ms) == 1ms);
      continue;
    }
    throttle.take(key, now);
    auto& times = taken[key];
    times.push_back(now);
    for (std::size_t first = 0; first < times.size(); ++first) {
      const auto count = static_cast<std::int64_t>(times.size() - first);
      const auto refilled = (now - times[first]) / rate.refill;
      CHECK(count <= rate.burst + refilled);
    }
  }
}

TEST_CASE("an attempt given back leaves no trace", "[actors]") {
  auth_throttle throttle{{.burst = 3, .refill = 1s}, 100};
  const auth_throttle::time_point now{};
  for (int i = 0; i < 100; ++i) {
    REQUIRE(throttle.wait("anna", now) == 0ms);
    throttle.take("anna", now);
    throttle.give_back("anna");
  }
  for (int i = 0; i < 3; ++i)
    throttle.take("anna", now);
  CHECK(throttle.wait("anna", now) == 1s);
  throttle.give_back("nobody");
  CHECK(throttle.wait("bert", now) == 0ms);
}

TEST_CASE("the throttle holds no more keys than it may and forgets the oldest", "[actors]") {
  auth_throttle throttle{{.burst = 1, .refill = 1h}, 10};
  const auth_throttle::time_point now{};
  for (int i = 0; i < 1'000; ++i) {
    throttle.take("key" + std::to_string(i), now);
    CHECK(throttle.size() <= 10);
    CHECK(throttle.wait("key" + std::to_string(i), now) == 1h);
  }
  CHECK(throttle.wait("key990", now) == 1h);
  CHECK(throttle.wait("key989", now) == 0ms);
}

TEST_CASE("a burst of zero limits nothing", "[actors]") {
  auth_throttle throttle{{.burst = 0, .refill = 1h}, 1};
  for (int i = 0; i < 100; ++i)
    throttle.take("anna", {});
  CHECK(throttle.wait("anna", {}) == 0ms);
  CHECK(throttle.size() == 0);
}

TEST_CASE("an IPv6 household is one key and an IPv4 address is one key", "[actors]") {
  using actors::throttle_key_of;
  CHECK(throttle_key_of("2001:db8:1:2:3:4:5:6") == throttle_key_of("2001:db8:1:2::1"));
  CHECK(throttle_key_of("2001:db8:1:2::1") != throttle_key_of("2001:db8:1:3::1"));
  CHECK(throttle_key_of("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(throttle_key_of("192.0.2.1") == "192.0.2.1");
  CHECK(throttle_key_of("192.0.2.1") != throttle_key_of("192.0.2.2"));
  CHECK(throttle_key_of("") == "");
  CHECK(throttle_key_of("rubbish") == "rubbish");
}
