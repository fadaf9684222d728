#include "tests/integration/store/backends.hpp"

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;

namespace {

due_found due_at(store_world& world, std::int64_t now_ms, std::uint32_t limit = 500,
                 std::int64_t silent_ms = -day) {
  return must(world.read(find_due{at(now_ms), limit, at(silent_ms)}));
}

} // namespace

TEST_CASE("nothing is due in an empty world") {
  store_world world{each_backend()};
  auto due = due_at(world, 0);
  CHECK(due.events.empty());
  CHECK(due.cut_events.empty());
  CHECK(due.expiring.empty());
  CHECK(due.unfinished.empty());
  CHECK(due.mining_full.empty());
  CHECK_FALSE(due.next_event);
  CHECK_FALSE(due.next_expiry);
}

TEST_CASE("events are due at their cut and at their settlement, in order") {
  store_world world{each_backend()};
  populate(world, 1);
  for (std::uint64_t n = 1; n <= 4; ++n) {
    auto event = new_event(n, 1);
    auto shift = game::milliseconds{n < 3 ? hour : 0};
    event.cut_at += shift;
    event.settle_at += shift;
    must(world.write(create_event{event}));
  }
  must(world.write(cancel_event{event_of(4), at(0)}));
  auto due = due_at(world, 0);
  CHECK(due.events.empty());
  REQUIRE(due.next_event);
  CHECK(*due.next_event == at(10 * hour));
  due = due_at(world, 10 * hour);
  CHECK(due.events.empty());
  CHECK(due.cut_events == std::vector{event_of(3)});
  CHECK(*due.next_event == at(10 * hour + hour / 2));
  due = due_at(world, 20 * hour);
  CHECK(due.events == std::vector{event_of(3), event_of(1), event_of(2)});
  CHECK_FALSE(due.next_event);
  CHECK(due_at(world, 20 * hour, 2).events == std::vector{event_of(3), event_of(1)});
  must(world.write(settle_event{event_of(3), load(world, 3).version, 0, {}, at(20 * hour)}));
  CHECK(due_at(world, 20 * hour).events == std::vector{event_of(1), event_of(2)});
}

TEST_CASE("owners of tiles that ran out are due until they are settled") {
  store_world world{each_backend()};
  populate(world, 2);
  for (std::uint64_t n = 1; n <= 2; ++n) {
    auto claim = new_claim(n, n, n, 0, static_cast<std::int64_t>(n) * hour);
    accept_run(world, n, n, {claim});
    must(world.write(merge_claim{claim, 0, at(0)}));
  }
  auto due = due_at(world, hour - 1);
  CHECK(due.expiring.empty());
  REQUIRE(due.next_expiry);
  CHECK(*due.next_expiry == at(hour));
  due = due_at(world, hour);
  CHECK(due.expiring == std::vector{user_of(1)});
  REQUIRE(due.next_expiry);
  CHECK(*due.next_expiry == at(2 * hour));
  must(world.write(settle_mining{user_of(1), at(hour)}));
  CHECK(due_at(world, hour).expiring.empty());
}

TEST_CASE("users are due for runs to process, to merge or to close as silent") {
  store_world world{each_backend()};
  populate(world, 3);
  must(world.write(create_run{new_run(1, 1)}));
  CHECK(due_at(world, hour, 500, -1).unfinished.empty());
  CHECK(due_at(world, hour, 500, 1).unfinished == std::vector{user_of(1)});
  must(world.write(append_fixes{run_of(1), user_of(1), {1, 1, {1}}, {}, at(10)}));
  CHECK(due_at(world, hour, 500, 1).unfinished.empty());
  must(world.write(finish_recording{run_of(1), user_of(1), 1, false, at(11)}));
  CHECK(due_at(world, hour).unfinished == std::vector{user_of(1)});
  auto claim = new_claim(1, 2, 2, 0, day);
  accept_run(world, 2, 2, {claim});
  accept_run(world, 3, 3, {});
  CHECK(due_at(world, hour).unfinished.size() == 2);
  must(world.write(merge_claim{claim, 0, at(0)}));
  must(world.write(close_outbox{run_of(2), 1, at(0)}));
  CHECK(due_at(world, hour).unfinished == std::vector{user_of(1)});
}

TEST_CASE("a full store is due until it is told, and again after the next claim") {
  store_world world{each_backend()};
  populate(world, 2);
  auto claim = new_claim(1, 1, 1, 0, 30 * day);
  accept_run(world, 1, 1, {claim});
  must(world.write(merge_claim{claim, 0, at(0)}));
  CHECK(due_at(world, day - 1).mining_full.empty());
  CHECK(due_at(world, day).mining_full == std::vector{user_of(1)});
  notification notice;
  notice.id = {uuid_of(6, 1)};
  notice.user = user_of(1);
  notice.kind = notice_kind::mining_full;
  notice.cause = "mining_full:" + std::to_string(fief::base::to_ms(at(0)));
  notice.at = at(day);
  must(world.write(put_notification{notice}));
  CHECK(due_at(world, 2 * day).mining_full.empty());
  must(world.write(claim_tokens{user_of(1), uuid_of(5, 1), at(2 * day)}));
  CHECK(due_at(world, 3 * day - 1).mining_full.empty());
  CHECK(due_at(world, 3 * day).mining_full == std::vector{user_of(1)});
}
