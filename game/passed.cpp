#include "game/passed.hpp"

#include <algorithm>
#include <cmath>

namespace fief::game {

void tile_walk::add(const track_point& a, const track_point& b) {
  if (!b.has_segment())
    return;
  share whole;
  if (b.how == link::joined && !b.fast) {
    whole.length_m = b.distance_m;
    whole.moving_m = moving_distance_m(b, a.t);
    whole.moving_ms = static_cast<double>(b.moving.count());
    whole.from = a.t;
    whole.time = b.t - a.t;
  }
  walk(a.at, b.at, whole, 0, 1, 0);
}

void tile_walk::touch(const unit_vector& a, const unit_vector& b) {
  walk(a, b, share{}, 0, 1, 0);
}

void tile_walk::walk(const unit_vector& a, const unit_vector& b, const share& whole, double first,
                     double last, int depth) {
  auto from = locate(tiles_, a);
  auto to = locate(tiles_, b);
  if (from.face == to.face) {
    cut(from, to, whole, first, last);
    return;
  }
  constexpr int depth_max = 12; // 250 m / 2^12 = 6 cm on either side of the cube's edge.
  auto half = (first + last) / 2;
  if (depth == depth_max) {
    credit(cell_of(from), whole, first, half);
    credit(cell_of(to), whole, half, last);
    return;
  }
  auto middle = between(a, b, 0.5);
  walk(a, middle, whole, first, half, depth + 1);
  walk(middle, b, whole, half, last, depth + 1);
}

void tile_walk::cut(const grid_place& a, const grid_place& b, const share& whole, double first,
                    double last) {
  walk_cells(a, b, [&](const grid_tile& tile, double from, double to) {
    credit(tile, whole, first + (last - first) * from, first + (last - first) * to);
  });
}

void tile_walk::credit(const grid_tile& tile, const share& whole, double first, double last) {
  if (current_ == nullptr || current_->first != tile)
    current_ = &*tallies_.try_emplace(tile).first;
  auto& inside = current_->second;
  auto part = last - first;
  if (part <= 0 || whole.length_m <= 0)
    return;
  auto before = inside.length_m;
  auto added = whole.length_m * part;
  inside.length_m += added;
  inside.moving_m += whole.moving_m * part;
  inside.moving_ms += whole.moving_ms * part;
  if (inside.crossed_at || inside.length_m < rules_.pass_distance_m)
    return;
  auto share_needed = std::clamp((rules_.pass_distance_m - before) / added, 0.0, 1.0);
  auto at = first + part * share_needed;
  auto ms = std::llround(static_cast<double>(whole.time.count()) * at);
  inside.crossed_at = whole.from + milliseconds{ms};
  new_.push_back(tile);
}

std::int64_t tile_walk::pace(const tally& inside) const {
  auto slowest = rules_.pace_max_ms_per_km;
  if (inside.moving_m < 1)
    return slowest;
  auto ms_per_km = inside.moving_ms / inside.moving_m * 1000;
  if (ms_per_km >= static_cast<double>(slowest))
    return slowest;
  return std::max<std::int64_t>(std::llround(ms_per_km), rules_.pace_min_ms_per_km);
}

std::vector<tile_pass> tile_walk::passed() const {
  std::vector<tile_pass> list;
  for (const auto& [tile, inside] : tallies_)
    if (inside.crossed_at)
      list.push_back({id_of(tiles_, tile), *inside.crossed_at, inside.length_m, pace(inside)});
  std::sort(list.begin(), list.end(),
            [](const tile_pass& a, const tile_pass& b) { return a.tile < b.tile; });
  return list;
}

std::vector<grid_tile> tile_walk::touched() const {
  std::vector<grid_tile> list;
  list.reserve(tallies_.size());
  for (const auto& entry : tallies_)
    list.push_back(entry.first);
  return list;
}

std::vector<tile_id> tile_walk::take_new() {
  std::vector<tile_id> list;
  for (const auto& tile : new_)
    list.push_back(id_of(tiles_, tile));
  new_.clear();
  return list;
}

} // namespace fief::game
