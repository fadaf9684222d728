#pragma once

#include "game/fix.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace fief::game {

/// Most fingerprints of one run.
inline constexpr std::size_t sketch_max = 256;

/// Fingerprints of a track's places, to find which of millions of runs may be a replay of it: the
/// distinct points at 1e-5 degrees are hashed and every 32nd hash is kept. Which ones are kept
/// depends on the place alone, so a run that repeats part of a longer one shares that part's
/// fingerprints. A candidate is then compared in full, see `compare`.
/// Range: ascending, distinct, at most `sketch_max`.
std::vector<std::uint64_t> sketch_of(std::span<const fix> fixes);

} // namespace fief::game
