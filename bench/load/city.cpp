#include "bench/load/city.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fief::load {

namespace {

constexpr double m_per_degree = 111'195;

double m_per_degree_east(const city& in) {
  return m_per_degree * std::cos(in.lat * std::numbers::pi / 180);
}

std::int32_t e7(double degrees) {
  return static_cast<std::int32_t>(std::lround(degrees * 1e7));
}

} // namespace

const std::vector<city>& known_cities() {
  static const std::vector<city> all{
    {"amsterdam", "Europe/Amsterdam", 52.370, 4.895},
    {"berlin", "Europe/Berlin", 52.520, 13.405},
    {"kathmandu", "Asia/Kathmandu", 27.710, 85.324},
    {"lisbon", "Europe/Lisbon", 38.722, -9.139},
    {"ljubljana", "Europe/Ljubljana", 46.051, 14.506},
    {"london", "Europe/London", 51.507, -0.128},
    {"nairobi", "Africa/Nairobi", -1.286, 36.817},
    {"new_york", "America/New_York", 40.783, -73.966},
    {"sao_paulo", "America/Sao_Paulo", -23.551, -46.633},
    {"sydney", "Australia/Sydney", -33.869, 151.209},
    {"tokyo", "Asia/Tokyo", 35.682, 139.759},
    {"zagreb", "Europe/Zagreb", 45.813, 15.977},
  };
  return all;
}

std::optional<city> find_city(std::string_view name) {
  const auto& all = known_cities();
  auto at = std::ranges::find(all, name, &city::name);
  if (at == all.end())
    return std::nullopt;
  return *at;
}

std::array<double, 4> box_around(const city& in, metres middle, double side_m) {
  auto half_lat = side_m / 2 / m_per_degree;
  auto half_lon = side_m / 2 / m_per_degree_east(in);
  auto lat = in.lat + middle.north / m_per_degree;
  auto lon = in.lon + middle.east / m_per_degree_east(in);
  return {lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat};
}

place_e7 placed(const city& in, metres at) {
  return {e7(in.lat + at.north / m_per_degree), e7(in.lon + at.east / m_per_degree_east(in))};
}

} // namespace fief::load
