#pragma once

#include "game/fix.hpp"
#include "game/passed.hpp"
#include "game/run_rules.hpp"
#include "game/tiling.hpp"
#include "game/track.hpp"
#include "game/vehicle.hpp"

#include <span>
#include <vector>

namespace fief::game {

/// The tiles that a runner sees as taken while still running. It must never take one back, so it
/// says only what no later fix can change: it lags the newest fix by the 30 s that a vehicle window
/// needs, and the newest instant by one fix.
///
/// Everything it says is in the final `run_result::passed`, unless the whole run takes no territory
/// (a vehicle, weak GPS, too short or too sparse, another sport). That holds for times that do not
/// decrease with `seq`; a fix whose time does is ignored here and sorted in at the end.
class live_track {
public:
  live_track(const run_rules& rules, const tiling& tiles, milliseconds clock_offset,
             std::vector<home_zone> home_zones);

  /// Takes durable fixes in the order of their `seq` and returns the tiles newly passed, in order.
  /// Cost: amortised linear in `fixes`; memory does not grow with the run but for its tiles.
  std::vector<tile_id> feed(std::span<const fix> fixes);

  /// All tiles said so far, in order.
  [[nodiscard]] const std::vector<tile_id>& passed() const { return passed_; }
  /// Length joined so far, pauses included.
  [[nodiscard]] double distance_m() const { return distance_m_; }

private:
  void advance();
  void forget();

  track_filter filter_;
  vehicle_scan scan_;
  tile_walk walk_;
  std::vector<home_zone> home_zones_;
  std::vector<track_point> points_; ///< A tail of the track: what windows may still need.
  std::size_t walked_ = 1;          ///< The first segment not yet given to `walk_`.
  std::vector<tile_id> passed_;
  double distance_m_ = 0;
};

} // namespace fief::game
