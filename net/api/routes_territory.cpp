#include "net/api/api.hpp"
#include "net/api/territory_json.hpp"

#include <cmath>
#include <numbers>

namespace fief::net {

namespace {

/// Collects one reply per area, then sends the map.
template <class Reply>
struct area_gathering {
  std::vector<Reply> got;
  std::size_t left = 0;
};

/// Asks every area and calls `then` with all replies, sorted by area; the first error answers.
template <class Reply, class Message, class Then>
void ask_areas(const call& c, const std::vector<game::area_id>& areas, Then then) {
  auto all = std::make_shared<area_gathering<Reply>>();
  all->left = areas.size();
  if (areas.empty())
    return then(all->got);
  for (auto area : areas)
    c.ask_entity<Reply>(actors::key_of(area), Message{area}, [all, then](const Reply& x) {
      all->got.push_back(x);
      if (--all->left > 0)
        return;
      std::ranges::sort(all->got, {}, &Reply::area);
      then(all->got);
    });
}

void get_territory(const call& c) {
  constexpr std::string_view geo_json = "application/geo+json";
  auto numbers = parse_numbers(c.request.query_value("bbox").value_or(""), 4);
  if (!numbers)
    return c.send(bad_parameter("bbox", "malformed", "west,south,east,north in degrees."));
  game::bbox box{(*numbers)[0], (*numbers)[1], (*numbers)[2], (*numbers)[3]};
  if (!game::is_valid(box))
    return c.send(bad_parameter("bbox", "out_of_range",
                                "south must not be above north, and all "
                                "four within the range of degrees."));
  auto zoom = c.api.limits.detailed_zoom_min;
  if (auto text = c.request.query_value("zoom")) {
    auto parsed = parse_numbers(*text, 1);
    if (!parsed || (*parsed)[0] < 0 || (*parsed)[0] > 24)
      return c.send(bad_parameter("zoom", "out_of_range", "A number from 0 to 24."));
    zoom = (*parsed)[0];
  }
  auto areas = c.api.tiling.areas_in(box, c.api.limits.areas_max);
  if (!areas)
    return c.send(bad_parameter("bbox", "too_large", "The box touches more than 400 areas."));
  if (zoom >= c.api.limits.detailed_zoom_min && areas->size() <= c.api.limits.detailed_areas_max)
    ask_areas<actors::area_snapshot, actors::get_area>(
      c, *areas, [c, box, geo_json](const std::vector<actors::area_snapshot>& got) {
        c.send_tagged(tiles_json(got, box), geo_json);
      });
  else
    ask_areas<actors::area_count, actors::get_area_count>(
      c, *areas, [c, geo_json](const std::vector<actors::area_count>& got) {
        c.send_tagged(areas_json(got), geo_json);
      });
}

void list_regions(const call& c) {
  actors::find_regions x;
  x.now = c.api.now();
  x.area_level = c.api.tiling.area_level();
  auto areas_max = x.areas_max;
  c.ask<actors::regions_found>(c.api.reader, x, [c, areas_max](const actors::regions_found& got) {
    c.send_tagged(regions_json(game::regions_of(got.tiles, c.api.tiling), areas_max));
  });
}

std::optional<game::tile_id> tile_of(const call& c) {
  auto tile = game::parse_tile(c.request.param("tile"), c.api.tiling.level());
  if (!tile)
    c.send(game::errc::not_found);
  return tile;
}

void get_tile(const call& c) {
  auto tile = tile_of(c);
  if (!tile)
    return;
  c.ask_entity<actors::tile_view>(actors::key_of(c.api.tiling.area_of(*tile)),
                                  actors::get_tile{*tile},
                                  [c](const actors::tile_view& x) { c.send_tagged(tile_json(x)); });
}

void get_history(const call& c) {
  auto tile = tile_of(c);
  if (!tile)
    return;
  auto page = c.page();
  if (!page)
    return;
  c.ask<actors::tile_history>(
    c.api.reader, actors::list_tile_history{*tile, *page},
    [c](const actors::tile_history& x) { c.send_json(200, history_json(x)); });
}

/// The box round a circle; whole parallels near a pole.
game::bbox box_round(const actors::waypoint& at, std::int32_t radius_m) {
  constexpr double metres_per_degree = 111'320;
  auto lat = at.lat_e7 / 1e7;
  auto lon = at.lon_e7 / 1e7;
  auto d_lat = radius_m / metres_per_degree;
  auto shrink = std::cos(lat * std::numbers::pi / 180);
  game::bbox box{-180, std::max(lat - d_lat, -90.0), 180, std::min(lat + d_lat, 90.0)};
  auto d_lon = shrink > 1e-6 ? d_lat / shrink : 360.0;
  if (d_lon >= 180)
    return box;
  box.west = std::remainder(lon - d_lon, 360.0);
  box.east = std::remainder(lon + d_lon, 360.0);
  return box;
}

void rank_territory(const call& c) {
  auto page = c.page();
  if (!page)
    return;
  actors::rank_territory x;
  x.now = c.api.now();
  x.limit = page->limit;
  caf::optional<actors::waypoint> near;
  std::int32_t radius_m = 0;
  if (!read_near(c, near, radius_m))
    return;
  if (near) {
    constexpr std::size_t areas_max = 20'000;
    auto areas = c.api.tiling.areas_in(box_round(*near, radius_m), areas_max);
    if (!areas)
      return c.send(bad_parameter("radius_m", "too_large", "The circle is too large there."));
    x.areas = std::move(*areas);
  }
  c.ask<actors::territory_ranks>(
    c.api.reader, std::move(x),
    [c](const actors::territory_ranks& got) { c.send_json(200, ranks_json(got)); });
}

} // namespace

void api::add_territory(router& to) {
  route_options open{.auth = auth_need::none};
  add(to, http_method::get, "/v1/territory", get_territory, open);
  add(to, http_method::get, "/v1/regions", list_regions, open);
  add(to, http_method::get, "/v1/territory/{tile}", get_tile, open);
  add(to, http_method::get, "/v1/territory/{tile}/history", get_history, open);
  add(to, http_method::get, "/v1/leaderboards/territory", rank_territory, open);
}

} // namespace fief::net
