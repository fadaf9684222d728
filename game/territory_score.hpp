#pragma once

#include "game/claim.hpp"
#include "game/fix.hpp"
#include "game/ranking.hpp"

#include <span>
#include <vector>

namespace fief::game {

/// Where a territory event counts tiles. `radius_m` 0: everywhere.
struct event_circle {
  std::int32_t lat_e7 = 0;
  std::int32_t lon_e7 = 0;
  std::int32_t radius_m = 0;
};

/// Whether the tile's centre is within the circle.
bool inside(const event_circle& area, tile_id tile);

/// A territory event's entries (rules 4): tiles held when only these claims, made in
/// [`starts_at`, `cut_at`) and inside `area`, are merged. One entry per user who holds a tile at
/// `cut_at`; `reached_at` is his last crossing among those tiles, `run` the smallest of its runs;
/// `consumed_at` is left to the caller. Ascending by user.
std::vector<entry> territory_entries(std::span<const claim> claims, const event_circle& area,
                                     instant starts_at, instant cut_at);

} // namespace fief::game
