#pragma once

#include "base/rng.hpp"

#include <cmath>
#include <numbers>

namespace fief::load {

/// Distributions of our own on `base::rng`, so that a seed plays the same everywhere.
inline double between(base::rng& random, double low, double high) {
  return low + (high - low) * random.unit();
}

inline double normal(base::rng& random, double mean, double deviation) {
  auto radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return mean + deviation * radius * std::cos(2 * std::numbers::pi * random.unit());
}

inline bool happens(base::rng& random, double share) {
  return random.unit() < share;
}

} // namespace fief::load
