#include "persistence/audit.hpp"
#include "persistence/migrate.hpp"
#include "persistence/reader.hpp"
#include "persistence/store.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/store/conformance.hpp"

#include <algorithm>
#include <pqxx/pqxx>

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;
namespace persistence = fief::persistence;

namespace {

/// A database with two runners, a settled tile, an event, some money and what was done with it, and
/// no server on it.
std::string lived_in_database() {
  auto options = postgres_fixture::instance().fresh_database();
  test_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  persistence::store_config writing;
  writing.options = options;
  auto store = system.spawn(persistence::store, writing);
  auto write = [&]<class Command>(const Command& command) {
    self->request(store, caf::infinite, command)
      .receive([](const store_world::reply_of_write<Command>&) {},
               [](const caf::error& why) { FAIL(caf::to_string(why)); });
  };
  write(new_user(1));
  write(new_user(2));
  write(create_event{new_event(1, 1), {uuid_of(9, 1), user_of(1)}});
  write(buy_ticket{ticket_of(1), user_of(1), event_of(1), false, at(0), {}});
  write(
    buy_ticket{ticket_of(2), user_of(2), event_of(1), true, at(0), {uuid_of(9, 2), user_of(1)}});
  write(grant_coins{uuid_of(9, 3), user_of(2), user_of(1), 5, "for the fountain", at(0)});
  write(create_event{new_event(2, 1), {}});
  write(cancel_event{event_of(2), at(0), {uuid_of(9, 4), user_of(1)}});
  for (std::uint64_t n = 1; n <= 2; ++n) {
    auto claim = new_claim(1, n, n, 0, static_cast<std::int64_t>(n) * day);
    write(create_run{new_run(n, n)});
    write(finish_recording{run_of(n), user_of(n), 0, false, at(0)});
    save_run save;
    save.run = new_run(n, n);
    save.run.state = run_state::accepted;
    save.claims = {claim};
    write(save);
    write(merge_claim{claim, 0, at(1)});
    write(close_outbox{run_of(n), 1, at(2)});
  }
  caf::anon_send_exit(store, caf::exit_reason::user_shutdown);
  self->wait_for(store);
  return options;
}

void execute(const std::string& options, const std::string& sql) {
  pqxx::connection connection{options};
  pqxx::work work{connection};
  work.exec(sql);
  work.commit();
}

std::vector<std::string> checks_of(const std::string& options) {
  std::vector<std::string> names;
  for (const auto& finding : persistence::audit(options))
    names.push_back(finding.check);
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

TEST_CASE("the audit finds nothing in a database that the store wrote") {
  CHECK(checks_of(lived_in_database()).empty());
}

TEST_CASE("the audit finds each planted fault") {
  auto [check, sql] = GENERATE(table<std::string, std::string>(
    {{"ledger_differs", "update app_user set coins_cents = coins_cents + 1"},
     {"mined_total_differs", "update app_user set mined_total_micro = 7"},
     {"tile_not_maximum", "update tile set holds_until = holds_until + 1"},
     {"tile_count_differs", "update app_user set tiles = tiles + 1"},
     {"tile_counted_late", "update app_user set settled_at = 9000000000000"},
     {"run_not_merged", "delete from tile"},
     {"claims_not_revoked", "update run set state = 'flagged'"},
     {"deleted_user_keeps_data", "update app_user set deleted = true"},
     {"tickets_sold_differs", "update event set tickets_sold = tickets_sold + 1"},
     {"tickets_cents_differs", "update event set tickets_cents = tickets_cents + 1"},
     {"action_without_target", "update action set target = gen_random_uuid()"},
     {"action_without_target", "update action set by_id = gen_random_uuid()"},
     {"action_without_target",
      "update action set kind = 'run_accepted' where kind = 'event_created'"},
     {"action_without_effect", "update action set id = gen_random_uuid()"},
     {"action_without_effect", "update event set cancelled_at = null"},
     {"action_damaged", "alter table action drop constraint action_kind_known;"
                        "update action set kind = 'event_praised'"},
     {"action_damaged", "alter table action drop constraint action_detail_object;"
                        "update action set detail = '[]'"},
     {"chunk_damaged", "insert into fix_chunk select id, 1, 1, '\\x0102' from run limit 1"}}));
  CAPTURE(check);
  auto options = lived_in_database();
  execute(options, sql);
  CHECK(has(checks_of(options), check));
}

TEST_CASE("the map built again from the log of claims is the map that was lost") {
  auto options = lived_in_database();
  using enum persistence::rebuild_mode;
  CHECK(persistence::rebuild_map(options, check, at(3), {}) == 0);
  auto damage = GENERATE("delete from tile", "update tile set holds_until = 5, owner = owner",
                         "update tile set owner = null, run_id = null, counted = false");
  execute(options, damage);
  CHECK(persistence::rebuild_map(options, check, at(3), {}) == 1);
  CHECK(persistence::rebuild_map(options, write, at(3), {}) == 1);
  CHECK(persistence::rebuild_map(options, write, at(3), {}) == 0);
  CHECK(checks_of(options).empty());
}

TEST_CASE("an operator is made once and found again by e-mail") {
  auto options = postgres_fixture::instance().fresh_database();
  persistence::operator_account account{user_of(1), "Op@example.com", "op", "hash", uuid_of(9, 1)};
  CHECK(persistence::create_operator(options, account, at(0)) == user_of(1));
  account = {user_of(2), "op@EXAMPLE.com", "another", "hash2", uuid_of(9, 2)};
  CHECK(persistence::create_operator(options, account, at(0)) == user_of(1));
  account = {user_of(3), "third@example.com", "OP", "hash", uuid_of(9, 3)};
  CHECK_THROWS(persistence::create_operator(options, account, at(0)));
  pqxx::connection connection{options};
  auto logged = pqxx::nontransaction{connection}.exec(
    "select id, by_id, target, kind, detail::text from action order by id");
  REQUIRE(logged.size() == 2);
  for (const auto& row : logged) {
    CHECK(row["by_id"].is_null());
    CHECK(row["target"].as<std::string>() == to_string(user_of(1)));
    CHECK(row["kind"].as<std::string>() == "operator_created");
    CHECK(row["detail"].as<std::string>() == "{}");
  }
  CHECK(checks_of(options).empty());
}

TEST_CASE("the tile level is fixed by whoever comes first") {
  auto options = postgres_fixture::instance().fresh_database();
  CHECK_FALSE(persistence::tile_level(options).has_value());
  CHECK(persistence::fix_tile_level(options, 18) == 18);
  CHECK(persistence::fix_tile_level(options, 17) == 18);
  CHECK(persistence::tile_level(options) == 18);
}

TEST_CASE("a migrated database is served and migrating again does nothing") {
  auto options = postgres_fixture::instance().fresh_database();
  CHECK_FALSE(persistence::check_schema(options).has_value());
  auto again = persistence::migrate(options);
  CHECK(again.applied.empty());
  CHECK(again.from == again.to);
}

TEST_CASE("serving is refused, with what to do, on a schema that is not the program's") {
  auto options = postgres_fixture::instance().fresh_database();
  auto [sql, advice] = GENERATE(table<std::string, std::string>(
    {{"update schema_migration set checksum = 'x' where version = 2", "restore the file"},
     {"insert into schema_migration values (999, '0999_x.sql', 'x')", "newer than this program"},
     {"delete from schema_migration where version = (select max(version) from schema_migration)",
      "fief migrate"},
     {"drop table schema_migration", "fief migrate"}}));
  execute(options, sql);
  auto refused = persistence::check_schema(options);
  REQUIRE(refused.has_value());
  CHECK(refused->find(advice) != std::string::npos);
}
