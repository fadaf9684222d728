#include "game/live_track.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::game {

live_track::live_track(const run_rules& rules, const tiling& tiles, milliseconds clock_offset,
                       std::vector<home_zone> home_zones)
  : filter_(rules, clock_offset), scan_(rules), walk_(rules, tiles),
    home_zones_(std::move(home_zones)) {}

std::vector<tile_id> live_track::feed(std::span<const fix> fixes) {
  auto known = passed_.size();
  for (const auto& x : fixes) {
    auto before = points_.size();
    filter_.push(x, points_);
    for (auto i = before; i < points_.size(); ++i)
      distance_m_ += points_[i].distance_m;
  }
  advance();
  forget();
  for (auto tile : walk_.take_new())
    if (!inside_any(home_zones_, tile))
      passed_.push_back(tile);
  return {passed_.begin() + static_cast<std::ptrdiff_t>(known), passed_.end()};
}

void live_track::advance() {
  scan_.advance(points_, false);
  auto decided = std::min(scan_.decided(), points_.size());
  for (; walked_ < decided; ++walked_)
    walk_.add(points_[walked_ - 1], points_[walked_]);
}

void live_track::forget() {
  constexpr std::size_t kept_max = 256;
  if (walked_ < kept_max)
    return;
  auto count = walked_ - 1;
  points_.erase(points_.begin(), points_.begin() + static_cast<std::ptrdiff_t>(count));
  scan_.rebase(count);
  walked_ -= count;
  FIEF_ASSERT(walked_ == 1);
}

} // namespace fief::game
