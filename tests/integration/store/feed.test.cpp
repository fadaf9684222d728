#include "tests/integration/store/backends.hpp"

#include <algorithm>

using namespace fief::actors;
using namespace fief::test;

TEST_CASE("the feed tells of accounts, notices and events that a commit has changed") {
  store_world world{each_backend()};
  populate(world, 2);
  must(world.write(create_event{new_event(1, 1)}));
  must(world.write(buy_ticket{ticket_of(1), user_of(2), event_of(1), false, at(0)}));
  world.observe();
  auto cancelled = must(world.write(cancel_event{event_of(1), at(1)}));
  auto told = world.feed(1, 1, 1);
  REQUIRE(told.accounts.size() == 1);
  CHECK(told.accounts[0] == account_of(world, 2));
  REQUIRE(told.notices.size() == 1);
  CHECK(told.notices[0].user == user_of(2));
  CHECK(told.notices[0].kind == notice_kind::event_cancelled);
  REQUIRE(told.events.size() == 1);
  CHECK(told.events[0].id == event_of(1));
  CHECK(told.events[0].version == cancelled.version);
  CHECK(told.events[0].cancelled_at);
}

TEST_CASE("the feed is told before the answer, so that who asks again finds what he was told") {
  store_world world{each_backend()};
  populate(world, 2);
  must(world.write(create_event{new_event(1, 1)}));
  auto told =
    world.told_before_answer(buy_ticket{ticket_of(1), user_of(2), event_of(1), false, at(0)});
  REQUIRE(told.events.size() == 1);
  CHECK(told.events[0].tickets_sold == 1);
  REQUIRE(told.accounts.size() == 1);
  CHECK(told.accounts[0] == account_of(world, 2));
}

TEST_CASE("tiles lost are in the feed when all claims of the run are merged") {
  store_world world{each_backend()};
  populate(world, 2);
  std::vector<fief::game::claim> claims;
  for (std::uint64_t n = 1; n <= 2; ++n) {
    claims.push_back(new_claim(1, n, n, 0, static_cast<std::int64_t>(n) * day));
    accept_run(world, n, n, {claims.back()});
  }
  must(merge(world, claims[0], 1));
  world.observe();
  must(merge(world, claims[1], 2));
  auto merged = world.feed(2, 0, 0);
  CHECK(merged.notices.empty());
  std::set<fief::game::user_id> users;
  for (const auto& account : merged.accounts)
    users.insert(account.user);
  CHECK(users.size() == 2);
  must(world.write(close_outbox{run_of(2), 1, at(3)}));
  auto told = world.feed(0, 1, 0);
  REQUIRE(told.notices.size() == 1);
  CHECK(told.notices[0].user == user_of(1));
  CHECK(told.notices[0].count == 1);
}

TEST_CASE("versions of an account only grow") {
  store_world world{each_backend()};
  populate(world, 1);
  world.observe();
  std::int64_t version = account_of(world, 1).version;
  for (std::uint64_t n = 1; n <= 5; ++n) {
    must(world.write(grant_coins{uuid_of(7, n), user_of(1), user_of(1), 5, "x", at(0)}));
    auto told = world.feed(1, 1, 0);
    REQUIRE(told.accounts.size() == 1);
    CHECK(told.accounts[0].version > version);
    version = told.accounts[0].version;
  }
  CHECK(account_of(world, 1).version == version);
}

TEST_CASE("a store that is up says so") {
  store_world world{each_backend()};
  populate(world, 3);
  auto health = must(world.write(get_store_health{}));
  for (int asked = 0; !health.connected && asked < 100'000; ++asked) // Lanes connect by themselves.
    health = must(world.write(get_store_health{}));
  CHECK(health.connected);
  CHECK(health.operations >= 3);
  CHECK(health.commits >= 1);
  CHECK(health.refused == 0);
  CHECK(health.queued <= health.queued_max);
}
