#include "game/enclosed.hpp"

#include "base/assert.hpp"

#include <absl/container/flat_hash_set.h>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <s2/s2cell_id.h>

namespace fief::game {

namespace {

/// Sets of gaps that are one region. Index 0 is the outside.
class regions {
public:
  explicit regions(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t x) {
    while (parent_[x] != x)
      x = parent_[x] = parent_[parent_[x]];
    return x;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

private:
  std::vector<std::size_t> parent_;
};

struct extent {
  std::int32_t low = 0;
  std::int32_t high = 0;
};

extent columns_of(std::span<const grid_tile> wall) {
  auto [low, high] = std::minmax_element(wall.begin(), wall.end(),
                                         [](const auto& a, const auto& b) { return a.j < b.j; });
  return {low->j, high->j};
}

/// Whether the wall and a margin of one tile lie on one face.
bool on_one_face(std::span<const grid_tile> wall, const tiling& tiles) {
  auto last = grid_side(tiles) - 1;
  auto columns = columns_of(wall);
  return wall.front().face == wall.back().face && wall.front().i > 0 && wall.back().i < last
         && columns.low > 0 && columns.high < last;
}

/// A plane that touches the sphere at one place, in cells of a given size. Great circles are
/// straight lines in it, and neither the poles nor the edges of the cube exist.
class tangent_plane {
public:
  tangent_plane(const unit_vector& origin, double cell_m) : up_(origin), cell_m_(cell_m) {
    // Any vector across `origin` will do for one axis; the other is across both.
    auto polar = std::abs(up_.z) > 0.9;
    unit_vector aside = polar ? unit_vector{1, 0, 0} : unit_vector{0, 0, 1};
    right_ = normal(cross(aside, up_));
    ahead_ = cross(up_, right_);
  }

  /// @pre `at` is on the half of the sphere round the origin, as every track of 24 h on foot is.
  [[nodiscard]] grid_place locate(const unit_vector& at) const {
    auto scale = earth_radius_m / cell_m_ / std::max(dot(at, up_), 0.01);
    return {0, dot(at, right_) * scale, dot(at, ahead_) * scale};
  }

private:
  static double dot(const unit_vector& a, const unit_vector& b) {
    return a.x * b.x + a.y * b.y + a.z * b.z;
  }
  static unit_vector cross(const unit_vector& a, const unit_vector& b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
  }
  static unit_vector normal(const unit_vector& a) {
    auto length = std::sqrt(dot(a, a));
    return {a.x / length, a.y / length, a.z / length};
  }

  unit_vector up_;
  unit_vector right_;
  unit_vector ahead_;
  double cell_m_;
};

using cells = absl::flat_hash_set<std::uint64_t>; // Looked up only; results are sorted.

enum class flood_end { enclosed, outside };

/// Visits the region of `seed`. Tiles go to `region`; those of an outside one are in `outside`
/// later.
flood_end flood(S2CellId seed, const cells& wall, const cells& outside, std::size_t tiles_max,
                std::vector<std::uint64_t>& region) {
  cells seen{seed.id()};
  region.assign(1, seed.id());
  for (std::size_t next = 0; next < region.size(); ++next) {
    if (region.size() > tiles_max)
      return flood_end::outside;
    S2CellId around[4];
    S2CellId(region[next]).GetEdgeNeighbors(around);
    for (auto cell : around) {
      if (outside.contains(cell.id()))
        return flood_end::outside;
      if (!wall.contains(cell.id()) && seen.insert(cell.id()).second)
        region.push_back(cell.id());
    }
  }
  return flood_end::enclosed;
}

} // namespace

bool is_closed(std::span<const track_point> points, double length_m, const run_rules& rules) {
  if (points.size() < 3)
    return false;
  auto apart = distance_m(points.front().at, points.back().at);
  return apart <= std::min(rules.close_distance_m, rules.close_share * length_m);
}

row_fill::row_fill(std::span<const grid_tile> wall) {
  if (wall.empty())
    return;
  auto columns = columns_of(wall);
  face_ = wall.front().face;
  column_low_ = columns.low;
  column_high_ = columns.high;
  cut_rows(wall);
  join_rows();
}

void row_fill::cut_rows(std::span<const grid_tile> wall) {
  gaps_.push_back({wall.front().i - 1, column_low_ - 1, column_high_ + 1});
  std::size_t next = 0;
  for (auto row = wall.front().i; row <= wall.back().i; ++row) {
    auto free_from = column_low_ - 1;
    for (; next < wall.size() && wall[next].i == row; ++next) {
      if (wall[next].j > free_from)
        gaps_.push_back({row, free_from, wall[next].j - 1});
      free_from = wall[next].j + 1;
    }
    gaps_.push_back({row, free_from, column_high_ + 1});
  }
  gaps_.push_back({wall.back().i + 1, column_low_ - 1, column_high_ + 1});
  FIEF_ASSERT(next == wall.size());
}

void row_fill::join_rows() {
  regions sets(gaps_.size());
  std::size_t above = 0;
  for (std::size_t k = 1; k < gaps_.size(); ++k) {
    const auto& x = gaps_[k];
    if (x.first < column_low_ || x.last > column_high_)
      sets.join(k, 0);
    while (gaps_[above].row < x.row - 1)
      ++above;
    while (gaps_[above].row == x.row - 1 && gaps_[above].last < x.first)
      ++above;
    for (auto p = above; gaps_[p].row == x.row - 1 && gaps_[p].first <= x.last; ++p)
      sets.join(k, p);
  }
  for (std::size_t k = 0; k < gaps_.size(); ++k)
    gaps_[k].inside = sets.find(k) != 0;
}

bool row_fill::encloses(const grid_tile& cell) const {
  auto found = std::partition_point(gaps_.begin(), gaps_.end(), [&](const gap& x) {
    return x.row < cell.i || (x.row == cell.i && x.last < cell.j);
  });
  return found != gaps_.end() && found->row == cell.i && found->first <= cell.j && found->inside;
}

std::vector<grid_tile> row_fill::enclosed() const {
  std::vector<grid_tile> cells;
  for (const auto& x : gaps_)
    for (auto j = x.first; x.inside && j <= x.last; ++j)
      cells.push_back({face_, x.row, j});
  return cells;
}

std::vector<tile_id> enclosed_by(std::span<const grid_tile> wall, const tiling& tiles) {
  FIEF_ASSERT(std::is_sorted(wall.begin(), wall.end()));
  if (wall.empty())
    return {};
  if (!on_one_face(wall, tiles))
    return enclosed_by_flood(wall, tiles);
  std::vector<tile_id> found;
  for (const auto& tile : row_fill(wall).enclosed())
    found.push_back(id_of(tiles, tile));
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<tile_id> enclosed_by_flood(std::span<const grid_tile> wall, const tiling& tiles) {
  cells walls;
  for (const auto& tile : wall)
    walls.insert(id_of(tiles, tile).value);
  auto tiles_max = wall.size() * wall.size() / 12;
  cells outside;
  cells inside;
  std::vector<std::uint64_t> region;
  for (const auto& tile : wall) {
    S2CellId around[4];
    S2CellId(id_of(tiles, tile).value).GetEdgeNeighbors(around);
    for (auto seed : around) {
      if (walls.contains(seed.id()) || outside.contains(seed.id()) || inside.contains(seed.id()))
        continue;
      auto end = flood(seed, walls, outside, tiles_max, region);
      (end == flood_end::enclosed ? inside : outside).insert(region.begin(), region.end());
    }
  }
  std::vector<tile_id> found;
  for (auto id : inside)
    found.push_back({id});
  std::sort(found.begin(), found.end());
  return found;
}

void keep_truly_closed(std::vector<tile_id>& enclosed, std::span<const track_point> points,
                       bool closed, const run_rules& rules) {
  if (enclosed.empty())
    return;
  FIEF_ASSERT(!points.empty());
  tangent_plane plane{points.front().at, rules.close_cell_m};
  std::vector<grid_tile> wall;
  auto draw = [&](const unit_vector& a, const unit_vector& b) {
    walk_cells(plane.locate(a), plane.locate(b), [&](const grid_tile& cell, double, double) {
      if (wall.empty() || wall.back() != cell)
        wall.push_back(cell);
    });
  };
  for (std::size_t i = 1; i < points.size(); ++i)
    if (points[i].has_segment())
      draw(points[i - 1].at, points[i].at);
  if (closed)
    draw(points.back().at, points.front().at);
  std::sort(wall.begin(), wall.end());
  wall.erase(std::unique(wall.begin(), wall.end()), wall.end());
  row_fill fine{wall};
  std::erase_if(enclosed, [&](tile_id tile) {
    auto middle = S2CellId(tile.value).ToPoint();
    return !fine.encloses(cell_of(plane.locate({middle.x(), middle.y(), middle.z()})));
  });
}

} // namespace fief::game
