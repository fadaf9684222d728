#include "persistence/pulse.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

using namespace std::chrono_literals;
using fief::persistence::pulse;

namespace {

struct fixture {
  std::shared_ptr<pulse> of = std::make_shared<pulse>();
  pulse::time_point now = pulse::time_point{} + 1h;
  std::shared_ptr<pulse::line> one = of->add_line(40s);
  std::shared_ptr<pulse::line> other = of->add_line(15s);
};

} // namespace

TEST_CASE("Postgres is silent when a question stays open and nobody is answered", "[persistence]") {
  fixture f;
  CHECK_FALSE(f.of->silent(f.now));
  f.one->asked(f.now);
  CHECK_FALSE(f.of->silent(f.now + 1s));
  CHECK(f.of->silent(f.now + 1300ms));
  CHECK(f.of->silent_for(f.now + 1300ms) == 1300ms);
  f.one->answered(f.now + 1400ms);
  CHECK_FALSE(f.of->silent(f.now + 1h)); // Nothing is asked.
  CHECK(f.of->silent_for(f.now + 1h) == 0ms);
}

TEST_CASE("a statement that takes its time is no silence while others are answered",
          "[persistence]") {
  fixture f;
  f.one->asked(f.now);
  for (auto i = 0; i < 100; ++i) {
    f.now += 250ms;
    CHECK_FALSE(f.of->silent(f.now));
    f.other->asked(f.now);
    f.other->answered(f.now + 1ms);
  }
  CHECK(f.of->silent(f.now + 2s));
}

TEST_CASE("a Postgres that has become slow is slow and not away, and is quick again at once",
          "[persistence]") {
  fixture f;
  auto ask = [&](std::chrono::milliseconds took) {
    f.one->asked(f.now);
    f.now += took;
    f.one->answered(f.now);
  };
  ask(2s); // The first slow answer was silence for a moment. From now on it is how things are.
  for (auto i = 0; i < 10; ++i) {
    f.one->asked(f.now);
    CHECK_FALSE(f.of->silent(f.now + 2s));
    CHECK(f.of->silent(f.now + 4500ms));
    ask(2s);
  }
  for (auto i = 0; i < 10; ++i)
    ask(2ms);
  f.one->asked(f.now);
  CHECK(f.of->silent(f.now + 1300ms));
}

TEST_CASE("however slow Postgres was, a long silence is one", "[persistence]") {
  fixture f;
  f.one->asked(f.now);
  f.one->answered(f.now + 60s);
  f.one->asked(f.now + 60s);
  CHECK_FALSE(f.of->silent(f.now + 69s));
  CHECK(f.of->silent(f.now + 71s));
}

TEST_CASE("a question that ended in an exception was not answered, and is open no more",
          "[persistence]") {
  fixture f;
  CHECK_THROWS_AS(
    [&] {
      pulse::wait open{f.one.get()};
      throw std::runtime_error{"the connection broke"};
    }(),
    std::runtime_error);
  CHECK(f.of->silent_for(pulse::clock::now() + 1h) == 0ms);
  { pulse::wait none{nullptr}; }
}

TEST_CASE("a connection whose answer never comes is shut, and no other", "[persistence]") {
  fixture f;
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  f.other->use_socket(ends[0]);
  f.one->asked(f.now);
  f.other->asked(f.now);
  CHECK(f.of->cut_hung(f.now + 14s) == 0);
  CHECK(f.of->cut_hung(f.now + 16s) == 1);
  char byte = 0;
  CHECK(::read(ends[0], &byte, 1) == 0); // As if the peer had closed.
  f.other->use_socket(-1);               // It is closed; the number may be another's now.
  CHECK(f.of->cut_hung(f.now + 17s) == 0);
  ::close(ends[0]);
  ::close(ends[1]);
}
