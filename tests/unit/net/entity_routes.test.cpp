#include "net/entity_routes.hpp"

#include "actors/system.hpp"
#include "tests/support/net/manual_loop.hpp"

#include <catch2/catch.hpp>

#include <caf/all.hpp>

#include <atomic>

using namespace fief;
using namespace std::chrono_literals;
using clock_type = net::entity_routes::clock;

namespace {

caf::strong_actor_ptr pointer(const caf::actor& x) {
  return caf::actor_cast<caf::strong_actor_ptr>(x);
}

/// Answers numbers with its own and counts them; ends when told "end", then whatever else comes
/// returns unread.
caf::behavior entity(caf::event_based_actor* self, int number) {
  return {
    [number](int) { return number; },
    [self](const std::string& word) -> caf::result<int> {
      if (word == "end")
        self->quit();
      return caf::make_error(game::errc::forbidden);
    },
  };
}

/// Stands for DIRECTORY: hands on what it gets to whoever lives, and counts.
struct fake_directory {
  std::atomic<int> forwarded{0};
  std::atomic<bool> refuses{false};
  std::atomic<bool> anonymous{false}; ///< It answers 7 itself, and does not say who it is.
  caf::actor live;
};

caf::behavior directory(caf::event_based_actor* self, fake_directory* of) {
  return {[self, of](const actors::deliver& x) -> caf::result<caf::message> {
    ++of->forwarded;
    if (of->refuses)
      return caf::make_error(game::errc::overloaded);
    auto* element = self->current_mailbox_element();
    auto mid = element->mid;
    element->mid.mark_as_answered();
    if (of->anonymous) {
      element->sender->enqueue(
        caf::make_mailbox_element(nullptr, mid.response_id(), {}, caf::make_message(7)),
        self->context());
      return caf::delegated<caf::message>{};
    }
    caf::actor_cast<caf::abstract_actor*>(of->live)->enqueue(
      caf::make_mailbox_element(element->sender, mid, {}, x.content), self->context());
    return caf::delegated<caf::message>{};
  }};
}

struct fixture {
  explicit fixture(net::entity_routes_limits limits = {}) : routes(gateway, limits) {
    state.live = system.spawn(entity, 1);
    target = pointer(system.spawn(directory, &state));
  }
  ~fixture() {
    for (const auto& x : {target, pointer(state.live)})
      caf::anon_send_exit(caf::actor_cast<caf::actor>(x), caf::exit_reason::kill);
    target = {};
    state.live = {};
  }

  template <class... Ts>
  void send(const actors::entity_key& to, Ts... content) {
    routes.ask(target, to, caf::make_message(std::move(content)...), 10s, now,
               [this](net::reply x) {
                 ++answered;
                 if (const auto* n = x.get<int>())
                   last = *n;
                 failed += x.error != nullptr ? 1 : 0;
               });
  }
  template <class... Ts>
  int ask(const actors::entity_key& to, Ts... content) {
    last = 0;
    const auto before = answered;
    send(to, std::move(content)...);
    while (answered == before)
      REQUIRE(loop.run_one());
    return last;
  }

  struct configured : caf::actor_system_config {
    configured() { actors::configure(*this); }
  } config;
  caf::actor_system system{config};
  net::timer_wheel wheel{{}, 10ms};
  test::manual_loop loop;
  net::gateway gateway{system, wheel, loop.poster()};
  net::entity_routes routes;
  fake_directory state;
  caf::strong_actor_ptr target;
  clock_type::time_point now{};
  int answered = 0, failed = 0, last = 0;
};

const actors::entity_key ana{actors::entity_kind::user, {1, 1}};
const actors::entity_key bea{actors::entity_kind::user, {1, 2}};

} // namespace

TEST_CASE("who has answered is asked directly, until DIRECTORY should hear of it again", "[net]") {
  fixture f;
  for (int i = 0; i < 5; ++i)
    CHECK(f.ask(ana, 1) == 1);
  CHECK(f.state.forwarded == 1);
  CHECK(f.ask(bea, 1) == 1);
  CHECK(f.state.forwarded == 2);
  f.now += 30s;
  CHECK(f.ask(ana, 1) == 1);
  CHECK(f.ask(ana, 1) == 1);
  CHECK(f.state.forwarded == 3);
}

TEST_CASE("a question to an entity that has ended goes to the one that took its place", "[net]") {
  fixture f;
  CHECK(f.ask(ana, 1) == 1);
  f.ask(ana, std::string{"end"});
  f.state.live = f.system.spawn(entity, 2);
  CHECK(f.ask(ana, 1) == 2);
  CHECK(f.state.forwarded == 2);
  CHECK(f.ask(ana, 1) == 2);
  CHECK(f.state.forwarded == 2);
  CHECK(f.failed == 1); // Only the word was refused.
}

TEST_CASE("events are always asked by the way that the news about them take", "[net]") {
  fixture f;
  const actors::entity_key race{actors::entity_kind::event, {5, 5}};
  for (int i = 0; i < 5; ++i)
    CHECK(f.ask(race, 1) == 1);
  CHECK(f.state.forwarded == 5);
  CHECK(f.routes.known() == 0);
}

TEST_CASE("questions on their way keep their route, so that none overtakes another", "[net]") {
  fixture f;
  CHECK(f.ask(ana, 1) == 1);
  for (int i = 0; i < 20; ++i) {
    f.now += 20s;
    f.send(ana, i);
  }
  CHECK(f.state.forwarded == 1);
  while (f.answered < 21)
    REQUIRE(f.loop.run_one());
  CHECK(f.ask(ana, 1) == 1);
  CHECK(f.state.forwarded == 2);
}

TEST_CASE("a refusal teaches no route, and neither does an entity's error", "[net]") {
  fixture f;
  f.state.refuses = true;
  f.ask(ana, 1);
  CHECK(f.failed == 1);
  CHECK(f.routes.known() == 0);
  f.state.refuses = false;
  f.ask(ana, std::string{"no"});
  CHECK(f.failed == 2);
  CHECK(f.routes.known() == 0);
}

TEST_CASE("an answer without a sender teaches no route", "[net]") {
  fixture f;
  f.state.anonymous = true;
  CHECK(f.ask(ana, 1) == 7);
  CHECK(f.ask(ana, 1) == 7);
  CHECK(f.routes.known() == 0);
  CHECK(f.state.forwarded == 2);
}

TEST_CASE("only so many routes are known, and none is when that is 0", "[net]") {
  fixture f{{.entries_max = 10}};
  for (std::uint64_t n = 0; n < 100; ++n) {
    CHECK(f.ask({actors::entity_kind::user, {n, 0}}, 1) == 1);
    CHECK(f.routes.known() <= 10);
  }
  fixture none{{.entries_max = 0}};
  CHECK(none.ask(ana, 1) == 1);
  CHECK(none.ask(ana, 1) == 1);
  CHECK(none.state.forwarded == 2);
}
