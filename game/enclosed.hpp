#pragma once

#include "game/run_rules.hpp"
#include "game/tiling_grid.hpp"
#include "game/track.hpp"

#include <span>
#include <vector>

namespace fief::game {

/// Whether the ends of a track are near enough to be joined: within min(100 m, 10 % of its length).
bool is_closed(std::span<const track_point> points, double length_m, const run_rules& rules);

/// The finite parts of the complement of `wall` on an endless grid, where cells meet at edges.
/// The rows between wall cells are joined with a union-find, so nothing outside is ever visited.
class row_fill {
public:
  /// @pre `wall` is ascending, on one face and without repeats. Cost: linear.
  explicit row_fill(std::span<const grid_tile> wall);

  [[nodiscard]] bool encloses(const grid_tile& cell) const;
  /// All cells enclosed, by row and column. Cost: linear in them.
  [[nodiscard]] std::vector<grid_tile> enclosed() const;

private:
  /// Free cells `[first, last]` of one row between walls.
  struct gap {
    std::int32_t row = 0;
    std::int32_t first = 0;
    std::int32_t last = 0;
    bool inside = false;
  };
  void cut_rows(std::span<const grid_tile> wall);
  void join_rows();

  int face_ = 0;
  std::int32_t column_low_ = 0;
  std::int32_t column_high_ = 0;
  std::vector<gap> gaps_; ///< By row and column. Those at the rim reach one cell past the wall.
};

/// Every tile outside `wall` that lies in a finite part of its complement, where tiles meet at
/// edges; ascending by id (rules 2.2, enclosed). A wall that crosses an edge of the cube is
/// flooded.
/// @pre `wall` is ascending and has no repeats.
std::vector<tile_id> enclosed_by(std::span<const grid_tile> wall, const tiling& tiles);

/// The same by flooding with a limit of |W|²/12 tiles, which works across faces.
/// Cost: up to |W|²/12 tiles for the outside; only for walls that cross a cube edge.
std::vector<tile_id> enclosed_by_flood(std::span<const grid_tile> wall, const tiling& tiles);

/// Drops the tiles that the track does not close round on a grid of 10 m as well. Tiles are so
/// large that two streets a block apart touch as walls: an open path through them would enclose the
/// block. Cost: linear in the points, in the 10 m cells of the track and in `enclosed`.
void keep_truly_closed(std::vector<tile_id>& enclosed, std::span<const track_point> points,
                       bool closed, const run_rules& rules);

} // namespace fief::game
