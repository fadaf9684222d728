#pragma once

#include "base/rng.hpp"
#include "bench/load/alarm.hpp"
#include "bench/load/clock.hpp"
#include "bench/load/http_pool.hpp"
#include "bench/load/json.hpp"
#include "bench/load/live_link.hpp"
#include "bench/load/recording.hpp"
#include "bench/load/scenario.hpp"
#include "bench/load/tally.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace fief::load {

/// An account and who plays with it.
struct person {
  std::uint32_t number = 0; ///< Over all processes; chance of a person comes from it.
  std::string email;
  std::string username;
  std::string password;
  std::string id;
  std::string access;
  std::string refresh;
  std::int64_t access_until_ms = 0; ///< By the server's clock.
  std::int64_t ran_until_ms = 0;    ///< The same: of runs in a load before this one.
  std::uint32_t source = 0;         ///< Whose address, see `target::source`.
  bool is_renewing = false;         ///< A refresh token works once.
};

/// An event that tickets can be bought for.
struct event_known {
  std::string id;
  std::int64_t fee_cents = 0;
  std::int64_t cut_at_ms = 0;
};

/// A run that has its result, for the checks at the end.
struct finished_run {
  std::uint32_t person = 0; ///< Index in `world::people`.
  std::string id;
  bool took_territory = false;
  std::string event;             ///< Of an event run.
  bool has_result = false;       ///< It counts for the event.
  std::vector<std::string> told; ///< Tiles that the server told the runner.
  std::vector<fix> fixes;        ///< Of the runs that are compared fix by fix.
  std::int64_t start_ms = 0;
};

/// A ticket that was paid for here.
struct bought_ticket {
  std::uint32_t person = 0;
  std::string id;
  std::int64_t price_cents = 0;
};

/// What everybody in one process shares. One thread.
struct world {
  world(const target& server, const scenario& what) : to(server), plan(what) {}
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  const target& to;
  const scenario& plan;
  asio::io_context io{1};
  tally counts; ///< Since the last snapshot.
  std::array<std::uint64_t, level_count> now{};
  http_pool http{io, to, counts, now[static_cast<std::size_t>(level::requests_open)]};
  json_reader json;
  server_clock clock;
  play_clock play;
  steady_time begin{};
  steady_time end{};     ///< All runs have ended by then.
  steady_time give_up{}; ///< Nothing is waited for any longer.
  bool check = false;

  std::vector<person> people;
  std::vector<event_known> events;
  std::vector<finished_run> finished;
  std::vector<bought_ticket> bought;
  /// When the last run of a user was finished, for the watchers who see its tiles.
  std::unordered_map<std::string, steady_time> finished_at;

  std::uint64_t& of(level x) { return now[static_cast<std::size_t>(x)]; }

  /// A request of somebody with a token.
  request ask_as(const person& who, op what, std::string method, std::string path,
                 steady_time due) const {
    request out{what, std::move(method), std::move(path), due};
    out.token = who.access;
    out.source = who.source;
    return out;
  }
  live_link::place place_of(const person& who) {
    return {io, to, counts, of(level::sockets_open), who.source};
  }
  /// Chance of one person for one purpose; the same in every run with this seed.
  [[nodiscard]] base::rng chance_of(const person& who, std::uint64_t purpose) const {
    base::rng mixed{plan.seed * 1'000'003 + who.number * 97 + purpose};
    return base::rng{mixed.next()};
  }
  void add_latency(op what, steady_time due, steady_time at) {
    auto took = std::chrono::duration_cast<std::chrono::microseconds>(at - due).count();
    counts.of(what).add(took > 0 ? static_cast<std::uint64_t>(took) : 1);
  }
};

} // namespace fief::load
