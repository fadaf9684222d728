#include "game/regions.hpp"

#include "base/assert.hpp"

#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>
#include <s2/s2point.h>

namespace fief::game {

std::vector<region> regions_of(std::span<const tile_id> tiles, const tiling& cut) {
  std::vector<region> out;
  std::vector<S2Point> sums; // Longitude 180 and the poles are places like any other there.
  for (auto tile : tiles) {
    auto cell = S2CellId(tile.value).parent(region_level).id();
    if (out.empty() || out.back().cell != cell) {
      FIEF_ASSERT(out.empty() || out.back().cell < cell);
      out.push_back({cell, {}, 0});
      sums.emplace_back(0, 0, 0);
    }
    out.back().areas += 1;
    sums.back() += S2CellId(cut.area_of(tile).value).ToPoint();
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    S2LatLng middle(sums[i]);
    out[i].middle = {middle.lat().degrees(), middle.lng().degrees()};
  }
  return out;
}

std::string to_token(const region& x) {
  return S2CellId(x.cell).ToToken();
}

std::uint64_t reach_of(int level) {
  return (S2CellId::lsb_for_level(level) << 1U) - 1;
}

} // namespace fief::game
