#include "game/tiling.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cmath>
#include <s2/s1chord_angle.h>
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>
#include <s2/s2latlng_rect.h>
#include <s2/s2metrics.h>
#include <s2/s2region_coverer.h>

namespace fief::game {

namespace {

S2LatLngRect rect_of(const bbox& box) {
  auto low = S2LatLng::FromDegrees(box.south, box.west);
  auto high = S2LatLng::FromDegrees(box.north, box.east);
  return {R1Interval(low.lat().radians(), high.lat().radians()),
          S1Interval(low.lng().radians(), high.lng().radians())};
}

bool is_cell_of(std::uint64_t id, int level) {
  S2CellId cell(id);
  return cell.is_valid() && cell.level() == level;
}

std::optional<std::uint64_t> parse_cell(std::string_view token, int level) {
  if (token.empty() || token.size() > 16)
    return std::nullopt;
  std::string text(token);
  auto cell = S2CellId::FromToken(text);
  if (!is_cell_of(cell.id(), level) || cell.ToToken() != text)
    return std::nullopt;
  return cell.id();
}

std::array<lat_lon, 4> corners_of(std::uint64_t id) {
  S2Cell cell{S2CellId(id)};
  std::array<lat_lon, 4> ring;
  auto reference = cell.id().ToLatLng().lng().degrees();
  for (std::size_t i = 0; i < ring.size(); ++i) {
    S2LatLng corner(cell.GetVertex(static_cast<int>(i)));
    auto lon = corner.lng().degrees();
    if (lon - reference > 180)
      lon -= 360;
    else if (reference - lon > 180)
      lon += 360;
    ring[i] = {corner.lat().degrees(), lon};
  }
  return ring;
}

lat_lon centre_of(std::uint64_t id) {
  auto place = S2CellId(id).ToLatLng();
  return {place.lat().degrees(), place.lng().degrees()};
}

} // namespace

double distance_m(const lat_lon& a, const lat_lon& b) {
  auto from = S2LatLng::FromDegrees(a.lat, a.lon);
  return from.GetDistance(S2LatLng::FromDegrees(b.lat, b.lon)).radians() * earth_radius_m;
}

bool is_valid(const bbox& box) {
  auto in = [](double x, double bound) { return std::isfinite(x) && x >= -bound && x <= bound; };
  return in(box.west, 180) && in(box.east, 180) && in(box.south, 90) && in(box.north, 90)
         && box.south <= box.north;
}

tiling::tiling(int level) : level_(level) {
  FIEF_ASSERT(level >= level_min && level <= level_max);
}

tile_id tiling::tile_at(std::int32_t lat_e7, std::int32_t lon_e7) const {
  auto at = to_unit_vector(lat_e7, lon_e7);
  return {S2CellId(S2Point(at.x, at.y, at.z)).parent(level_).id()};
}

area_id tiling::area_of(tile_id tile) const {
  FIEF_ASSERT(is_tile(tile));
  return {S2CellId(tile.value).parent(area_level()).id()};
}

bool tiling::is_tile(tile_id tile) const {
  return is_cell_of(tile.value, level_);
}

bool tiling::is_area(area_id area) const {
  return is_cell_of(area.value, area_level());
}

std::optional<std::vector<area_id>> tiling::areas_in(const bbox& box, std::size_t areas_max) const {
  if (!is_valid(box))
    return std::nullopt;
  auto rect = rect_of(box);
  // A box has at least about as many areas as its surface or its longer side holds; one of far
  // more is refused before it is covered.
  auto surface = rect.Area() / S2::kMaxArea.GetValue(area_level());
  auto width =
    rect.lng().GetLength()
    * std::cos(std::min(std::abs(rect.lat_lo().radians()), std::abs(rect.lat_hi().radians())));
  auto side = std::max(width, rect.lat().GetLength()) / S2::kMaxDiag.GetValue(area_level());
  if (std::max(surface, side) > static_cast<double>(areas_max))
    return std::nullopt;
  S2RegionCoverer::Options options;
  options.set_fixed_level(area_level());
  std::vector<S2CellId> cells;
  S2RegionCoverer(options).GetCovering(rect, &cells);
  std::vector<area_id> areas;
  for (auto cell : cells)
    if (rect.MayIntersect(S2Cell(cell)))
      areas.push_back({cell.id()});
  if (areas.size() > areas_max)
    return std::nullopt;
  std::sort(areas.begin(), areas.end());
  return areas;
}

std::string to_token(tile_id tile) {
  return S2CellId(tile.value).ToToken();
}

std::string to_token(area_id area) {
  return S2CellId(area.value).ToToken();
}

std::optional<tile_id> parse_tile(std::string_view token, int level) {
  if (auto id = parse_cell(token, level))
    return tile_id{*id};
  return std::nullopt;
}

std::optional<area_id> parse_area(std::string_view token, int area_level) {
  if (auto id = parse_cell(token, area_level))
    return area_id{*id};
  return std::nullopt;
}

std::array<lat_lon, 4> corners(tile_id tile) {
  return corners_of(tile.value);
}

std::array<lat_lon, 4> corners(area_id area) {
  return corners_of(area.value);
}

lat_lon centre(tile_id tile) {
  return centre_of(tile.value);
}

lat_lon centre(area_id area) {
  return centre_of(area.value);
}

double area_m2(tile_id tile) {
  return S2Cell(S2CellId(tile.value)).ApproxArea() * earth_radius_m * earth_radius_m;
}

bool intersects(const bbox& box, tile_id tile) {
  return rect_of(box).MayIntersect(S2Cell(S2CellId(tile.value)));
}

bool intersects(const bbox& box, area_id area) {
  return rect_of(box).MayIntersect(S2Cell(S2CellId(area.value)));
}

bool inside(const home_zone& zone, tile_id tile) {
  auto home = to_unit_vector(zone.lat_e7, zone.lon_e7);
  auto middle = S2CellId(tile.value).ToPoint();
  auto level = S2CellId(tile.value).level();
  auto reach = S2::kMaxDiag.GetValue(level) * earth_radius_m;
  auto away = distance_m(home, {middle.x(), middle.y(), middle.z()});
  if (away > zone.radius_m + reach)
    return false;
  if (away <= zone.radius_m)
    return true;
  auto nearest = S2Cell(S2CellId(tile.value)).GetDistance(S2Point(home.x, home.y, home.z));
  return nearest.ToAngle().radians() * earth_radius_m <= zone.radius_m;
}

bool inside_any(std::span<const home_zone> zones, tile_id tile) {
  return std::any_of(zones.begin(), zones.end(),
                     [&](const home_zone& zone) { return inside(zone, tile); });
}

} // namespace fief::game
