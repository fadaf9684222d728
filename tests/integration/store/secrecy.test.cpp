#include "persistence/errc.hpp"
#include "persistence/rights.hpp"
#include "persistence/sql.hpp"
#include "tests/support/postgres_fixture.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using test::postgres_fixture;

namespace {

constexpr persistence::query q_put{
  "put_user", "insert into app_user (id, username, email, password_hash, roles, banned, deleted,"
              " created_at) values ($1::uuid, $2, $3, 'secret-hash', $4::smallint, $5::boolean,"
              " $6::boolean, 0)"};

game::user_id user(std::uint64_t n) {
  return game::user_id{{0, n}};
}

/// One transaction that puts a user.
void put(persistence::connection& c, std::uint64_t n, const char* email, int roles,
         bool banned = false, bool deleted = false) {
  pqxx::work work{c.raw()};
  persistence::transaction tx{c, work};
  tx.run(q_put, user(n), "name" + std::to_string(n), email, roles, banned, deleted);
  work.commit();
}

} // namespace

TEST_CASE("an error of Postgres names the rule that was broken and quotes no row") {
  persistence::connection c{postgres_fixture::instance().fresh_database(), 0};
  put(c, 1, "ana@private.example", 1);
  try {
    put(c, 2, "ana@private.example", 1);
    FAIL("two accounts have one address");
  } catch (const std::exception& e) {
    auto why = persistence::fault_of(e);
    CHECK(why.sqlstate == "23505");
    CHECK(why.text.find("app_user_email_key") != std::string::npos);
    CHECK(why.text.find("private.example") == std::string::npos);
  }
  try {
    pqxx::work work{c.raw()};
    work.exec("update app_user set coins_cents = -1");
    FAIL("a balance is negative");
  } catch (const std::exception& e) {
    auto why = persistence::fault_of(e);
    CHECK(why.text.find("app_user_coins_not_negative") != std::string::npos);
    CHECK(why.text.find("private.example") == std::string::npos);
    CHECK(why.text.find("secret-hash") == std::string::npos);
  }
}

TEST_CASE("special rights are those of all who are more or less than runners") {
  auto options = postgres_fixture::instance().fresh_database();
  persistence::connection c{options, 0};
  put(c, 1, "a@x.example", 1);
  put(c, 2, "b@x.example", 3);
  put(c, 3, "c@x.example", 7);
  put(c, 4, "d@x.example", 7, true);
  put(c, 5, "", 0, false, true);
  std::map<game::user_id, std::uint8_t> wanted{
    {user(2), 3}, {user(3), 7}, {user(4), 0}, {user(5), 0}};
  CHECK(persistence::special_rights(options) == wanted);
}
