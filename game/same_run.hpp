#pragma once

#include "game/fix.hpp"

#include <cstdint>
#include <span>

namespace fief::game {

/// What two recordings have to do with each other.
enum class sameness : std::uint8_t {
  different,
  same_run,   ///< One run of one user, recorded by two sources: the first keeps the territory.
  impossible, ///< One user at two places at once: both are flagged.
  replay,     ///< The points of a run used again at another time or by another user: flagged.
  identical,  ///< The same fixes. One user: the first answer stands. Two: the second is rejected.
};

/// A recording to compare. `fixes` in any order.
struct recording {
  user_id user;
  milliseconds clock_offset{0};
  std::span<const fix> fixes;
};

/// 128 bits over the different (time, place) of a recording, in time order, with corrected times.
/// The same for every order, repeat, `seq` and format; stable, so it may be stored as a unique key.
/// Not cryptographic: whoever forges a collision only gets a run refused.
struct fixes_hash {
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;
  friend auto operator<=>(const fixes_hash&, const fixes_hash&) = default;
  [[nodiscard]] constexpr bool is_nil() const { return hi == 0 && lo == 0; }
};

/// Nil if no fix has a time and a place: all runs indoors are alike and none repeats another, so a
/// nil hash must never be looked up.
fixes_hash hash_of(std::span<const fix> fixes, milliseconds clock_offset);

struct same_run_rules {
  double overlap_share = 0.5; ///< Of the shorter one's time.
  milliseconds sample = std::chrono::seconds{5};
  double near_m = 30;
  double near_share = 0.8;
  double far_m = 200;
  milliseconds far_time = std::chrono::seconds{60};
  milliseconds gap_max = std::chrono::seconds{30}; ///< A sample in a longer gap proves no distance.
  std::uint32_t identical_min = 60;
  double identical_share = 0.5;
};

/// Compares a new recording with one that the server had before (rules 2.3).
/// Cost: O(n log n) in the fixes of both.
sameness compare(const recording& before, const recording& added, const same_run_rules& rules = {});

} // namespace fief::game
