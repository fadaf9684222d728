#pragma once

#include "bench/load/city.hpp"
#include "bench/load/route.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace fief::load {

/// From and to, both possible.
struct span {
  double from = 0;
  double to = 0;
};

/// What is played. The files in bench/load/scenarios/ show every key; docs/LOAD.md explains them.
/// Seconds named `play` pass at the speed of the runs, all others at ours.
struct scenario {
  struct runner_part {
    std::uint32_t count = 0;
    span run_s{900, 2400}; ///< Play.
    span rest_s{60, 300};  ///< Play, between two runs of one runner.
    span speed_mps{2.3, 3.7};
    double batch_s = 10;      ///< Play: the fixes of so long go in one message.
    double drop_share = 0.15; ///< Of the runs: the connection breaks once.
    span drop_s{20, 90};      ///< Play: for so long.
    double late_share = 0.05; ///< Of the runs: their second half comes over REST, at the end.
    double ticket_share = 0;  ///< Of the runs: started by a ticket, if there are events.
    std::vector<shape> shapes{shape::loop, shape::out_and_back, shape::laps};
    std::optional<std::int32_t> finish_at_s; ///< Local second of the day: one run, ends then.
  };
  struct watcher_part {
    std::uint32_t count = 0;
    double box_m = 4'000;
    double move_every_s = 0; ///< The box is moved so often; 0: never.
    double ping_every_s = 10;
  };
  struct buyer_part {
    std::uint32_t count = 0;
    double every_s = 5; ///< One request of each.
  };
  struct event_part {
    std::uint32_t count = 0; ///< Created for this, if there is an operator.
    std::string metric = "territory";
    std::int64_t fee_cents = 100;
    std::int64_t pot_cents = 0;
    std::int64_t grant_cents = 1'000; ///< Coins for everybody who may buy.
  };

  std::string name;
  double duration_s = 60; ///< All runs end within.
  double ramp_s = 10;     ///< Everybody has arrived by then.
  double speed = 1;       ///< Of the runs; never slower than the server's clock.
  std::uint64_t seed = 42;
  city where;
  double spread_m = 3'000; ///< Homes are within this of the middle.
  runner_part runners;
  watcher_part watchers;
  buyer_part buyers;
  event_part events;

  [[nodiscard]] std::uint32_t people() const {
    return runners.count + watchers.count + buyers.count;
  }
};

/// A scenario that cannot be played: the text names file, key and what is allowed.
struct bad_scenario : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws `bad_scenario`.
scenario read_scenario(const std::string& file);
/// The same from a text; `file` is for the messages.
scenario parse_scenario(const std::string& text, const std::string& file);

/// Also of what the command line changed. Throws `bad_scenario`.
void check_scenario(const scenario& x, const std::string& file);

} // namespace fief::load
