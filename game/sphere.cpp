#include "game/sphere.hpp"

#include <numbers>

namespace fief::game {

unit_vector to_unit_vector(std::int32_t lat_e7, std::int32_t lon_e7) {
  constexpr auto radians_per_unit = std::numbers::pi / 180e7;
  auto lat = lat_e7 * radians_per_unit;
  auto lon = lon_e7 * radians_per_unit;
  auto around = std::cos(lat);
  return {around * std::cos(lon), around * std::sin(lon), std::sin(lat)};
}

} // namespace fief::game
