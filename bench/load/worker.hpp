#pragma once

#include "bench/load/preparation.hpp"
#include "bench/load/world.hpp"

#include <cstdint>

namespace fief::load {

/// Which of the people a process plays: every `of`-th.
struct share {
  std::uint32_t index = 0;
  std::uint32_t of = 1;
};

struct worker_options {
  bool check = false;
  double patience_s = 60; ///< After the end, for what is still open.
};

/// Plays its share of the scenario and writes a snapshot to `pipe` every second, the last one with
/// what the checks found. Ends early, and without checks, on SIGINT.
void work(const target& to, const scenario& plan, prepared from, const share& mine,
          const worker_options& options, int pipe);

/// Writes one snapshot as `from_wire` and `snapshot_reader` read it. False when nobody reads.
bool send_snapshot(int pipe, const snapshot& x);

} // namespace fief::load
