#include "game/regions.hpp"
#include "base/rng.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <vector>

using namespace fief::game;

TEST_CASE("held areas are counted by region, whose middle is theirs", "[game]") {
  CHECK(regions_of({}, tiling{17}).empty());
  for (auto level : {15, 17, 19}) {
    const tiling cut{level};
    fief::base::rng random{static_cast<std::uint64_t>(level)};
    auto between = [&random](double low, double high) {
      return static_cast<std::int32_t>(low + (high - low) * random.unit());
    };
    std::map<area_id, tile_id> held; // Groups of areas, some round the poles and longitude 180.
    for (auto group = 0; group < 60; ++group) {
      auto lat = between(-899e6, 899e6);
      auto lon = group % 3 == 0 ? 1'799'000'000 : between(-1'790e6, 1'790e6);
      for (auto n = 0; n < 20; ++n) {
        auto tile = cut.tile_at(lat + between(-9e5, 9e5), lon + between(-9e5, 9e5));
        held.emplace(cut.area_of(tile), tile);
      }
    }
    std::vector<tile_id> tiles;
    for (const auto& [area, tile] : held)
      tiles.push_back(tile);
    std::map<std::uint64_t, std::vector<area_id>> expected;
    for (const auto& [area, tile] : held)
      expected[tile.value | reach_of(region_level)].push_back(area);
    auto found = regions_of(tiles, cut);
    REQUIRE(found.size() == expected.size());
    for (const auto& x : found) {
      const auto& areas = expected.at(x.cell | reach_of(region_level));
      CHECK(x.areas == static_cast<std::int32_t>(areas.size()));
      for (auto area : areas)
        CHECK(distance_m(x.middle, centre(area)) < 150'000);
      if (areas.size() == 1)
        CHECK(distance_m(x.middle, centre(areas[0])) < 1);
    }
  }
}

TEST_CASE("a region goes as far as its reach", "[game]") {
  const tiling cut{17};
  auto tile = cut.tile_at(458'100'000, 159'800'000);
  CHECK((tile.value | reach_of(17)) == (tile.value | (tile.value - 1)));
  CHECK((cut.area_of(tile).value | reach_of(12)) == (tile.value | reach_of(12)));
  auto found = regions_of(std::vector{tile}, cut);
  REQUIRE(found.size() == 1);
  CHECK((found[0].cell | reach_of(region_level)) == (tile.value | reach_of(region_level)));
  CHECK(to_token(found[0]).size() < 6);
}
