#include "net/api/read_turns.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <vector>

using namespace fief;
using namespace std::chrono_literals;
using net::allowance;
using net::read_turns;

TEST_CASE("a message a second never uses up the allowance, and a quiet socket gathers a little",
          "[net][live]") {
  auto now = allowance::clock::time_point{} + 1h;
  allowance x{now};
  for (auto i = 0; i < 3'600; ++i) {
    x.spend(1, now);
    REQUIRE(x.left(now));
    now += 1s;
  }
  now += 1h;
  auto at_once = 0;
  while (x.left(now) && at_once < 1'000) {
    x.spend(1, now);
    ++at_once;
  }
  CHECK(at_once == allowance::units_max + 1);
}

TEST_CASE("a flood runs up a debt that time pays, and it is never larger than its bound",
          "[net][live]") {
  auto now = allowance::clock::time_point{} + 1h;
  allowance x{now};
  for (auto i = 0; i < 1'000; ++i)
    x.spend(20, now);
  CHECK_FALSE(x.left(now + 9s));
  CHECK(x.left(now + 10s));
}

TEST_CASE("whoever waits for a turn with more to say earns nothing by that", "[net][live]") {
  auto now = allowance::clock::time_point{} + 1h;
  allowance x{now};
  x.spend(3, now);
  for (auto i = 0; i < 100; ++i) {
    now += 900ms;
    x.pass(now);
    REQUIRE_FALSE(x.left(now));
  }
  CHECK(x.left(now + 2s));
}

TEST_CASE("turns go round: whoever waits longest is next, and only so many have one",
          "[net][live]") {
  std::vector<std::uint64_t> told;
  read_turns turns{[&](std::uint64_t sender) {
    told.push_back(sender);
    return true;
  }};
  for (std::uint64_t n = 1; n <= 20; ++n)
    CHECK(turns.enter(n) == (n <= read_turns::at_once_min));
  CHECK(turns.waiting() == 20 - read_turns::at_once_min);
  for (auto round = 0; round < 16; ++round) {
    turns.leave(1ms);
    CHECK(turns.under_way() <= read_turns::at_once_min);
  }
  CHECK(told
        == std::vector<std::uint64_t>{5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
  CHECK(turns.waiting() == 0);
}

TEST_CASE("who has no use for a turn passes it on", "[net][live]") {
  std::vector<std::uint64_t> told;
  read_turns turns{[&](std::uint64_t sender) {
    told.push_back(sender);
    return sender % 2 == 0;
  }};
  for (std::uint64_t n = 1; n <= read_turns::at_once_min + 4; ++n)
    turns.enter(n);
  turns.leave(1ms);
  CHECK(told == std::vector<std::uint64_t>{5, 6});
  CHECK(turns.under_way() == read_turns::at_once_min);
  turns.visit_waiting([](std::uint64_t sender) { return sender == 7; });
  CHECK(turns.waiting() == 1);
}

TEST_CASE("when an answer takes long more are on their way, up to a bound", "[net][live]") {
  read_turns turns{[](std::uint64_t) { return true; }};
  for (std::uint64_t n = 1; n <= 500; ++n)
    turns.enter(n);
  for (auto i = 0; i < 200; ++i)
    turns.leave(2s);
  CHECK(turns.under_way() == read_turns::at_once_max);
}

TEST_CASE("with nobody else about a socket has its turn at once", "[net][live]") {
  read_turns turns{[](std::uint64_t) { return true; }};
  for (auto i = 0; i < 100; ++i) {
    REQUIRE(turns.enter(1));
    turns.leave(5ms);
  }
}
