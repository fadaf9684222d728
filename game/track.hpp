#pragma once

#include "game/fix.hpp"
#include "game/run_rules.hpp"
#include "game/sphere.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fief::game {

/// How a point of a clean track is reached from the one before it.
enum class link : std::uint8_t {
  start,  ///< The first point.
  joined, ///< By ordinary track.
  bridge, ///< Joined over a gap: it can close a loop but passes no tiles.
  broken, ///< Not at all: nobody knows what lies between.
};

/// One good fix and the segment that leads to it.
struct track_point {
  instant t{}; ///< Corrected by the run's clock offset.
  std::int32_t lat_e7 = 0;
  std::int32_t lon_e7 = 0;
  std::int32_t steps = fix::steps_unknown;
  unit_vector at;
  link how = link::start;
  bool fast = false;      ///< The segment lies in a window at a vehicle's speed.
  double distance_m = 0;  ///< Length of the segment; 0 if there is none.
  milliseconds moving{0}; ///< The part of the segment's time that is no pause.

  [[nodiscard]] bool has_segment() const { return how == link::joined || how == link::bridge; }
};

/// The time of a fix by the server's clock. Errors: nothing for a fix without a time, which is
/// written as the epoch, and for one outside the years 1800 to 2200.
std::optional<instant> corrected_time(const fix& x, milliseconds clock_offset);

/// What became of the fixes. None of it depends on their order or on repeats.
struct track_counts {
  std::uint32_t given = 0;      ///< Different fixes.
  std::uint32_t impossible = 0; ///< Outside the range of coordinates, or at (0,0).
  std::uint32_t untimed = 0;    ///< No usable time, or one before `first_instant`.
  std::uint32_t same_time = 0;  ///< Another fix of the same instant was at least as accurate.
  std::uint32_t inaccurate = 0;
  std::uint32_t spikes = 0;
  std::uint32_t teleports = 0; ///< Places where the track went on elsewhere.
  std::uint32_t mock = 0;      ///< Fixes that their device calls simulated.
  std::uint32_t good = 0;

  friend bool operator==(const track_counts&, const track_counts&) = default;
};

/// A run after rules 2.1: points in time order, each linked to the one before.
struct clean_track {
  std::vector<track_point> points;
  track_counts counts;
  milliseconds fast{0};       ///< How long a window at a vehicle's speed could start.
  milliseconds span_given{0}; ///< From the first time to the last one, usable or too early.
};

/// Length that counts: what was covered outside pauses, over joined track and bridges.
double moving_distance_m(const track_point& p, instant previous);
double moving_distance_m(std::span<const track_point> points);
milliseconds moving_time(std::span<const track_point> points);

/// Rules 2.1, steps 2 to 4, one fix at a time: what a good fix is depends only on those before it,
/// so the live view of a run and its final result share this class.
class track_filter {
public:
  track_filter(const run_rules& rules, milliseconds clock_offset)
    : rules_(rules), clock_offset_(clock_offset) {}

  /// Takes the next fix and appends to `points` those that are now certain. The newest instant is
  /// withheld until a later one arrives, since a more accurate fix of the same instant may follow.
  /// A fix earlier than one taken before is ignored: sort first, or lose it.
  void push(const fix& x, std::vector<track_point>& points);

  /// Appends the withheld fix, if it is good. Nothing may be pushed afterwards.
  void finish(std::vector<track_point>& points);

  [[nodiscard]] const track_counts& counts() const { return counts_; }

private:
  void accept(const fix& x, std::vector<track_point>& points);
  void append(track_point q, bool teleported, std::vector<track_point>& points);

  run_rules rules_;
  milliseconds clock_offset_;
  track_counts counts_;
  std::optional<fix> withheld_;
  std::optional<track_point> last_;
  std::uint32_t parked_ = 0;
};

/// Applies rules 2.1, steps 1 to 6, to fixes in any order with any number of repeats.
/// Cost: O(n log n) for sorting, linear otherwise.
clean_track clean(std::span<const fix> fixes, milliseconds clock_offset, const run_rules& rules);

} // namespace fief::game
