// What one operation costs in a city, beside the same in a city ten times as large, which had a
// million runs that day: CPU of the server and of Postgres together. Then the plans by which
// Postgres ran all of them in the large one.

#include "bench/store/place.hpp"
#include "game/fix_chunk.hpp"
#include "tests/support/game/synthetic_run.hpp"
#include "tests/support/plan_log.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>

namespace fief::bench {

namespace {

using actors::key_of;
using test::grown_city;

constexpr std::int64_t rounds = 3;
constexpr double big_rows = 10'000;
constexpr std::uint64_t run_in = 10; ///< Areas, live in either city after the first round.

/// A city with its server; `turn` counts what was done, so that nobody and no area comes twice.
struct city {
  explicit city(std::int64_t runs) : size{runs} {
    where.execute(size.sql());
    where.settle();
    game.emplace(where, grown_city::now_ms);
  }
  /// Somebody new at each turn, from all over the table. Those at its end have claims waiting.
  [[nodiscard]] game::user_id user(std::uint64_t turn) const {
    auto most = static_cast<std::uint64_t>(size.users() - grown_city::waiting);
    return {id_of(kind::user, turn * 7'919 % most)};
  }
  [[nodiscard]] game::tile_id tile(std::uint64_t turn) const {
    return tile_at(turn * 104'729 % static_cast<std::uint64_t>(size.tiles()));
  }
  /// Nobody runs in it.
  [[nodiscard]] game::area_id area(std::uint64_t turn) const {
    auto areas = static_cast<std::uint64_t>(size.tiles()) / 1'024 - run_in;
    return game->rules->tiling.area_of(tile_at((run_in + turn * 37 % areas) * 1'024 + 512));
  }

  grown_city size;
  database where;
  std::optional<live_game> game;
  std::map<std::string, std::uint64_t> turns; ///< Of each operation.
};

/// The runner of this turn ran 1.7 km where tiles are held, and everything is stored.
void record(city& in, std::uint64_t turn) {
  auto user = in.user(turn);
  auto around = game::centre(tile_at(turn * 7'919 % (run_in * 1'024)));
  base::rng random{turn};
  test::runner who;
  who.lat = around.lat;
  who.lon = around.lon;
  who.start = base::from_ms(grown_city::now_ms - 1'200'000);
  auto fixes = test::run_along(std::vector<test::point_m>{{0, 0}, {1'200, 1'200}}, who, random);
  actors::run_record run;
  run.id = {id_of(kind::run, 10'000'000 + turn)};
  run.user = user;
  run.created_at = run.last_data_at = who.start;
  in.game->ask<actors::run_record>(in.game->store, actors::create_run{run});
  actors::append_fixes append{
    run.id,
    user,
    {1, static_cast<std::uint32_t>(fixes.size()), game::encode_chunk(fixes)},
    game::milliseconds{0},
    in.game->time->now()};
  in.game->ask<actors::store_done>(in.game->store, std::move(append));
  in.game->ask_entity<actors::recording_run>(key_of(user), actors::get_recording_run{user});
}

void save_run(city& in, std::uint64_t turn) {
  auto user = in.user(turn);
  auto live =
    in.game->ask_entity<actors::recording_run>(key_of(user), actors::get_recording_run{user});
  auto done = in.game->ask_entity<actors::run_finished>(
    key_of(user), actors::finish_run{user, live.run, live.ack});
  if (done.run.state != actors::run_state::accepted || done.run.tiles_taken == 0)
    in.game->fail(static_cast<std::uint64_t>(done.run.tiles_taken), "tiles taken by a run");
}

void activate(city& in, std::uint64_t turn) {
  in.game->ask_entity<actors::profile>(key_of(in.user(turn)), actors::get_profile{in.user(turn)});
}

void list_tickets(city& in, std::uint64_t turn) {
  auto user = in.user(turn);
  in.game->ask_entity<actors::held_tickets>(key_of(user), actors::list_active_tickets{user});
  in.game->read(actors::list_all_tickets{user, {}, caf::none});
}

void buy_ticket(city& in, std::uint64_t turn) {
  auto user = in.user(turn);
  game::ticket_id ticket{id_of(kind::ticket, 10'000'000 + turn)};
  game::event_id open{id_of(kind::event, static_cast<std::uint64_t>(in.size.events() - 1))};
  in.game->ask_entity<actors::ticket_bought>(key_of(user),
                                             actors::acquire_ticket{ticket, user, open, false});
}

void claim_tokens(city& in, std::uint64_t turn) {
  auto user = in.user(turn);
  in.game->ask_entity<actors::tokens_claimed>(
    key_of(user), actors::collect_tokens{user, id_of(kind::ticket, 20'000'000 + turn)});
}

void show_map(city& in, std::uint64_t turn) {
  auto area = in.area(turn);
  auto map = in.game->ask_entity<actors::area_snapshot>(key_of(area), actors::get_area{area});
  if (map.tiles.size() != 1'024)
    in.game->fail(map.tiles.size(), "tiles of an area");
}

void show_history(city& in, std::uint64_t turn) {
  in.game->read(actors::list_runs{in.user(turn), {}});
  in.game->read(actors::list_ledger{in.user(turn), {}});
  in.game->read(actors::list_notifications{in.user(turn), {}});
  in.game->read(actors::list_tile_history{in.tile(turn), {}});
}

void show_leaderboard(city& in, std::uint64_t turn) {
  game::event_id event{
    id_of(kind::event, turn * 31 % static_cast<std::uint64_t>(in.size.events() - 2))};
  in.game->ask_entity<actors::leaderboard>(key_of(event), actors::get_leaderboard{event, 0, 50});
}

void rank(city& in, std::uint64_t turn) {
  in.game->read(actors::rank_territory{{}, in.game->time->now(), 50});
  in.game->read(
    actors::rank_territory{{in.area(turn), in.area(turn + 1)}, in.game->time->now(), 50});
}

/// What is not measured, yet has to find its rows by an index as well.
void others(city& in, std::uint64_t turn) {
  auto now = in.game->time->now();
  auto user = in.user(turn);
  in.game->read(actors::find_due{now, 500, now - std::chrono::hours{24}});
  in.game->read(actors::list_events{caf::none, 0, "", caf::none, now, {}});
  in.game->read(actors::list_tiles_of_user{user});
  in.game->read(actors::find_usernames{{user}});
  in.game->read(actors::find_login{"runner_7@example.com", {}});
  in.game->read(actors::find_regions{now, in.game->rules->tiling.area_level()});
  in.game->read(actors::export_user{user});
  in.game->read(actors::load_run{{id_of(kind::run, turn * 13)}, true});
  in.game->ask<game::account>(in.game->store, actors::settle_mining{user, now});
}

struct operation {
  const char* name;
  std::int64_t count; ///< In a round.
  void (*run)(city&, std::uint64_t turn);
  void (*before)(city&, std::uint64_t turn) = nullptr; ///< Not measured.
};

// In this order: who lists tickets, buys or claims is live already, as whoever does that in life.
constexpr operation operations[] = {
  {"activate a user", 200, activate},   {"list tickets", 200, list_tickets},
  {"buy a ticket", 200, buy_ticket},    {"claim tokens", 200, claim_tokens},
  {"history pages", 200, show_history}, {"a leaderboard page", 20, show_leaderboard},
  {"territory ranks", 100, rank},       {"map of an area", 20, show_map},
  {"save a run", 40, save_run, record},
};

/// CPU per operation. Units: microseconds.
cost measure(city& in, const operation& what) {
  auto first = in.turns[what.name];
  auto last = in.turns[what.name] += static_cast<std::uint64_t>(what.count);
  // Who saves runs is nobody who was activated to look at something.
  auto shift = what.before != nullptr ? std::uint64_t{3'000} : 0;
  if (what.before != nullptr)
    for (auto turn = first; turn < last; ++turn)
      what.before(in, turn + shift);
  auto began = in.where.spent();
  for (auto turn = first; turn < last; ++turn)
    what.run(in, turn + shift);
  auto spent = in.where.spent() - began;
  auto by = 1e3 / static_cast<double>(what.count);
  return {spent.wall * by, spent.server * by, spent.postgres * by};
}

/// Runs everything on connections whose plans are logged, and writes those to `file`. Returns what
/// read a big table from end to end.
std::vector<std::string> look_at_plans(city& in, const std::string& file) {
  in.game.reset();
  test::plan_log log{in.where.url(), in.where.log()};
  in.game.emplace(in.where, grown_city::now_ms + 120'000);
  for (const auto& what : operations)
    for (auto i = 0; i < 8; ++i) { // So often that Postgres settles on a plan for good.
      auto turn = in.turns[what.name]++ + (what.before != nullptr ? 3'000 : 0);
      if (what.before != nullptr)
        what.before(in, turn);
      what.run(in, turn);
    }
  for (std::uint64_t turn = 0; turn < 8; ++turn)
    others(in, turn);
  in.game.reset();
  auto big = test::big_tables(in.where.url(), big_rows);
  std::ofstream out{file};
  std::vector<std::string> scans;
  for (const auto& found : log.take()) {
    out << "-- " << (found.name.empty() ? "in a function" : found.name) << "\n"
        << found.text << "\n\n"
        << found.plan << "\n\n";
    for (const auto& table : found.read)
      if (big.count(table) > 0)
        scans.push_back(table + " by " + (found.name.empty() ? found.text : found.name));
  }
  return scans;
}

} // namespace

int growth(const std::vector<std::string>& args) {
  auto runs = args.empty() ? std::int64_t{1'000'000} : std::stoll(args[0]);
  const auto* file = args.size() > 1 ? args[1].c_str() : "plans.txt";
  city small{runs / 10};
  city large{runs};
  std::map<std::string, std::vector<std::pair<cost, cost>>> found;
  for (auto round = 0; round <= rounds; ++round) // The first one warms up.
    for (const auto& what : operations) {
      auto one = measure(small, what);
      auto ten = measure(large, what);
      if (round > 0)
        found[what.name].emplace_back(one, ten);
    }
  std::printf("{\"runs\": %lld, \"operations\": {", static_cast<long long>(runs));
  auto print = [](const char* name, const auto& all, auto pick) {
    std::printf("\"%s\": [", name);
    for (const auto& x : all)
      std::printf("%s%.1f", &x == &all.front() ? "" : ", ", pick(x));
    std::printf("]");
  };
  for (const auto& [name, all] : found) {
    std::printf("%s\"%s\": {", name == found.begin()->first ? "" : ", ", name.c_str());
    print("small_us", all, [](const auto& x) { return x.first.server + x.first.postgres; });
    std::printf(", ");
    print("large_us", all, [](const auto& x) { return x.second.server + x.second.postgres; });
    std::printf(", ");
    print("large_postgres_us", all, [](const auto& x) { return x.second.postgres; });
    std::printf("}");
  }
  auto scans = look_at_plans(large, file);
  std::printf("}, \"scans\": [");
  for (const auto& scan : scans)
    std::printf("%s\"%s\"", &scan == &scans.front() ? "" : ", ", scan.c_str());
  std::printf("]}\n");
  return 0;
}

} // namespace fief::bench
