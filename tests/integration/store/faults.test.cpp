#include "persistence/audit.hpp"
#include "persistence/fence.hpp"
#include "persistence/plan.hpp"
#include "persistence/store.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/store/conformance.hpp"

#include <map>
#include <pqxx/pqxx>
#include <set>

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;
namespace persistence = fief::persistence;

namespace {

/// Ends every other connection to the database, as a crash of its server would.
void cut_connections(const std::string& options) {
  pqxx::connection connection{options};
  pqxx::nontransaction work{connection};
  work.exec("select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()");
}

persistence::operation merge_of(std::uint64_t tile, std::uint64_t user) {
  return merge_claim{new_claim(tile, user, 1, 0, 1), 0, at(0)};
}

} // namespace

TEST_CASE("grants sent while connections are cut are booked once each") {
  auto options = postgres_fixture::instance().fresh_database();
  test_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  persistence::store_config writing;
  writing.options = options;
  auto store = system.spawn(persistence::store, writing);
  auto fail = [](const caf::error& why) { FAIL(caf::to_string(why)); };
  self->request(store, caf::infinite, new_user(1, 0)).receive([](const user_record&) {}, fail);
  constexpr std::uint64_t rounds = 20;
  constexpr std::uint64_t grants = 50;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::vector<decltype(self->request(store, caf::infinite, grant_coins{}))> pending;
    for (std::uint64_t n = 0; n < grants; ++n)
      pending.push_back(self->request(
        store, caf::infinite,
        grant_coins{uuid_of(9, round * grants + n + 1), user_of(1), user_of(1), 1, "x", at(0)}));
    cut_connections(options);
    for (auto& each : pending)
      each.receive([](const game::account&) {}, fail);
  }
  pqxx::connection connection{options};
  pqxx::nontransaction work{connection};
  auto row = work.exec1("select coins_cents from app_user");
  CHECK(row[0].as<std::uint64_t>() == rounds * grants);
  CHECK(persistence::audit(options).empty());
  self->request(store, caf::infinite, get_store_health{})
    .receive([](const store_health& health) { CHECK(health.queued == 0); }, fail);
  caf::anon_send_exit(store, caf::exit_reason::user_shutdown);
  self->wait_for(store);
}

TEST_CASE("what a dead server left open cannot commit behind the next one") {
  auto options = postgres_fixture::instance().fresh_database();
  test_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  persistence::store_config writing;
  writing.options = options;
  writing.name = "fief 0123456789abcdef";
  auto store = system.spawn(persistence::store, writing);
  auto fail = [](const caf::error& why) { FAIL(caf::to_string(why)); };
  self->request(store, caf::infinite, new_user(1, 0)).receive([](const user_record&) {}, fail);
  auto opened = [&](const std::string& name) {
    auto c = std::make_unique<pqxx::connection>(options);
    pqxx::nontransaction{*c}.exec("set application_name = '" + name + "'");
    return c;
  };
  auto dead = opened(writing.name);
  auto other = opened("fief fedcba9876543210");
  pqxx::work left{*dead};
  left.exec("update app_user set coins_cents = 77");

  CHECK(persistence::fence_off(options, writing.name) >= 2); // And lanes that were open by now.
  CHECK_THROWS(left.commit());
  CHECK(pqxx::nontransaction{*other}.exec1("select coins_cents from app_user")[0].as<int>() == 0);
  CHECK(persistence::fence_off(options, "fief 1111111111111111") == 0);
  // Nobody is fenced off who lives: he comes back by himself.
  self
    ->request(store, caf::infinite,
              grant_coins{uuid_of(9, 1), user_of(1), user_of(1), 5, "x", at(0)})
    .receive([](const game::account& x) { CHECK(x.coins_cents == 5); }, fail);
  caf::anon_send_exit(store, caf::exit_reason::user_shutdown);
  self->wait_for(store);
}

TEST_CASE("an operation that Postgres refuses does not fail its neighbours") {
  store_world world{backend::postgres};
  populate(world, 2, 0);
  std::vector<grant_coins> grants;
  for (std::uint64_t n = 1; n <= 20; ++n) {
    auto reason = n % 5 == 0 ? std::string{"\xff\xfe"} : std::string{"x"}; // Not UTF-8.
    grants.push_back({uuid_of(9, n), user_of(1), user_of(2), 1, reason, at(0)});
  }
  auto answers = world.write_at_once(grants);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(i);
    CHECK(answers[i].has_value() == ((i + 1) % 5 != 0));
  }
  CHECK(account_of(world, 1).coins_cents == 16);
}

TEST_CASE("without Postgres an operation is refused after the patience, not kept for ever") {
  test_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  persistence::store_config writing;
  writing.options = "host=/nowhere dbname=nothing";
  writing.patience = fief::base::milliseconds{50};
  auto store = system.spawn(persistence::store, writing);
  self->request(store, caf::infinite, new_user(1))
    .receive([](const user_record&) { FAIL("nobody can have stored it"); },
             [](const caf::error& why) { CHECK(errc_of(why) == game::errc::unavailable); });
  self->request(store, caf::infinite, get_store_health{})
    .receive([](const store_health& health) { CHECK_FALSE(health.connected); },
             [](const caf::error& why) { FAIL(caf::to_string(why)); });
  caf::anon_send_exit(store, caf::exit_reason::user_shutdown);
  self->wait_for(store);
}

TEST_CASE("a plan holds every operation once, keeps each user's order and no tile twice a step") {
  auto seed = GENERATE(range(1, 40));
  CAPTURE(seed);
  fief::base::rng random{static_cast<std::uint64_t>(seed)};
  std::vector<persistence::operation> all;
  for (auto n = random.below(60); n-- > 0;) {
    auto user = 1 + random.below(4);
    switch (random.below(3)) {
      case 0: all.push_back(merge_of(random.below(6), user)); break;
      case 1: all.push_back(settle_mining{user_of(user), at(0)}); break;
      default: all.push_back(create_run{new_run(1, user)}); break;
    }
  }
  auto owner = [&](std::size_t i) {
    if (const auto* merge = std::get_if<merge_claim>(&all[i]))
      return merge->claim.user;
    if (const auto* settle = std::get_if<settle_mining>(&all[i]))
      return settle->user;
    return std::get<create_run>(all[i]).run.user;
  };
  std::vector<const persistence::operation*> pointers;
  for (const auto& each : all)
    pointers.push_back(&each);
  std::vector<std::size_t> order;
  for (const auto& step : persistence::plan(pointers)) {
    std::set<game::tile_id> tiles;
    for (auto index : step.operations) {
      order.push_back(index);
      CHECK(all[index].index() == all[step.operations.front()].index());
      if (const auto* merge = std::get_if<merge_claim>(&all[index]))
        CHECK(tiles.insert(merge->claim.tile).second);
    }
  }
  CHECK(std::set<std::size_t>(order.begin(), order.end()).size() == all.size());
  CHECK(order.size() == all.size());
  std::map<std::pair<game::user_id, std::size_t>, std::size_t> last;
  for (auto index : order) {
    // Merges of one user on different tiles may change places: they commute.
    auto kind = all[index].index() == persistence::operation{merge_claim{}}.index() ? 1U : 0U;
    auto [before, is_first] = last.try_emplace({owner(index), kind}, index);
    if (!is_first && kind == 0)
      CHECK(before->second < index);
    before->second = index;
  }
}
