#pragma once

#include "game/event_time.hpp"
#include "game/mining.hpp"
#include "game/run_rules.hpp"
#include "game/tiling.hpp"

#include <chrono>
#include <cstdint>

namespace fief::actors {

/// The rules of the game and the bounds of the actors, as configured. One immutable copy for all.
struct settings {
  game::run_rules runs;
  game::event_rules events;
  game::mining_rules mining;
  game::tiling tiling{17};
  std::int64_t welcome_cents = 0; ///< Coins of a new account.

  std::chrono::seconds passivate_after{600};   ///< An entity nobody addressed for so long leaves.
  std::uint32_t stash_max = 1'000;             ///< Messages kept for one entity while it loads.
  std::uint32_t stashed_max = 100'000;         ///< Messages kept for all of them together.
  std::uint32_t loading_max = 256;             ///< Entities loading at once; more wait their turn.
  std::uint32_t loading_queue_max = 20'000;    ///< Those that wait; beyond it `overloaded`.
  std::uint32_t tiles_running_max = 64;        ///< TILEs of one AREA with work at once.
  std::uint32_t claims_waiting_max = 65'536;   ///< Of one AREA, for their TILEs.
  std::uint32_t sessions_max = 64;             ///< Sockets of one USER.
  std::chrono::seconds tile_quiet{30};         ///< A TILE without work folds back after this.
  std::chrono::milliseconds delta_period{500}; ///< Shortest time between two deltas of an AREA.
  std::chrono::milliseconds clock_period{1'000};
  std::chrono::hours silence_max{24}; ///< A recording run without data for so long is finished.
};

} // namespace fief::actors
