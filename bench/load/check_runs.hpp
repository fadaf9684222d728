#pragma once

#include "bench/load/watcher.hpp"
#include "bench/load/world.hpp"

namespace fief::load {

/// The tiles of a box as `GET /v1/territory` has them, added to `into`. False if it did not answer
/// with tiles.
asio::awaitable<bool> fetch_map(world& in, const person& who, const std::array<double, 4>& box,
                                watcher::picture& into);

/// See `check_everything`: tracks fix by fix, tiles that were told, results of an event.
asio::awaitable<void> check_runs(world& in);

/// How many fixes of `gpx` differ from what was recorded, and how many there are.
struct track_difference {
  std::size_t points = 0;
  std::size_t differing = 0;
};
track_difference compare_track(std::string_view gpx, const finished_run& run);

} // namespace fief::load
