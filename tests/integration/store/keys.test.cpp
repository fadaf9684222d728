#include "tests/integration/store/backends.hpp"

using namespace fief::actors;
using namespace fief::test;

namespace {

reserve_key reserve(const std::string& key, const std::string& hash, std::int64_t now_ms = 0) {
  return {user_of(1), key, hash, at(now_ms), at(now_ms - day)};
}

} // namespace

TEST_CASE("a key is reserved once, and its first answer is remembered") {
  store_world world{each_backend()};
  populate(world, 2);
  auto first = must(world.write(reserve("k", "h")));
  CHECK_FALSE(first.answered);
  CHECK(first.seed != fief::base::uuid{});
  auto again = must(world.write(reserve("k", "h", 1)));
  CHECK_FALSE(again.answered);
  CHECK(again.seed == first.seed);
  must(world.write(complete_key{user_of(1), "k", 201, R"({"id":"x"})"}));
  must(world.write(complete_key{user_of(1), "k", 500, "later"}));
  auto answered = must(world.write(reserve("k", "h", 2)));
  CHECK(answered.answered);
  CHECK(answered.status == 201);
  CHECK(answered.body == R"({"id":"x"})");
  CHECK(answered.seed == first.seed);
  check_refused(world.write(reserve("k", "other body", 2)), errc::idempotency_mismatch);
  auto others = reserve("k", "other body");
  others.user = user_of(2);
  auto other = must(world.write(others));
  CHECK_FALSE(other.answered);
  CHECK(other.seed != first.seed);
  CHECK(must(world.write(reserve("k2", "h"))).seed != first.seed);
}

TEST_CASE("requests at once with one key share one seed") {
  store_world world{each_backend()};
  populate(world, 1);
  auto replies = world.write_at_once(std::vector(5, reserve("k", "h")));
  auto seed = must(replies[0]).seed;
  for (auto& reply : replies)
    CHECK(must(reply).seed == seed);
}

TEST_CASE("a key is forgotten after its day") {
  store_world world{each_backend()};
  populate(world, 1);
  auto first = must(world.write(reserve("k", "h", 0)));
  must(world.write(complete_key{user_of(1), "k", 200, "first"}));
  CHECK(must(world.write(reserve("k", "h", day - 1))).answered);
  auto later = must(world.write(reserve("k", "other", day + second)));
  CHECK_FALSE(later.answered);
  CHECK(later.body.empty());
  CHECK(later.seed != first.seed);
}

TEST_CASE("a notification is left once per cause") {
  store_world world{each_backend()};
  populate(world, 2);
  notification notice;
  notice.id = {uuid_of(6, 1)};
  notice.user = user_of(1);
  notice.kind = notice_kind::import_finished;
  notice.cause = "import:1";
  notice.at = at(5);
  notice.count = 3;
  notice.amount_cents = 4;
  notice.run = run_of(1);
  notice.event = event_of(1);
  notice.text = "three, \"four\" & five";
  must(world.write(put_notification{notice}));
  auto repeat = notice;
  repeat.id = {uuid_of(6, 2)};
  repeat.count = 9;
  must(world.write(put_notification{repeat}));
  repeat.user = user_of(2);
  must(world.write(put_notification{repeat}));
  auto stored = notices_of(world, 1);
  REQUIRE(stored.size() == 1);
  CHECK(stored[0].id == notice.id);
  CHECK(stored[0].kind == notice.kind);
  CHECK(stored[0].cause == notice.cause);
  CHECK(stored[0].at == notice.at);
  CHECK(stored[0].count == 3);
  CHECK(stored[0].amount_cents == 4);
  CHECK(stored[0].run == notice.run);
  CHECK(stored[0].event == notice.event);
  CHECK(stored[0].text == notice.text);
  CHECK(notices_of(world, 2).size() == 1);
}
