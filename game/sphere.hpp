#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace fief::game {

/// A place as a vector from the centre of a sphere of radius 1. Longitude 180 and the poles are
/// places like any other here, which is why geometry works on vectors and not on degrees.
struct unit_vector {
  double x = 1;
  double y = 0;
  double z = 0;
};

constexpr double earth_radius_m = 6'371'010.0;

/// Units: degrees × 10^7.
unit_vector to_unit_vector(std::int32_t lat_e7, std::int32_t lon_e7);

/// Great-circle distance. Exact to a millimetre for what two fixes are apart.
inline double distance_m(const unit_vector& a, const unit_vector& b) {
  auto dx = a.x - b.x;
  auto dy = a.y - b.y;
  auto dz = a.z - b.z;
  auto chord = std::sqrt(dx * dx + dy * dy + dz * dz);
  if (chord < 0.01)
    return earth_radius_m * chord * (1 + chord * chord / 24);
  return earth_radius_m * 2 * std::asin(std::min(1.0, chord / 2));
}

/// The place at `fraction` of the way from `a` to `b`. Cheap and exact to a millimetre for ends
/// less than 10 km apart; between antipodes it means nothing.
inline unit_vector between(const unit_vector& a, const unit_vector& b, double fraction) {
  unit_vector p{a.x + (b.x - a.x) * fraction, a.y + (b.y - a.y) * fraction,
                a.z + (b.z - a.z) * fraction};
  auto norm = std::sqrt(p.x * p.x + p.y * p.y + p.z * p.z);
  if (norm < 1e-9)
    return a;
  return {p.x / norm, p.y / norm, p.z / norm};
}

} // namespace fief::game
