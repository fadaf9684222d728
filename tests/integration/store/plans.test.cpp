// The plans by which Postgres runs the statements of STORE and READER, on tables that are large
// enough to tell. Whatever a player or the map waits for must find its rows by an index.

#include "actors/system.hpp"
#include "persistence/reader.hpp"
#include "persistence/store.hpp"
#include "tests/integration/store/backends.hpp"
#include "tests/support/grown_city.hpp"
#include "tests/support/plan_log.hpp"
#include "tests/support/postgres_fixture.hpp"

#include <pqxx/pqxx>

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;

namespace {

constexpr double big_rows = 5'000; // More than what a page of the map may need of them.
constexpr auto now = [] { return fief::base::from_ms(grown_city::now_ms); };

void execute(const std::string& url, const std::string& sql) {
  pqxx::connection connection{url};
  pqxx::nontransaction work{connection};
  work.exec(sql);
}

/// STORE and READER on a database, asked one thing after the other.
class ports {
public:
  explicit ports(const std::string& url) {
    fief::persistence::store_config writing;
    writing.options = url;
    writing.fix_lanes = 1;
    store_ = system_.spawn(fief::persistence::store, writing);
    fief::persistence::reader_config reading;
    reading.options = url;
    reading.pool_size = 1;
    reader_ = system_.spawn(fief::persistence::reader, reading);
  }
  ~ports() {
    caf::anon_send_exit(reader_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(store_, caf::exit_reason::user_shutdown);
  }

  template <class Query>
  auto read(const Query& x) {
    return ask<store_world::reply_of_read<Query>>(reader_, x);
  }
  template <class Command>
  auto write(const Command& x) {
    return ask<store_world::reply_of_write<Command>>(store_, x);
  }

  /// Merges all of them, as many in a commit as come together. Returns how many were taken.
  std::size_t merge_all(const std::vector<game::claim>& claims) {
    caf::scoped_actor self{system_};
    for (const auto& x : claims)
      self->send(store_, merge_claim{x, 0, now()});
    std::size_t taken = 0;
    for (std::size_t answered = 0; answered < claims.size(); ++answered)
      self->receive([&](const claim_merged& x) { taken += x.taken ? 1 : 0; },
                    [&](const caf::error& why) { FAIL(to_string(errc_of(why))); });
    return taken;
  }

private:
  template <class Reply, class Handle, class Message>
  Reply ask(const Handle& whom, const Message& x) {
    caf::scoped_actor self{system_};
    Reply reply;
    self->request(whom, store_world::patience, x)
      .receive([&](Reply& got) { reply = std::move(got); },
               [&](const caf::error& why) { FAIL(to_string(errc_of(why))); });
    return reply;
  }

  test_config config_;
  caf::actor_system system_{config_};
  store_actor store_;
  reader_actor reader_;
};

template <class Id>
Id nth(kind what, std::uint64_t n) {
  return Id{id_of(what, n)};
}

/// What the map, histories, leaderboards and lists are shown by.
void look_at_everything(ports& to, std::uint64_t turn) {
  auto user = nth<game::user_id>(kind::user, turn * 7);
  game::tiling tiling{17};
  auto area = tiling.area_of(tile_at(turn * 1'024));
  CHECK(to.read(load_area{area}).tiles.size() == 1'024);
  CHECK_FALSE(to.read(rank_territory{{}, now(), 50}).users.empty());
  CHECK_FALSE(to.read(rank_territory{{area}, now(), 50}).users.empty());
  CHECK_FALSE(to.read(find_regions{now(), tiling.area_level()}).tiles.empty());
  CHECK(to.read(list_tile_history{tile_at(turn * 99), {}}).items.size() == 4);
  CHECK(to.read(list_runs{user, {}}).items.size() == 10);
  CHECK(to.read(list_flagged{}).items.empty());
  CHECK_FALSE(to.read(list_ledger{user, {}}).items.empty());
  CHECK_FALSE(to.read(list_notifications{user, {}}).items.empty());
  CHECK_FALSE(to.read(list_all_tickets{user, {}, caf::none}).items.empty());
  CHECK_FALSE(to.read(list_tiles_of_user{user}).tiles.empty());
  CHECK(to.read(load_event{nth<game::event_id>(kind::event, turn)}).standings.size() == 100);
  CHECK_FALSE(to.read(list_events{caf::none, 0, "", caf::none, now(), {}}).items.empty());
  CHECK(to.read(list_events{waypoint{0, 0}, 10'000, "", caf::none, now(), {}}).items.size() <= 50);
  CHECK_FALSE(to.read(load_user{user}).tickets.empty());
  CHECK(to.read(load_run{nth<game::run_id>(kind::run, turn), true}).claims.size() == 4);
  CHECK(to.read(find_login{"runner_7@example.com", {}}).user.username == "runner_7");
  CHECK(to.read(find_usernames{{user}}).usernames.size() == 1);
  auto operator_ = nth<game::user_id>(kind::user, turn % 3);
  auto reviewed = id_of(kind::run, turn * 3);
  CHECK(to.read(list_actions{{}, {}, {}}).items.size() == 50);
  CHECK(to.read(list_actions{operator_, {}, {}}).items.size() == 50);
  CHECK(to.read(list_actions{{}, reviewed, {}}).items.size() == 1);
  CHECK(to.read(list_actions{nth<game::user_id>(kind::user, 0), reviewed, {}}).items.size() == 1);
  CHECK_FALSE(to.read(find_due{now(), 500, now()}).unfinished.empty());
  find_similar_runs similar;
  similar.user = user;
  similar.track_hash = id_of(kind::run, 1);
  similar.from = similar.to = now();
  similar.sketch = {1, 2, 3, 4, 5};
  to.read(similar);
  CHECK_FALSE(to.read(export_user{user}).json.empty());
}

/// A run from its start to its merged claims, a ticket, and what was mined.
void change_everything(ports& to, const grown_city& size, std::uint64_t turn) {
  auto user = nth<game::user_id>(kind::user, turn * 7);
  auto fresh = 1'000'000 + turn;
  to.write(settle_mining{user, now()});
  to.write(fief::actors::claim_tokens{user, id_of(kind::ticket, fresh), now()});
  to.write(buy_ticket{
    nth<game::ticket_id>(kind::ticket, fresh), user,
    nth<game::event_id>(kind::event, static_cast<std::uint64_t>(size.events() - 1)), false, now()});
  run_record run;
  run.id = nth<game::run_id>(kind::run, fresh);
  run.user = user;
  run.created_at = run.last_data_at = now();
  to.write(create_run{run});
  action_note by{id_of(kind::run, 2 * fresh), user};
  to.write(grant_coins{by.id, user, user, 5, "a gift", now()});
  to.write(delete_user{nth<game::user_id>(kind::user, 1'500 + turn), now()});
  append_fixes append;
  append.run = run.id;
  append.user = user;
  append.chunk = {1, 1, {0x5a}};
  append.now = now();
  to.write(append);
  save_run saved;
  saved.run = to.write(finish_recording{run.id, user, 1, false, now()});
  saved.run.state = run_state::accepted;
  saved.from = run_state::processing;
  saved.sketch = {turn * 10, turn * 10 + 1};
  saved.claims = {{tile_at(turn), user, run.id, now(), now() + std::chrono::hours{240}, false}};
  saved.now = now();
  to.write(saved);
  CHECK(to.write(merge_claim{saved.claims.front(), 0, now()}).taken);
  CHECK(to.write(close_outbox{run.id, 1, now()}).tiles_taken == 1);
}

/// A hundred new users of one turn, and a run by which each claims a hundred tiles.
constexpr auto turn_of_users = R"(
insert into app_user (id, username, email, password_hash, roles, created_at)
select :id(1, n), 'u' || n, 'u' || n || '@example.com', '', 1, 0
from generate_series(100 * :turn:, 100 * :turn: + 99) n;
insert into claim (run_id, tile, user_id, crossed_at, holds_until, enclosed)
select :id(4, :turn:), :tile(n), :id(1, 100 * :turn: + n % 100), :now:, :now: + 1000 * :turn:, false
from generate_series(0, :tiles: - 1) n;
)";

/// Those plans that read a large table from end to end, and how.
std::string scans_in(const std::vector<logged_plan>& plans, const std::set<std::string>& big) {
  std::string out;
  for (const auto& x : plans)
    for (const auto& table : x.read)
      if (big.count(table) > 0)
        out += "-- " + x.name + " reads all of " + table + "\n" + x.text + "\n" + x.plan + "\n";
  return out;
}

} // namespace

TEST_CASE("whatever somebody waits for is found by an index") {
  auto& postgres = postgres_fixture::instance();
  auto url = postgres.fresh_database();
  grown_city size{20'000};
  execute(url, size.sql());
  execute(url, "vacuum analyze");
  auto big = big_tables(url, big_rows);
  CHECK(big.count("run") + big.count("claim") + big.count("tile") + big.count("ledger") == 4);
  plan_log log{url, postgres.log()};
  { // Five times with the values at hand; after that Postgres may settle on one plan for good.
    ports to{url};
    for (std::uint64_t turn = 1; turn <= 7; ++turn) {
      look_at_everything(to, turn);
      change_everything(to, size, turn);
    }
  }
  auto plans = log.take();
  std::set<std::string> names;
  for (const auto& x : plans)
    names.insert(x.name);
  CHECK(names.size() > 50); // Else the log was not understood.
  CHECK(names.count("load_area") + names.count("find_similar_runs") + names.count("merge_claims")
        == 3);
  CHECK(scans_in(plans, big) == "");
}

TEST_CASE("a plan that was made for empty tables does not stay when they have grown") {
  auto& postgres = postgres_fixture::instance();
  auto url = postgres.fresh_database();
  execute(url, "analyze");
  plan_log log{url, postgres.log()};
  ports to{url};
  find_similar_runs similar;
  similar.sketch = {1, 2, 3};
  for (auto times = 0; times < 7; ++times)
    to.read(similar);
  log.take();
  execute(url,
          "insert into run_sketch select n, gen_random_uuid() from generate_series(1, 20000) n");
  to.read(similar);
  auto plans = log.take();
  auto found = std::ranges::find(plans, "find_similar_runs", &logged_plan::name);
  REQUIRE(found != plans.end());
  CHECK(found->read.count("run_sketch") == 0);
}

TEST_CASE("a city that fills within its first minute reads few rows for each claim") {
  constexpr std::uint64_t few = 90;
  constexpr std::uint64_t all_tiles = 10'000;
  auto& postgres = postgres_fixture::instance();
  auto url = postgres.fresh_database();
  {
    ports to{url};
    for (std::uint64_t turn = 0; turn <= 3; ++turn) { // Each takes all tiles from the one before.
      auto tiles = turn == 0 ? few : all_tiles;
      execute(url, filling(turn_of_users, {{"turn", static_cast<std::int64_t>(turn)},
                                           {"tiles", static_cast<std::int64_t>(tiles)},
                                           {"now", grown_city::now_ms}}));
      std::vector<game::claim> claims;
      for (std::uint64_t n = 0; n < tiles; ++n)
        claims.push_back({tile_at(n), {}, nth<game::run_id>(kind::run, turn), now(), now(), false});
      CHECK(to.merge_all(claims) == tiles);
      if (turn == 0)
        execute(url, "analyze"); // From now on Postgres knows that few are all.
    }
  } // Postgres counts for everybody what a connection read when that ends.
  pqxx::connection connection{url};
  pqxx::nontransaction work{connection};
  auto read = work.exec("select sum(idx_tup_read) + (select sum(seq_tup_read)"
                        " from pg_stat_user_tables where relname in ('tile', 'claim'))"
                        " from pg_stat_user_indexes where relname in ('tile', 'claim')");
  auto for_each_claim = read.front()[0].as<double>() / (3 * all_tiles);
  INFO(for_each_claim << " rows were read for each claim");
  CHECK(for_each_claim > 1);
  CHECK(for_each_claim < 50);
}

TEST_CASE("a statement that reads all of a table is noticed, by whichever way") {
  auto& postgres = postgres_fixture::instance();
  auto url = postgres.fresh_database();
  execute(url,
          "insert into run_sketch select n, gen_random_uuid() from generate_series(1, 20000) n");
  execute(url, "vacuum analyze run_sketch");
  plan_log log{url, postgres.log()};
  auto reads = [&](const std::string& sql) {
    execute(url, "set enable_seqscan = off; set enable_bitmapscan = off;" + sql);
    auto plans = log.take();
    REQUIRE(plans.size() == 1);
    return plans.front().read.count("run_sketch") == 1;
  };
  CHECK(reads("select count(*) from ledger l, run_sketch s where l.note = 'x' and s.hash <> 7"));
  CHECK(reads("select hash from run_sketch order by hash"));
  CHECK(reads("select hash % 10, count(*) from run_sketch group by 1 limit 3"));
  CHECK_FALSE(reads("select hash from run_sketch order by hash limit 3"));
  CHECK_FALSE(reads("select hash from run_sketch where hash = 7"));
}
