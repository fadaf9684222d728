#include "net/gateway.hpp"

#include "tests/support/net/manual_loop.hpp"

#include <catch2/catch.hpp>

#include <caf/all.hpp>

#include <chrono>

using namespace fief;
using namespace std::chrono_literals;

namespace {

struct fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  net::timer_wheel::clock::time_point start{};
  net::timer_wheel wheel{start, 10ms};
  test::manual_loop loop;
};

caf::strong_actor_ptr pointer(const caf::actor& x) {
  return caf::actor_cast<caf::strong_actor_ptr>(x);
}

caf::behavior doubler(caf::event_based_actor* self) {
  return {
    [](int x) { return 2 * x; },
    [](double) -> caf::result<int> { return caf::sec::invalid_argument; },
    [self](const std::string&) { self->quit(); },
  };
}

} // namespace

TEST_CASE("a question gets its own answer", "[net]") {
  fixture f;
  net::gateway aut{f.system, f.wheel, f.loop.poster()};
  auto target = pointer(f.system.spawn(doubler));
  int answers = 0;
  for (int i = 0; i < 1'000; ++i)
    aut.ask(target, caf::make_message(i), 1s, [&answers, i](net::reply x) {
      REQUIRE(x.get<int>() != nullptr);
      CHECK(*x.get<int>() == 2 * i);
      ++answers;
    });
  CHECK(answers == 0);
  while (answers < 1'000)
    REQUIRE(f.loop.run_one());
  CHECK(aut.waiting() == 0);
  CHECK(f.loop.posts() <= 1'000); // often far fewer: answers gather
}

TEST_CASE("errors, dead actors and missed deadlines are told apart", "[net]") {
  fixture f;
  net::gateway aut{f.system, f.wheel, f.loop.poster()};
  auto target = pointer(f.system.spawn(doubler));
  auto silent = pointer(f.system.spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {[self](int) { return self->make_response_promise<int>(); }};
  }));
  std::string seen;
  auto note = [&seen](net::reply x) {
    seen += x.timed_out() ? "late " : x.error != nullptr ? "error " : "answer ";
  };
  aut.ask(target, caf::make_message(1.5), 1s, note);
  REQUIRE(f.loop.run_one());
  CHECK(seen == "error ");
  aut.ask(target, caf::make_message(std::string{"stop"}), 1s, note);
  REQUIRE(f.loop.run_one());
  CHECK(seen == "error answer ");
  aut.ask(target, caf::make_message(1), 1s, note);
  REQUIRE(f.loop.run_one());
  CHECK(seen == "error answer error ");
  aut.ask(silent, caf::make_message(1), 100ms, note);
  aut.ask(nullptr, caf::make_message(1), 1s, note);
  f.wheel.advance(f.start + 50ms);
  CHECK(seen == "error answer error late ");
  f.wheel.advance(f.start + 300ms);
  CHECK(seen == "error answer error late late ");
  CHECK(aut.waiting() == 0);
}

TEST_CASE("messages without a question reach their handler or their mailbox", "[net]") {
  fixture f;
  net::gateway aut{f.system, f.wheel, f.loop.poster()};
  std::string seen;
  aut.on_message([&](const caf::strong_actor_ptr&, caf::message& x) {
    seen += "gateway " + x.get_as<std::string>(0) + ";";
  });
  auto box = aut.open_mailbox([&](const caf::strong_actor_ptr&, caf::message& x) {
    seen += "box " + x.get_as<std::string>(0) + ";";
  });
  caf::anon_send(caf::actor_cast<caf::actor>(aut.self()), std::string{"a"});
  caf::anon_send(caf::actor_cast<caf::actor>(box->self()), std::string{"b"});
  REQUIRE(f.loop.run_one()); // one wake-up for both
  CHECK(seen == "gateway a;box b;");
  CHECK(f.loop.posts() == 1);
  const auto gone = box->self();
  caf::scoped_actor observer{f.system};
  observer->monitor(caf::actor_cast<caf::actor>(gone));
  box.reset();
  bool down = false;
  observer->receive([&](const caf::down_msg&) { down = true; }, caf::after(10s) >> [] {});
  CHECK(down);
  caf::anon_send(caf::actor_cast<caf::actor>(gone), std::string{"c"});
  CHECK(f.loop.posts() == 1);
}

TEST_CASE("a gateway that goes takes its questions along without asking", "[net]") {
  fixture f;
  auto kept = std::make_shared<int>(1);
  {
    net::gateway aut{f.system, f.wheel, f.loop.poster()};
    auto target = pointer(f.system.spawn(doubler));
    aut.ask(target, caf::make_message(1), 1s, [kept](net::reply) { ++*kept; });
  }
  CHECK(kept.use_count() == 1);
  f.wheel.advance(f.start + 1h);
  CHECK(*kept == 1);
}

TEST_CASE("round trips through the gateway", "[net][.bench]") {
  fixture f;
  net::gateway aut{f.system, f.wheel, f.loop.poster()};
  auto target = pointer(f.system.spawn(doubler));
  constexpr int total = 300'000;
  constexpr int in_flight = 64;
  int asked = 0;
  int answered = 0;
  std::function<void()> ask = [&] {
    ++asked;
    aut.ask(target, caf::make_message(1), 10s, [&](net::reply x) {
      REQUIRE(x.get<int>() != nullptr);
      ++answered;
      if (asked < total)
        ask();
    });
  };
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < in_flight; ++i)
    ask();
  while (answered < total)
    REQUIRE(f.loop.run_one());
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
  WARN("asks per second: " << static_cast<int>(total / passed.count()) << " with " << in_flight
                           << " in flight, "
                           << static_cast<double>(total) / static_cast<double>(f.loop.posts())
                           << " answers a wake-up");
}
