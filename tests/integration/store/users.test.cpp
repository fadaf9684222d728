#include "tests/integration/store/backends.hpp"

#include <algorithm>

using namespace fief::actors;
using namespace fief::test;
using fief::game::account;

TEST_CASE("an account is created once, with its welcome coins in the ledger") {
  store_world world{each_backend()};
  auto first = must(world.write(new_user(1, 700)));
  CHECK(first.username == "runner1");
  CHECK(first.email == "Runner1@Example.org");
  CHECK(first.created_at == at(-day));
  auto other = new_user(1, 900);
  other.user.username = "another";
  CHECK(must(world.write(other)).username == "runner1");
  CHECK(account_of(world, 1).coins_cents == 700);
  auto ledger = ledger_of(world, 1);
  REQUIRE(ledger.size() == 1);
  CHECK(ledger[0].cause == "welcome:" + to_string(user_of(1)));
  CHECK(ledger[0].amount == 700);
}

TEST_CASE("an address or a name in any case belongs to one account") {
  store_world world{each_backend()};
  populate(world, 1);
  auto same_email = new_user(2);
  same_email.user.email = "RUNNER1@example.ORG";
  check_refused(world.write(same_email), errc::email_taken);
  auto same_name = new_user(2);
  same_name.user.username = "RUNNER1";
  check_refused(world.write(same_name), errc::username_taken);
  check_refused(world.read(load_user{user_of(2)}), errc::not_found);
  must(world.write(new_user(2)));
  update_user rename;
  rename.user = user_of(2);
  rename.username = "Runner1";
  check_refused(world.write(rename), errc::username_taken);
}

TEST_CASE("of two accounts with one address that are created at once one exists") {
  store_world world{each_backend()};
  auto a = new_user(1);
  auto b = new_user(2);
  b.user.email = a.user.email;
  auto replies = world.write_at_once(std::vector{a, b});
  CHECK(replies[0].has_value() != replies[1].has_value());
  for (const auto& reply : replies)
    if (!reply)
      CHECK(reply.error() == errc::email_taken);
}

TEST_CASE("an update changes what it names and nothing else") {
  store_world world{each_backend()};
  populate(world, 1);
  update_user roles;
  roles.user = user_of(1);
  roles.roles = std::uint8_t{role_runner | role_organiser};
  for (int times = 0; times < 2; ++times) {
    auto updated = must(world.write(roles));
    CHECK(updated.roles == (role_runner | role_organiser));
    CHECK(updated.username == "runner1");
    CHECK_FALSE(updated.banned);
  }
  update_user rest;
  rest.user = user_of(1);
  rest.username = "swift";
  rest.password_hash = "new hash";
  CHECK(must(world.write(rest)).username == "swift");
  auto login = must(world.read(find_login{"RUNNER1@EXAMPLE.ORG", {}}));
  CHECK(login.user.username == "swift");
  CHECK(login.user.roles == (role_runner | role_organiser));
  CHECK(login.password_hash == "new hash");
  CHECK(must(world.read(find_login{"", user_of(1)})).user.id == user_of(1));
  check_refused(world.read(find_login{"nobody@example.org", {}}), errc::not_found);
  rest.user = user_of(9);
  check_refused(world.write(rest), errc::not_found);
}

TEST_CASE("home zones are replaced whole and in order") {
  store_world world{each_backend()};
  populate(world, 1);
  std::vector<fief::game::home_zone> zones{{458'000'000, 159'000'000, 300}, {1, -2, 1'000}};
  CHECK(must(world.write(put_home_zones{user_of(1), zones})).home_zones == zones);
  CHECK(must(world.read(load_user{user_of(1)})).user.home_zones == zones);
  zones.erase(zones.begin());
  for (int times = 0; times < 2; ++times)
    CHECK(must(world.write(put_home_zones{user_of(1), zones})).home_zones == zones);
  CHECK(must(world.read(load_user{user_of(1)})).user.home_zones == zones);
  check_refused(world.write(put_home_zones{user_of(9), zones}), errc::not_found);
}

TEST_CASE("granted coins are booked once per grant") {
  store_world world{each_backend()};
  populate(world, 2, 0);
  grant_coins grant{uuid_of(7, 1), user_of(1), user_of(2), 250, "for the stall", at(0)};
  auto replies = world.write_at_once(std::vector{grant, grant, grant});
  for (auto& reply : replies)
    CHECK(must(reply).coins_cents == 250);
  CHECK(ledger_of(world, 1).size() == 1);
  CHECK(ledger_of(world, 1)[0].cause == "grant:" + to_string(uuid_of(7, 1)));
  auto notices = notices_of(world, 1);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].kind == notice_kind::coins_granted);
  CHECK(notices[0].amount_cents == 250);
  grant.user = user_of(9);
  grant.grant = uuid_of(7, 2);
  check_refused(world.write(grant), errc::not_found);
}

TEST_CASE("names and search show who there is") {
  store_world world{each_backend()};
  populate(world, 3);
  auto names = must(world.read(find_usernames{{user_of(3), user_of(9), user_of(1)}}));
  REQUIRE(names.users.size() == 2);
  REQUIRE(names.usernames.size() == 2);
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(names.usernames[i] == (names.users[i] == user_of(1) ? "runner1" : "runner3"));
  CHECK(must(world.read(search_users{"UNNER2", {}})).items.size() == 1);
  CHECK(must(world.read(search_users{"3@exam", {}})).items.size() == 1);
  CHECK(must(world.read(search_users{"example", {}})).items.size() == 3);
  auto by_id = must(world.read(search_users{to_string(user_of(2)), {}})).items;
  REQUIRE(by_id.size() == 1);
  CHECK(by_id[0].id == user_of(2));
  CHECK(must(world.read(search_users{"%", {}})).items.empty());
}

TEST_CASE("a deleted account leaves its ledger and nothing personal") {
  store_world world{each_backend()};
  populate(world, 2);
  auto mine = new_claim(1, 1, 1, 0, 7 * day);
  auto theirs = new_claim(1, 2, 2, 0, 3 * day);
  accept_run(world, 1, 1, {mine});
  accept_run(world, 2, 2, {theirs});
  must(merge(world, mine, 0));
  must(merge(world, theirs, 0));
  must(world.write(create_run{new_run(3, 1)}));
  must(world.write(append_fixes{run_of(3), user_of(1), {1, 2, {1, 2, 3}}, {}, at(1)}));
  must(world.write(start_session{uuid_of(8, 1), user_of(1), "hash", at(0), at(day)}));
  auto changed = must(world.write(delete_user{user_of(1), at(hour)}));
  REQUIRE(changed.tiles.size() == 1);
  CHECK(changed.tiles[0].top == theirs);
  auto again = must(world.write(delete_user{user_of(1), at(hour)}));
  REQUIRE(again.tiles.size() == 1);
  CHECK(again.tiles[0].top == theirs);
  CHECK(again.tiles[0].generation == changed.tiles[0].generation);

  check_refused(world.read(find_login{"runner1@example.org", {}}), errc::not_found);
  check_refused(world.write(rotate_session{"hash", "next", at(1), at(day)}), errc::token_expired);
  auto run = must(world.read(load_run{run_of(3), true}));
  CHECK(run.chunks.empty());
  CHECK(run.run.state == run_state::rejected);
  auto rows = ledger_of(world, 1);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].amount == 10'000);
  CHECK(account_of(world, 2).mining.tiles == 1);
  check_refused(world.write(delete_user{user_of(9), at(0)}), errc::not_found);
  auto anew = new_user(3);
  anew.user.email = "runner1@example.org";
  anew.user.username = "runner1";
  must(world.write(anew));
}

TEST_CASE("an export is a JSON object with what the user has given") {
  store_world world{each_backend()};
  populate(world, 1);
  accept_run(world, 1, 1, {});
  auto json = must(world.read(export_user{user_of(1)})).json;
  REQUIRE_FALSE(json.empty());
  CHECK(json.front() == '{');
  CHECK(json.back() == '}');
  CHECK(json.find("Runner1@Example.org") != std::string::npos);
  CHECK(json.find(to_string(run_of(1))) != std::string::npos);
  CHECK(json.find("argon2id") == std::string::npos);
  check_refused(world.read(export_user{user_of(9)}), errc::not_found);
}
