#include "game/tiling_grid.hpp"

#include <algorithm>
#include <cmath>
#include <s2/s2cell_id.h>
#include <s2/s2coords.h>

namespace fief::game {

grid_place locate(const tiling& tiles, const unit_vector& at) {
  double u = 0;
  double v = 0;
  auto face = S2::XYZtoFaceUV(S2Point(at.x, at.y, at.z), &u, &v);
  auto side = static_cast<double>(grid_side(tiles));
  auto below = std::nextafter(side, 0.0);
  auto scale = [=](double w) { return std::clamp(S2::UVtoST(w) * side, 0.0, below); };
  return {face, scale(u), scale(v)};
}

tile_id id_of(const tiling& tiles, const grid_tile& tile) {
  auto shift = S2CellId::kMaxLevel - tiles.level();
  return {
    S2CellId::FromFaceIJ(tile.face, tile.i << shift, tile.j << shift).parent(tiles.level()).id()};
}

grid_tile grid_tile_of(const tiling& tiles, tile_id tile) {
  int i = 0;
  int j = 0;
  auto face = S2CellId(tile.value).ToFaceIJOrientation(&i, &j, nullptr);
  auto shift = S2CellId::kMaxLevel - tiles.level();
  return {face, i >> shift, j >> shift};
}

} // namespace fief::game
