#pragma once

#include "bench/load/city.hpp"
#include "bench/load/route.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fief::load {

/// One fix without its time: it is made one second after the one before.
struct fix {
  place_e7 at;
  std::uint16_t acc_dm = 0;
  std::uint16_t steps = 0;
};

/// What the phone of somebody records who runs a route at a usual speed, one fix a second: the
/// speed sways, the receiver's error wanders as a real one's does, steps are counted. The route is
/// run round and round until `seconds` are over.
std::vector<fix> record(base::rng& random, const city& in, const route& way, double usual_mps,
                        std::uint32_t seconds);

/// The array `fixes` of a message: those with seq `first` to `last`; seq 1 was made at `start_ms`.
/// @pre 1 <= first <= last <= fixes.size()
std::string fixes_json(const std::vector<fix>& fixes, std::uint32_t first, std::uint32_t last,
                       std::int64_t start_ms);

/// When the fix with this seq was made.
constexpr std::int64_t fix_ms(std::int64_t start_ms, std::uint32_t seq) {
  return start_ms + 1'000 * (static_cast<std::int64_t>(seq) - 1);
}

} // namespace fief::load
