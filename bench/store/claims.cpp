// Runs of 180 tiles and some 10 km that finish within a few seconds: verdict, claims, TILEs,
// outbox, through USER, AREA, TILE, READER and STORE, from the word that a run is finished up to
// the answer that all of its claims are merged. What the verdict itself costs is measured apart.

#include "actors/run_verdict.hpp"
#include "bench/store/place.hpp"
#include "game/fix_chunk.hpp"
#include "tests/support/game/synthetic_run.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numbers>

namespace fief::bench {

namespace {

using actors::deliver;
using actors::key_of;

constexpr double speed_mps = 3.0;
constexpr double length_m = 9'700;
constexpr double city_m = 9'000; ///< Runs start on so long a square.
constexpr std::size_t chunk_size = 500;
constexpr std::size_t sampled = 50; ///< Runs whose verdict is measured apart.
constexpr std::int64_t start_ms = 1'778'400'000'000;
constexpr std::int64_t now_ms = start_ms + 3'600'000;

struct runner {
  game::user_id user;
  actors::run_record run;
  std::vector<game::fix> fixes;
};

std::vector<runner> runners_of(std::size_t count) {
  base::rng random{42};
  std::vector<runner> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& x = out[i];
    x.user = {id_of(kind::user, i)};
    x.run.id = {id_of(kind::run, i)};
    x.run.user = x.user;
    x.run.created_at = x.run.last_data_at = base::from_ms(start_ms);
    test::runner who;
    who.speed_mps = speed_mps;
    who.start = base::from_ms(start_ms);
    auto somewhere = [&] { return static_cast<double>(random.below(1'000'000)) / 1e6; };
    test::point_m from{city_m * somewhere(), city_m * somewhere()};
    auto heading = 2 * std::numbers::pi * somewhere();
    std::vector<test::point_m> path{from};
    for (auto leg = 0; leg < 7; ++leg) { // Bending to one side, so that it does not meet itself.
      path.push_back({path.back().x + length_m / 7 * std::cos(heading),
                      path.back().y + length_m / 7 * std::sin(heading)});
      heading += 0.1 * somewhere();
    }
    x.fixes = test::run_along(path, who, random);
  }
  return out;
}

constexpr auto accounts = R"(
insert into app_user (id, username, email, password_hash, roles, created_at)
select :id(1, n), 'runner_' || n, 'runner_' || n || '@example.com', '', 1, :now:
from generate_series(0, :count: - 1) n;
)";

/// Every run is recorded, complete, and its USER live.
void record(live_game& game, const std::vector<runner>& all) {
  for (const auto& x : all) {
    game.ask<actors::run_record>(game.store, actors::create_run{x.run});
    for (std::size_t at = 0; at < x.fixes.size(); at += chunk_size) {
      auto part = std::span{x.fixes}.subspan(at, std::min(chunk_size, x.fixes.size() - at));
      actors::append_fixes append;
      append.run = x.run.id;
      append.user = x.user;
      append.chunk = {part.front().seq, static_cast<std::uint32_t>(part.size()),
                      game::encode_chunk(part)};
      append.now = game.time->now();
      game.ask<actors::store_done>(game.store, std::move(append));
    }
  }
  for (const auto& x : all) {
    auto live =
      game.ask_entity<actors::recording_run>(key_of(x.user), actors::get_recording_run{x.user});
    if (live.ack != x.fixes.back().seq)
      game.fail(live.ack, "fixes of a run are there");
  }
}

double thread_cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

/// What the verdict on a run costs by itself. Units: milliseconds of CPU.
double verdict_ms(const std::vector<runner>& all, const actors::settings& rules) {
  auto count = std::min(sampled, all.size());
  auto began = thread_cpu_ms();
  std::size_t claims = 0;
  for (std::size_t i = 0; i < count; ++i) {
    actors::run_evidence evidence;
    evidence.run = all[i].run;
    evidence.run.state = actors::run_state::processing;
    evidence.fixes = all[i].fixes;
    (void)similar_to(evidence.run, evidence.fixes, rules);
    claims += judge(evidence, rules, base::from_ms(now_ms)).claims.size();
  }
  if (claims == 0)
    std::exit(1);
  return (thread_cpu_ms() - began) / static_cast<double>(count);
}

struct finished {
  std::vector<double> latencies_ms; ///< Sorted.
  std::int64_t tiles = 0;
  std::int64_t taken = 0;
};

/// Finishes one run after the other, evenly within `seconds`, whether or not the answers come.
finished finish_all(const database& where, live_game& game, const std::vector<runner>& all,
                    double seconds) {
  finished out;
  std::vector<double> sent_at(all.size());
  auto began = where.spent().wall;
  auto each = seconds * 1e3 / static_cast<double>(all.size());
  std::size_t sent = 0;
  auto got = [&](actors::run_finished& x) {
    if (x.missing || x.run.state != actors::run_state::accepted)
      game.fail(x.run.id.value.lo, "is a run that was not accepted");
    auto index = x.run.id.value.lo & ~(std::uint64_t{1} << 63);
    out.latencies_ms.push_back(where.spent().wall - sent_at[index]);
    out.tiles += x.run.tiles_passed;
    out.taken += x.run.tiles_taken;
  };
  while (out.latencies_ms.size() < all.size()) {
    auto now = where.spent().wall - began;
    for (; sent < all.size() && static_cast<double>(sent) * each <= now; ++sent) {
      const auto& x = all[sent];
      sent_at[sent] = began + static_cast<double>(sent) * each; // When it was due.
      actors::finish_run done{x.user, x.run.id, x.fixes.back().seq};
      (*game.self)
        ->send(game.directory, deliver{key_of(x.user), caf::make_message(std::move(done)), false});
    }
    auto patience = std::chrono::milliseconds{sent < all.size() ? 2 : 1'000};
    (*game.self)
      ->receive(
        got, [&](caf::error& why) { game.fail(why); }, caf::after(patience) >> [] {});
  }
  std::ranges::sort(out.latencies_ms);
  return out;
}

} // namespace

int claims(const std::vector<std::string>& args) {
  auto count = args.empty() ? std::size_t{1'000} : std::stoul(args[0]);
  auto seconds = args.size() > 1 ? std::stod(args[1]) : 10.0;
  auto all = runners_of(count);
  database where;
  where.execute(
    filling(accounts, {{"count", static_cast<std::int64_t>(count)}, {"now", start_ms}}));
  where.settle();
  live_game game{where, now_ms};
  record(game, all);
  where.settle();
  auto verdict = verdict_ms(all, *game.rules);
  auto before = where.spent();
  auto done = finish_all(where, game, all, seconds);
  auto spent = where.spent() - before;
  if (where.number("select count(*) from outbox") != 0)
    game.fail(count, "runs, and some are not merged");
  auto per_run = 1 / static_cast<double>(count);
  auto at = [&](double share) {
    return done.latencies_ms[static_cast<std::size_t>(share * static_cast<double>(count - 1))];
  };
  std::printf("{\"runs\": %zu, \"tiles_per_run\": %.1f, \"taken_per_run\": %.1f, "
              "\"server_ms\": %.3f, \"verdict_ms\": %.3f, \"beyond_ms\": %.3f, "
              "\"postgres_ms\": %.3f, \"wall_ms\": %.0f, \"cores\": %.2f, \"p50_ms\": %.1f, "
              "\"p99_ms\": %.1f, \"max_ms\": %.1f}\n",
              count, static_cast<double>(done.tiles) * per_run,
              static_cast<double>(done.taken) * per_run, spent.server * per_run, verdict,
              spent.server * per_run - verdict, spent.postgres * per_run, spent.wall,
              (spent.server + spent.postgres) / spent.wall, at(0.5), at(0.99), at(1));
  return 0;
}

} // namespace fief::bench
