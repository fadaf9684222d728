#include "game/tiling.hpp"

#include "base/rng.hpp"
#include "game/tiling_grid.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

using namespace fief;
using namespace fief::game;

namespace {

struct place {
  std::int32_t lat_e7;
  std::int32_t lon_e7;
};

place random_place(base::rng& random) {
  return {static_cast<std::int32_t>(random.below(1'800'000'001)) - 900'000'000,
          static_cast<std::int32_t>(random.below(3'600'000'001) - 1'800'000'000)};
}

} // namespace

TEST_CASE("tokens, areas and grid positions of a tile lead back to it at every level") {
  for (int level = tiling::level_min; level <= tiling::level_max; ++level) {
    tiling tiles{level};
    base::rng random{static_cast<std::uint64_t>(level)};
    for (int k = 0; k < 200; ++k) {
      auto [lat, lon] = random_place(random);
      CAPTURE(level, lat, lon);
      auto tile = tiles.tile_at(lat, lon);
      auto area = tiles.area_of(tile);
      CHECK(tiles.is_tile(tile));
      CHECK(tiles.is_area(area));
      CHECK_FALSE(tiles.is_tile({area.value}));
      CHECK(parse_tile(to_token(tile), level) == tile);
      CHECK(parse_area(to_token(area), tiles.area_level()) == area);
      CHECK_FALSE(parse_tile(to_token(area), level));
      CHECK(id_of(tiles, grid_tile_of(tiles, tile)) == tile);
      CHECK(id_of(tiles, cell_of(locate(tiles, to_unit_vector(lat, lon)))) == tile);
    }
  }
}

TEST_CASE("only the canonical form of a token is read") {
  tiling tiles{17};
  auto token = to_token(tiles.tile_at(458'100'000, 159'800'000));
  auto upper = token;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return static_cast<char>(c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c);
  });
  for (const auto& text : {std::string{}, std::string{"X"}, std::string{"zzz"}, token + "0",
                           token + " ", " " + token, std::string(40, '4'), std::string{"0"}})
    CHECK_FALSE(parse_tile(text, 17));
  if (upper != token)
    CHECK_FALSE(parse_tile(upper, 17));
}

TEST_CASE("the corners of a tile surround its centre counter-clockwise, also on longitude 180") {
  base::rng random{7};
  tiling tiles{17};
  for (int k = 0; k < 200; ++k) {
    auto [lat, lon] = random_place(random);
    if (k % 4 == 0)
      lon = k % 8 == 0 ? 1'800'000'000 : -1'800'000'000;
    if (std::abs(lat) > 890'000'000)
      continue;
    CAPTURE(lat, lon);
    auto tile = tiles.tile_at(lat, lon);
    auto ring = corners(tile);
    double twice_area = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto& a = ring[i];
      const auto& b = ring[(i + 1) % 4];
      twice_area += a.lon * b.lat - b.lon * a.lat;
      CHECK(std::abs(a.lon - b.lon) < 10);
      CHECK(distance_m(a, centre(tile)) < 80);
    }
    CHECK(twice_area > 0);
  }
}

TEST_CASE("the areas in a box are exactly those of the tiles in it") {
  tiling tiles{17};
  base::rng random{11};
  for (auto box : {bbox{15.9, 45.7, 16.1, 45.9}, bbox{179.9, -16.9, -179.9, -16.7},
                   bbox{-180, 70, -179.8, 70.05}, bbox{9.9, 44.3, 10.1, 44.5}}) {
    CAPTURE(box.west, box.south);
    auto areas = tiles.areas_in(box, 400);
    REQUIRE(areas);
    CHECK(std::is_sorted(areas->begin(), areas->end()));
    CHECK(std::all_of(areas->begin(), areas->end(), [&](area_id x) { return intersects(box, x); }));
    auto width = box.east - box.west + (box.west > box.east ? 360 : 0);
    for (int k = 0; k < 500; ++k) {
      auto lon = box.west + width * random.unit();
      auto lat = box.south + (box.north - box.south) * random.unit();
      lon = lon > 180 ? lon - 360 : lon;
      auto tile =
        tiles.tile_at(static_cast<std::int32_t>(lat * 1e7), static_cast<std::int32_t>(lon * 1e7));
      CHECK(intersects(box, tile));
      CHECK(std::binary_search(areas->begin(), areas->end(), tiles.area_of(tile)));
    }
    CHECK_FALSE(tiles.areas_in(box, areas->size() - 1));
    CHECK(tiles.areas_in(box, areas->size()) == areas);
  }
}

TEST_CASE("a box too large or not a box has no areas, and says so at once") {
  tiling tiles{19};
  for (auto box : {bbox{-180, -90, 180, 90}, bbox{-180, 0, 180, 0}, bbox{0, -90, 0, 90},
                   bbox{1, 2, 0.9999, 2}, bbox{0, 1, 1, 0}, bbox{0, 0, 1, std::nan("")},
                   bbox{-181, 0, 0, 1}, bbox{0, 0, INFINITY, 1}})
    CHECK_FALSE(tiles.areas_in(box, 400));
  auto point = tiles.areas_in({16, 45.8, 16, 45.8}, 4);
  REQUIRE(point);
  CHECK_FALSE(point->empty());
}

TEST_CASE("a tile is inside a home zone when its nearest point is") {
  base::rng random{13};
  tiling tiles{17};
  home_zone zone{458'100'000, 159'800'000, 300};
  std::vector<home_zone> zones{zone};
  int hidden = 0;
  for (int k = 0; k < 3000; ++k) {
    auto lat = zone.lat_e7 + static_cast<std::int32_t>(random.below(100'000)) - 50'000;
    auto lon = zone.lon_e7 + static_cast<std::int32_t>(random.below(140'000)) - 70'000;
    auto tile = tiles.tile_at(lat, lon);
    auto away = distance_m(to_unit_vector(lat, lon), to_unit_vector(zone.lat_e7, zone.lon_e7));
    CAPTURE(lat, lon, away);
    if (away <= zone.radius_m) // A point of the tile is within: so is the tile.
      CHECK(inside(zone, tile));
    if (distance_m(centre(tile), lat_lon{45.81, 15.98}) > zone.radius_m + 55)
      CHECK_FALSE(inside(zone, tile));
    CHECK(inside_any(zones, tile) == inside(zone, tile));
    hidden += inside(zone, tile) ? 1 : 0;
  }
  CHECK(hidden > 300);
  CHECK(hidden < 2500);
}
