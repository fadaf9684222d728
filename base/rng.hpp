#pragma once

#include "base/assert.hpp"

#include <cstdint>

namespace fief::base {

/// Seeded generator whose output is the same on every platform, unlike std's distributions.
/// Never for secrets: passwords' salts, tokens and keys come from the operating system.
/// Source: SplitMix64, Steele, Lea and Flood, OOPSLA 2014, doi:10.1145/2660193.2660195.
class rng {
public:
  explicit rng(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    auto z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  /// Range: `[0, bound)`. Modulo bias is below 2^-32 for `bound < 2^32`.
  std::uint64_t below(std::uint64_t bound) noexcept {
    FIEF_ASSERT(bound > 0);
    return next() % bound;
  }

  /// Range: `[0, 1)`, 53 bits.
  double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  bool chance(std::uint32_t numerator, std::uint32_t denominator) noexcept {
    return below(denominator) < numerator;
  }

private:
  std::uint64_t state_;
};

} // namespace fief::base
