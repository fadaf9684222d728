#include "net/api/territory_json.hpp"

#include "base/json_writer.hpp"

#include <array>
#include <cmath>
#include <unordered_map>

namespace fief::net {

namespace {

/// A ring whose longitudes do not jump by a turn.
void write_polygon(base::json_writer& out, const std::array<game::lat_lon, 4>& corners) {
  out.begin_object().member("type", "Polygon").key("coordinates").begin_array().begin_array();
  auto base = corners[0].lon;
  for (std::size_t i = 0; i <= corners.size(); ++i) {
    const auto& p = corners[i % corners.size()];
    auto lon = base + std::remainder(p.lon - base, 360.0);
    out.begin_array().value(lon).value(p.lat).end_array();
  }
  out.end_array().end_array().end_object();
}

} // namespace

game::instant begun_hour(game::instant t) {
  return std::chrono::floor<std::chrono::hours>(t);
}

std::string tiles_json(const std::vector<actors::area_snapshot>& areas, const game::bbox& box) {
  std::string body;
  base::json_writer out{body};
  out.begin_object().member("type", "FeatureCollection").member("kind", "tiles");
  out.key("features").begin_array();
  for (const auto& area : areas) {
    std::unordered_map<game::user_id, const std::string*> names;
    for (std::size_t i = 0; i < area.owners.size(); ++i)
      names[area.owners[i]] = &area.usernames[i];
    for (const auto& tile : area.tiles) {
      if (tile.owner.is_nil() || !game::intersects(box, tile.tile))
        continue;
      auto token = game::to_token(tile.tile);
      out.begin_object().member("type", "Feature").member("id", token).key("geometry");
      write_polygon(out, game::corners(tile.tile));
      out.key("properties").begin_object().member("tile", token).member("owner", tile.owner);
      auto name = names.find(tile.owner);
      out.member("username", name != names.end() ? *name->second : std::string{});
      out.member("holds_until", tile.holds_until).end_object().end_object();
    }
  }
  out.end_array().end_object();
  return body;
}

std::string areas_json(const std::vector<actors::area_count>& areas) {
  std::string body;
  base::json_writer out{body};
  out.begin_object().member("type", "FeatureCollection").member("kind", "areas");
  out.key("features").begin_array();
  for (const auto& x : areas) {
    if (x.tiles == 0)
      continue;
    auto token = game::to_token(x.area);
    out.begin_object().member("type", "Feature").member("id", token).key("geometry");
    write_polygon(out, game::corners(x.area));
    out.key("properties").begin_object().member("area", token).member("tiles", x.tiles);
    out.member("owners", x.owners).key("strongest").begin_object().member("user", x.strongest);
    out.member("username", x.strongest_name).member("tiles", x.strongest_tiles);
    out.end_object().end_object().end_object();
  }
  out.end_array().end_object();
  return body;
}

std::string regions_json(const std::vector<game::region>& regions, std::uint32_t areas_max) {
  auto rounded = [](double degrees) { return std::round(degrees * 1e4) / 1e4; }; // 10 m
  std::string body;
  base::json_writer out{body};
  out.begin_object().key("items").begin_array();
  for (const auto& x : regions) {
    out.begin_object().member("region", game::to_token(x)).member("lat", rounded(x.middle.lat));
    out.member("lon", rounded(x.middle.lon)).member("areas", x.areas).end_object();
  }
  out.end_array().member("areas_max", areas_max).end_object();
  return body;
}

std::string tile_json(const actors::tile_view& x) {
  std::string body;
  base::json_writer out{body};
  out.begin_object().member("tile", game::to_token(x.tile)).key("owner");
  if (x.owner.is_nil()) {
    out.null().end_object();
    return body;
  }
  out.value(x.owner).member("username", x.username);
  out.member("since", begun_hour(x.since)).member("holds_until", x.holds_until);
  out.member("enclosed", x.enclosed).end_object();
  return body;
}

std::string history_json(const actors::tile_history& x) {
  std::string body;
  base::json_writer out{body};
  out.begin_object().key("items").begin_array();
  for (std::size_t i = 0; i < x.items.size(); ++i) {
    const auto& claim = x.items[i];
    out.begin_object().key("owner");
    if (claim.user.is_nil() || x.usernames[i].empty())
      out.null();
    else
      out.value(claim.user).member("username", x.usernames[i]);
    out.member("since", begun_hour(claim.crossed_at));
    out.member("holds_until", claim.holds_until).member("enclosed", claim.enclosed).end_object();
  }
  out.end_array().key("next_cursor");
  if (x.next_cursor.empty())
    out.null();
  else
    out.value(x.next_cursor);
  out.end_object();
  return body;
}

std::string ranks_json(const actors::territory_ranks& x) {
  std::string body;
  base::json_writer out{body};
  out.begin_object().key("items").begin_array();
  for (std::size_t i = 0; i < x.users.size(); ++i) {
    out.begin_object().member("rank", i + 1).member("user", x.users[i]);
    out.member("username", x.usernames[i]).member("tiles", x.tiles[i]).end_object();
  }
  out.end_array().key("next_cursor").null().end_object();
  return body;
}

} // namespace fief::net
