#include "tests/integration/store/backends.hpp"

using namespace fief::actors;
using namespace fief::test;

namespace {

rotate_session rotate(const std::string& from, const std::string& to, std::int64_t now_ms = hour) {
  return {from, to, at(now_ms), at(now_ms + 30 * day)};
}

void sign_in(store_world& world, std::uint64_t family, const std::string& hash) {
  must(world.write(start_session{uuid_of(8, family), user_of(1), hash, at(0), at(30 * day)}));
}

} // namespace

TEST_CASE("a refresh token rotates, and the same rotation again has the same answer") {
  store_world world{each_backend()};
  populate(world, 1);
  for (int times = 0; times < 2; ++times)
    sign_in(world, 1, "a");
  CHECK(must(world.write(rotate("a", "b"))).id == user_of(1));
  CHECK(must(world.write(rotate("a", "b"))).id == user_of(1));
  CHECK(must(world.write(rotate("b", "c"))).id == user_of(1));
  must(world.write(rotate("c", "d")));
}

TEST_CASE("a spent token that comes again ends its family and no other") {
  store_world world{each_backend()};
  populate(world, 1);
  sign_in(world, 1, "a");
  sign_in(world, 2, "other");
  must(world.write(rotate("a", "b")));
  check_refused(world.write(rotate("a", "thief")), errc::token_reused);
  check_refused(world.write(rotate("b", "c")), errc::token_expired);
  check_refused(world.write(rotate("thief", "c")), errc::token_expired);
  must(world.write(rotate("other", "next")));
}

TEST_CASE("of two rotations at once to different tokens one is the thief's") {
  store_world world{each_backend()};
  populate(world, 1);
  sign_in(world, 1, "a");
  auto replies = world.write_at_once(std::vector{rotate("a", "b"), rotate("a", "c")});
  CHECK(replies[0].has_value() != replies[1].has_value());
  for (const auto& reply : replies)
    if (!reply)
      CHECK(reply.error() == errc::token_reused);
  check_refused(world.write(rotate("b", "d")), errc::token_expired);
  check_refused(world.write(rotate("c", "d")), errc::token_expired);
}

TEST_CASE("unknown, old and logged-out tokens are expired") {
  store_world world{each_backend()};
  populate(world, 1);
  sign_in(world, 1, "a");
  check_refused(world.write(rotate("unknown", "b")), errc::token_expired);
  check_refused(world.write(rotate("a", "b", 30 * day)), errc::token_expired);
  must(world.write(rotate("a", "b", 30 * day - 1)));
  for (int times = 0; times < 2; ++times)
    must(world.write(end_session{"b", at(hour)}));
  must(world.write(end_session{"unknown", at(hour)}));
  check_refused(world.write(rotate("b", "c")), errc::token_expired);
  check_refused(world.write(start_session{uuid_of(8, 9), user_of(9), "x", at(0), at(day)}),
                errc::not_found);
}

TEST_CASE("a ban ends every session, and lifting it does not bring them back") {
  store_world world{each_backend()};
  populate(world, 1);
  sign_in(world, 1, "a");
  sign_in(world, 2, "b");
  update_user ban;
  ban.user = user_of(1);
  ban.banned = true;
  CHECK(must(world.write(ban)).banned);
  check_refused(world.write(rotate("a", "c")), errc::user_banned);
  ban.banned = false;
  CHECK_FALSE(must(world.write(ban)).banned);
  check_refused(world.write(rotate("a", "c")), errc::token_expired);
  check_refused(world.write(rotate("b", "c")), errc::token_expired);
  sign_in(world, 3, "d");
  must(world.write(rotate("d", "e")));
}
