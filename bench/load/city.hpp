#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fief::load {

/// Where the runs are. Metres are counted east and north of the middle.
struct city {
  std::string name;
  std::string tz; ///< IANA.
  double lat = 0;
  double lon = 0;
};

struct metres {
  double east = 0;
  double north = 0;
};

/// The cities that a scenario can name.
const std::vector<city>& known_cities();
std::optional<city> find_city(std::string_view name);

/// `[west, south, east, north]` in degrees: a square of `side_m` round a point of the city.
std::array<double, 4> box_around(const city& in, metres middle, double side_m);

/// Degrees × 10^7.
struct place_e7 {
  std::int32_t lat = 0;
  std::int32_t lon = 0;
};
place_e7 placed(const city& in, metres at);

} // namespace fief::load
