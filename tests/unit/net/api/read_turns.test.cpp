#include "net/api/read_turns.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <vector>

using namespace fief;
using namespace std::chrono_literals;
using net::allowance;
using net::read_turns;
using net::turn_window;

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

TEST_CASE("who has fallen behind and then keeps to a message a second is soon within it again",
          "[net][live]") {
  auto now = allowance::clock::time_point{} + 1h;
  allowance x{now};
  x.spend(allowance::units_at_first + allowance::debt_max, now);
  auto messages = 0;
  while (!x.left(now += 1s)) {
    x.spend(1, now);
    REQUIRE(++messages < 15);
  }
}

TEST_CASE("a flood runs up a debt that time pays, and it is never larger than its bound",
          "[net][live]") {
  auto now = allowance::clock::time_point{} + 1h;
  allowance x{now};
  for (auto i = 0; i < 1'000; ++i)
    x.spend(20, now);
  CHECK_FALSE(x.left(now + 4s));
  CHECK(x.left(now + 5s));
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
  CHECK(x.left(now + 1s));
}

TEST_CASE("turns go round: whoever waits longest is next, and only so many have one",
          "[net][live]") {
  std::vector<std::uint64_t> told;
  read_turns turns{[&](std::uint64_t sender) {
    told.push_back(sender);
    return true;
  }};
  for (std::uint64_t n = 1; n <= 20; ++n)
    CHECK(turns.enter(n) == (n <= turn_window::at_once_min));
  CHECK(turns.waiting() == 20 - turn_window::at_once_min);
  for (auto round = 0; round < 16 && turns.waiting() > 0; ++round) {
    const auto before = told.size();
    while (turns.under_way() > 0)
      turns.leave(1ms);
    CHECK(told.size() == before); // The clock gives turns.
    turns.next();
    CHECK(told.size() - before <= static_cast<std::size_t>(read_turns::units_per_pace));
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
  for (std::uint64_t n = 1; n <= turn_window::at_once_min + 4; ++n)
    turns.enter(n);
  turns.leave(1ms);
  turns.next();
  CHECK(told == std::vector<std::uint64_t>{5, 6});
  CHECK(turns.under_way() == turn_window::at_once_min);
  turns.visit_waiting([](std::uint64_t sender) { return sender == 7; });
  CHECK(turns.waiting() == 1);
  turns.leave_unused();
  turns.charge(3 * read_turns::units_per_pace); // Then the next paces have nothing to give.
  turns.next();
  turns.next();
  CHECK(turns.waiting() == 1);
  turns.next();
  CHECK(turns.waiting() == 0);
}

namespace {

/// A server that answers each message after a while of its own, and no more than so many a second.
struct model_server {
  std::chrono::microseconds least;
  std::chrono::microseconds between;

  [[nodiscard]] std::chrono::microseconds took(std::size_t at_once) const {
    return std::max(least, between * static_cast<std::int64_t>(at_once));
  }
};

/// What the window comes to: the mean of a long time, and the most of its second half.
struct windows_seen {
  double mean;
  std::size_t most;
};
windows_seen windows_with(const model_server& server, turn_window& x) {
  constexpr auto turns = 100'000;
  double sum = 0;
  std::size_t most = 0;
  for (auto i = 0; i < turns; ++i) {
    x.note(server.took(x.at_once()));
    sum += static_cast<double>(x.at_once());
    if (i > turns / 2)
      most = std::max(most, x.at_once());
  }
  return {sum / turns, most};
}

} // namespace

TEST_CASE("when a server only answers later, few turns are under way; when it is slow, many",
          "[net][live]") {
  turn_window x;
  auto busy = windows_with({1ms, 1ms}, x);
  CHECK(busy.mean < 5);
  CHECK(busy.most <= 2 * turn_window::at_once_min);
  auto slow = windows_with({2s, 1ms}, x); // The disk has become slow, then is quick again.
  CHECK(slow.mean > 50);
  CHECK(slow.most == turn_window::at_once_max);
  auto again = windows_with({1ms, 1ms}, x);
  CHECK(again.mean < 6);
  CHECK(again.most <= 2 * turn_window::at_once_min);
  auto roomy = windows_with({10ms, 1ms}, x);
  CHECK(roomy.mean > 7);
  CHECK(roomy.mean < 16);
}

TEST_CASE("a burst of any size keeps the others from their turns for a bounded time",
          "[net][live]") {
  read_turns turns{[](std::uint64_t) { return true; }};
  for (std::uint64_t n = 0; n <= turn_window::at_once_min; ++n)
    turns.enter(n);
  turns.leave_unused();
  for (auto i = 0; i < 10'000; ++i)
    turns.charge(100);
  auto paces = 0;
  for (; turns.waiting() > 0 && paces < 1'000; ++paces)
    turns.next();
  CHECK(paces == read_turns::overdraft_max / read_turns::units_per_pace + 1);
}

TEST_CASE("turns in which nothing was said tell nothing of the server's speed", "[net][live]") {
  std::size_t told = 0;
  read_turns turns{[&](std::uint64_t) {
    ++told;
    return true;
  }};
  for (std::uint64_t n = 1; n <= 100; ++n)
    turns.enter(n);
  for (auto i = 0; i < 96; ++i) {
    turns.leave_unused();
    turns.next();
    REQUIRE(turns.under_way() == turn_window::at_once_min);
  }
  CHECK(told == 96);
}

TEST_CASE("with nobody else about a socket has its turn at once", "[net][live]") {
  read_turns turns{[](std::uint64_t) { return true; }};
  for (auto i = 0; i < 100; ++i) {
    REQUIRE(turns.enter(1));
    turns.leave(5ms);
  }
}
