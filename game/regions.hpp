#pragma once

#include "game/tiling.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fief::game {

/// Where on earth ground is held, coarsely, for maps that show more than can be counted: a region
/// is an S2 cell of level 7, 50 to 80 km across.
inline constexpr int region_level = 7;

struct region {
  std::uint64_t cell = 0;
  lat_lon middle;         ///< Of those of its areas that are held.
  std::int32_t areas = 0; ///< So many of them are held.
};

/// Sorts one tile of each held area into regions, ascending.
/// @pre Each tile is one of `cut`, and they ascend.
std::vector<region> regions_of(std::span<const tile_id> tiles, const tiling& cut);

std::string to_token(const region& x);

/// The last id inside the cell of `level` round a tile is `tile | reach_of(level)`.
/// @pre `level` is from 0 to 30.
std::uint64_t reach_of(int level);

} // namespace fief::game
