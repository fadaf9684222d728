#pragma once

#include "game/ids.hpp"
#include "game/sphere.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fief::game {

/// Units: degrees.
struct lat_lon {
  double lat = 0;
  double lon = 0;
};

/// Great-circle distance.
double distance_m(const lat_lon& a, const lat_lon& b);

/// A viewport in degrees. One with `west > east` crosses longitude 180.
struct bbox {
  double west = 0;
  double south = 0;
  double east = 0;
  double north = 0;
};

/// Whether all four are finite and in range, and south is not above north.
bool is_valid(const bbox& box);

/// A circle round a home. Tiles inside are never claimed and never shown (rules 7).
struct home_zone {
  std::int32_t lat_e7 = 0;
  std::int32_t lon_e7 = 0;
  std::int32_t radius_m = 0;
  friend bool operator==(const home_zone&, const home_zone&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, home_zone& x) {
  return f(x.lat_e7, x.lon_e7, x.radius_m);
}

/// How the world is cut: tiles are S2 cells of one level, areas the cells five levels above.
class tiling {
public:
  static constexpr int level_min = 15;
  static constexpr int level_max = 19;
  static constexpr int area_levels_up = 5;

  /// @pre `level` is from `level_min` to `level_max`.
  explicit tiling(int level = 17);

  [[nodiscard]] int level() const { return level_; }
  [[nodiscard]] int area_level() const { return level_ - area_levels_up; }

  [[nodiscard]] tile_id tile_at(std::int32_t lat_e7, std::int32_t lon_e7) const;
  /// @pre `is_tile(tile)`.
  [[nodiscard]] area_id area_of(tile_id tile) const;
  [[nodiscard]] bool is_tile(tile_id tile) const;
  [[nodiscard]] bool is_area(area_id area) const;

  /// Every area that touches `box`, ascending.
  /// Errors: nothing when there are more than `areas_max`, or `box` is not valid.
  /// Cost: bounded by `areas_max`, however large the box is.
  [[nodiscard]] std::optional<std::vector<area_id>> areas_in(const bbox& box,
                                                             std::size_t areas_max) const;

  friend bool operator==(const tiling&, const tiling&) = default;

private:
  int level_;
};

/// The S2 token, as the API shows a tile or an area.
std::string to_token(tile_id tile);
std::string to_token(area_id area);

/// Reads a token in the form that `to_token` writes. Errors: nothing for any other text, and for a
/// cell of another level.
std::optional<tile_id> parse_tile(std::string_view token, int level);
std::optional<area_id> parse_area(std::string_view token, int area_level);

/// Corners counter-clockwise, as GeoJSON wants an outer ring. A tile at longitude 180 has corners
/// of one sign of longitude only.
std::array<lat_lon, 4> corners(tile_id tile);
std::array<lat_lon, 4> corners(area_id area);
lat_lon centre(tile_id tile);
lat_lon centre(area_id area);

/// Area of a tile; it varies by a factor of 2.1 over the planet and by less than 1 % within a city.
double area_m2(tile_id tile);

/// Whether any part of the tile lies in the box.
bool intersects(const bbox& box, tile_id tile);
bool intersects(const bbox& box, area_id area);

/// Whether the tile must stay hidden: any part of it, even a corner, is within the radius. Chosen
/// on the side of privacy: a tile that only touches the circle would give away a piece of its edge.
bool inside(const home_zone& zone, tile_id tile);
bool inside_any(std::span<const home_zone> zones, tile_id tile);

} // namespace fief::game
