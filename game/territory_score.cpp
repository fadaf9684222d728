#include "game/territory_score.hpp"

#include "game/claims.hpp"
#include "game/sphere.hpp"
#include "game/tiling.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace fief::game {

bool inside(const event_circle& area, tile_id tile) {
  if (area.radius_m == 0)
    return true;
  auto middle = centre(tile);
  auto at = to_unit_vector(static_cast<std::int32_t>(std::lround(middle.lat * 1e7)),
                           static_cast<std::int32_t>(std::lround(middle.lon * 1e7)));
  return distance_m(to_unit_vector(area.lat_e7, area.lon_e7), at) <= area.radius_m;
}

std::vector<entry> territory_entries(std::span<const claim> claims, const event_circle& area,
                                     instant starts_at, instant cut_at) {
  std::vector<claim> counting;
  for (const auto& x : claims)
    if (x.crossed_at >= starts_at && x.crossed_at < cut_at && inside(area, x.tile))
      counting.push_back(x);
  std::vector<claim> owners;
  merge_best(owners, counting);
  std::map<user_id, entry> by_user;
  for (const auto& x : owners) {
    if (is_free(x, cut_at))
      continue;
    auto [it, fresh] = by_user.try_emplace(x.user);
    auto& e = it->second;
    e.user = x.user;
    e.run = fresh ? x.run : std::min(e.run, x.run);
    e.reached_at = std::max(e.reached_at, x.crossed_at);
    ++e.value;
  }
  std::vector<entry> out;
  for (const auto& [user, e] : by_user)
    out.push_back(e);
  return out;
}

} // namespace fief::game
