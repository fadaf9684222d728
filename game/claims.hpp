#pragma once

#include "game/claim.hpp"
#include "game/run_rules.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace fief::game {

/// How much longer than the base a tile is held for a pace: 0 at 12:00 /km, 14 days more for each
/// halving. Computed once, where the claim is made; afterwards only integers are compared.
milliseconds bonus(std::int64_t pace_ms_per_km, const run_rules& rules);

/// Until when a tile is held that was passed at `crossed_at`.
instant holds_until_passed(instant crossed_at, std::int64_t pace_ms_per_km, const run_rules& rules);

/// Until when a tile is held that a run of this average pace closed in.
instant holds_until_enclosed(instant closed_at, std::int64_t pace_ms_per_km,
                             const run_rules& rules);

/// The owner's claim among those of one tile, expired or not. Nothing if there is none.
/// @pre All are of the same tile.
const claim* best(std::span<const claim> claims);

/// Merges `more` into `owners`, keeping the best claim of each tile; sorted by tile, one per tile.
/// Commutative, associative and idempotent, like `beats`.
void merge_best(std::vector<claim>& owners, std::span<const claim> more);

/// Whether nobody holds the tile of `x` any more.
constexpr bool is_free(const claim& x, instant now) {
  return now >= x.holds_until;
}

} // namespace fief::game
