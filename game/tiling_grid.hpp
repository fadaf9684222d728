#pragma once

#include "game/ids.hpp"
#include "game/sphere.hpp"
#include "game/tiling.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace fief::game {

/// A place on one face of the S2 cube, in tiles from the face's corner: tile (i, j) is the unit
/// square at (i, j). Straight lines of a run stay straight here to a millimetre.
struct grid_place {
  int face = 0;
  double x = 0;
  double y = 0;
};

/// A tile by its row and column. Ordered by face, row, column, which is what filling needs and what
/// the Hilbert order of S2 ids does not give.
struct grid_tile {
  int face = 0;
  std::int32_t i = 0;
  std::int32_t j = 0;
  friend auto operator<=>(const grid_tile&, const grid_tile&) = default;
};

/// The unit square that holds a place.
inline grid_tile cell_of(const grid_place& place) {
  return {place.face, static_cast<std::int32_t>(std::floor(place.x)),
          static_cast<std::int32_t>(std::floor(place.y))};
}

namespace detail {

/// Where a line next leaves its row or column, as a share of its length.
struct borders {
  borders(double from, double to, std::int32_t cell) {
    if (from == to)
      return;
    direction = to > from ? 1 : -1;
    next = (cell + (to > from ? 1 : 0) - from) / (to - from);
    step = std::abs(1 / (to - from));
  }
  void cross(std::int32_t& cell) {
    cell += direction;
    next += step;
  }
  double next = std::numeric_limits<double>::infinity();
  double step = std::numeric_limits<double>::infinity();
  std::int32_t direction = 0;
};

} // namespace detail

/// Tiles along one side of a face.
inline std::int32_t grid_side(const tiling& tiles) {
  return std::int32_t{1} << tiles.level();
}

/// Visits the cells of the straight line from `a` to `b` on one face, in order, each with the
/// shares of the line at which it enters and leaves the cell: `visit(cell, from, to)`. Every cell
/// shares an edge with the one before it. Cost: linear in the cells.
template <class Visitor>
void walk_cells(const grid_place& a, const grid_place& b, Visitor visit) {
  auto cell = cell_of(a);
  auto end = cell_of(b);
  detail::borders rows{a.x, b.x, cell.i};
  detail::borders columns{a.y, b.y, cell.j};
  double at = 0;
  while (cell != end) {
    auto by_row = cell.j == end.j || (cell.i != end.i && rows.next < columns.next);
    auto next = std::clamp(by_row ? rows.next : columns.next, at, 1.0);
    visit(cell, at, next);
    if (by_row)
      rows.cross(cell.i);
    else
      columns.cross(cell.j);
    at = next;
  }
  visit(cell, at, 1.0);
}

/// Never quite on the far border of the face, so `cell_of` it is a tile.
grid_place locate(const tiling& tiles, const unit_vector& at);
tile_id id_of(const tiling& tiles, const grid_tile& tile);
grid_tile grid_tile_of(const tiling& tiles, tile_id tile);

} // namespace fief::game
