#pragma once

#include "game/run_rules.hpp"
#include "game/sport.hpp"
#include "game/track.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace fief::game {

/// What the rules notice on a part of a track.
enum class mark_kind : std::uint8_t {
  fast = 1,      ///< Windows at a vehicle's speed. Value: of the fastest of them, m/s.
  gap,           ///< Not seen: a bridge, a break, or too long without a fix. Value: seconds.
  parked,        ///< A pause. Value: seconds.
  acceleration,  ///< Changes of speed of nobody. Value: the greatest, m/s².
  uniform_speed, ///< Steadier than anybody. Value: by how much the speed of the run's windows
                 ///< varies, as a standard deviation, m/s.
  cadence,       ///< Steps of nobody. Value: per minute.
};

/// The stable snake_case name: `"uniform_speed"`.
std::string_view to_string(mark_kind x);
std::string_view to_string(link x);

/// The segments between two points, for people who judge a track. Of one kind no two share any.
struct track_mark {
  mark_kind kind = mark_kind::fast;
  std::size_t first = 0; ///< Index of the point where it begins.
  std::size_t last = 0;  ///< Index of the point where it ends. Range: above `first`.
  double value = 0;      ///< Not negative; in the unit of the kind.

  friend bool operator==(const track_mark&, const track_mark&) = default;
};

/// Where a cleaned track is what the checks of rules 2.1 look for, ascending by `first`. There is a
/// mark of a kind exactly when its check says so; those of feet are not made of other sports.
/// Cost: linear but for sorting the marks, of which there are fewer than points of each kind.
std::vector<track_mark> find_marks(std::span<const track_point> points, sport declared,
                                   const run_rules& rules);

} // namespace fief::game
