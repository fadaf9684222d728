#include "game/sketch.hpp"

#include <algorithm>

namespace fief::game {

namespace {

constexpr std::uint64_t keep_one_of = 32;

/// Rounds degrees × 10^7 to 10^-5 degrees, half away from zero.
std::int64_t rounded(std::int32_t e7) {
  return (std::int64_t{e7} + (e7 < 0 ? -50 : 50)) / 100;
}

/// Finaliser of MurmurHash3 (Appleby, public domain), over both coordinates.
std::uint64_t place_hash(const fix& x) {
  auto h = static_cast<std::uint64_t>(rounded(x.lat_e7)) << 32
           ^ (static_cast<std::uint64_t>(rounded(x.lon_e7)) & 0xffff'ffffULL);
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  return h ^ h >> 33;
}

} // namespace

std::vector<std::uint64_t> sketch_of(std::span<const fix> fixes) {
  std::vector<std::uint64_t> out;
  for (const auto& x : fixes)
    if (auto h = place_hash(x); h % keep_one_of == 0)
      out.push_back(h);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.size() > sketch_max)
    out.resize(sketch_max);
  return out;
}

} // namespace fief::game
