#pragma once

#include "actors/interfaces.hpp"
#include "game/regions.hpp"

#include <string>
#include <vector>

namespace fief::net {

/// GeoJSON of the held tiles that touch `box`. Source: RFC 7946; longitudes of one polygon are
/// continuous and may pass 180.
std::string tiles_json(const std::vector<actors::area_snapshot>& areas, const game::bbox& box);

/// GeoJSON of counts, an area each that has a held tile.
std::string areas_json(const std::vector<actors::area_count>& areas);

/// When a tile changed hands is told to others by the hour that had begun: a minute would tell who
/// ran there when.
game::instant begun_hour(game::instant t);

/// Regions of the world, and up to how many areas are counted in each.
std::string regions_json(const std::vector<game::region>& regions, std::uint32_t areas_max);

std::string tile_json(const actors::tile_view& x);
std::string history_json(const actors::tile_history& x);
std::string ranks_json(const actors::territory_ranks& x);

} // namespace fief::net
