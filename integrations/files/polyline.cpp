#include "integrations/files/polyline.hpp"

#include "integrations/files/file_text.hpp"

#include <cstdint>
#include <cstdlib>

namespace fief::integrations {

namespace {

constexpr std::int64_t lat_max = 9'000'000; ///< Units: degrees × 10^5, as most write them.
constexpr int bits_max = 30;

/// Takes the next number off the front. False: there is none.
bool take_number(std::string_view& text, std::int64_t& to) {
  std::int64_t sum = 0;
  for (int shift = 0; shift < bits_max && !text.empty(); shift += 5) {
    const auto bits = text.front() - 63;
    if (bits < 0 || bits > 63)
      return false;
    text.remove_prefix(1);
    sum |= std::int64_t{bits & 31} << shift;
    if (bits < 32) {
      to = (sum & 1) != 0 ? ~(sum >> 1) : sum >> 1;
      return true;
    }
  }
  return false;
}

} // namespace

bool is_polyline(std::string_view bytes) {
  auto text = trimmed(bytes);
  if (text.starts_with('{') || text.starts_with('['))
    return text.find("polyline\"") != text.npos;
  std::int64_t lat = 0;
  std::int64_t lon = 0;
  for (; !text.empty();) {
    std::int64_t d_lat = 0;
    std::int64_t d_lon = 0;
    if (!take_number(text, d_lat) || !take_number(text, d_lon))
      return false;
    lat += d_lat;
    lon += d_lon;
    // Ten times as much for the form with six decimals.
    if (std::abs(lat) > 10 * lat_max || std::abs(lon) > 20 * lat_max)
      return false;
  }
  return lat != 0 || lon != 0;
}

} // namespace fief::integrations
