#pragma once

#include "game/run_rules.hpp"
#include "game/tiling_grid.hpp"
#include "game/track.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace fief::game {

/// A tile that a run went through.
struct tile_pass {
  tile_id tile;
  instant crossed_at{}; ///< When the track inside reached 10 m; later laps do not move it.
  double distance_m = 0;
  std::int64_t pace_ms_per_km = 0; ///< Moving time over distance inside, clamped as rules 3 say.

  friend bool operator==(const tile_pass&, const tile_pass&) = default;
};

/// Cuts segments at tile borders and adds up what lies in each tile (rules 2.2, passed). Fed
/// segment by segment, so the live view and the final result count alike.
class tile_walk {
public:
  tile_walk(const run_rules& rules, const tiling& tiles) : rules_(rules), tiles_(tiles) {}
  tile_walk(tile_walk&&) = default;
  tile_walk(const tile_walk&) = delete;
  tile_walk& operator=(const tile_walk&) = delete;

  /// Adds the segment from `a` to `b`, if there is one. A bridge, or one at a vehicle's speed,
  /// touches its tiles and passes none.
  void add(const track_point& a, const track_point& b);

  /// Touches the tiles between two places that the track does not join.
  void touch(const unit_vector& a, const unit_vector& b);

  /// Touches the tile of a place.
  void touch(const unit_vector& at) { touch(at, at); }

  /// Passed tiles, ascending by id.
  [[nodiscard]] std::vector<tile_pass> passed() const;
  /// All tiles touched, ascending by grid position.
  [[nodiscard]] std::vector<grid_tile> touched() const;
  /// The tiles that became passed since the last call, in the order in which they did.
  std::vector<tile_id> take_new();

private:
  struct tally {
    double length_m = 0;
    double moving_m = 0;
    double moving_ms = 0;
    std::optional<instant> crossed_at;
  };
  /// What one segment contributes per fraction of its length; all zero only touches.
  struct share {
    double length_m = 0;
    double moving_m = 0;
    double moving_ms = 0;
    instant from{};
    milliseconds time{0};
  };

  void walk(const unit_vector& a, const unit_vector& b, const share& whole, double first,
            double last, int depth);
  void cut(const grid_place& a, const grid_place& b, const share& whole, double first, double last);
  void credit(const grid_tile& tile, const share& whole, double first, double last);
  [[nodiscard]] std::int64_t pace(const tally& inside) const;

  run_rules rules_;
  tiling tiles_;
  std::map<grid_tile, tally> tallies_;
  std::pair<const grid_tile, tally>* current_ = nullptr; ///< The entry credited last.
  std::vector<grid_tile> new_;
};

} // namespace fief::game
