#pragma once

#include "tests/sim/findings.hpp"

#include <cstdint>
#include <ostream>

namespace fief::test {

/// What one simulated world came to.
struct day_report {
  findings found;
  std::uint64_t history = 0; ///< Hash of everything committed, step by step.
  std::uint64_t asked = 0;
  std::uint64_t promises = 0;
  std::uint64_t faults = 0; ///< Kills, crashes, vanished sessions and answers that were none.
  std::uint64_t tiles = 0;
  std::uint64_t winners = 0;
  std::uint64_t reviews = 0;
  std::int64_t mined_micro = 0;
};

/// A few days of a small city under one seed: a phase with faults, in which nothing may be wrong,
/// then one without, in which everything asked must come to its end. The same seed, the same day.
/// `trace`, if any, is told of every commit, fault and answer, one line each.
day_report live_a_day(std::uint64_t seed, std::ostream* trace = nullptr);

} // namespace fief::test
