#include "game/claims.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cmath>

namespace fief::game {

milliseconds bonus(std::int64_t pace_ms_per_km, const run_rules& rules) {
  FIEF_ASSERT(rules.pace_min_ms_per_km > 0);
  FIEF_ASSERT(rules.pace_min_ms_per_km <= rules.pace_max_ms_per_km);
  auto pace = std::clamp(pace_ms_per_km, rules.pace_min_ms_per_km, rules.pace_max_ms_per_km);
  auto halvings =
    std::log2(static_cast<double>(rules.pace_max_ms_per_km) / static_cast<double>(pace));
  return milliseconds{std::llround(static_cast<double>(rules.bonus_slope.count()) * halvings)};
}

instant holds_until_passed(instant crossed_at, std::int64_t pace_ms_per_km,
                           const run_rules& rules) {
  return crossed_at + rules.hold_base + bonus(pace_ms_per_km, rules);
}

instant holds_until_enclosed(instant closed_at, std::int64_t pace_ms_per_km,
                             const run_rules& rules) {
  return closed_at + rules.hold_base + bonus(pace_ms_per_km, rules) / 2;
}

const claim* best(std::span<const claim> claims) {
  const claim* winner = nullptr;
  for (const auto& x : claims) {
    FIEF_ASSERT(winner == nullptr || winner->tile == x.tile);
    if (winner == nullptr || beats(x, *winner))
      winner = &x;
  }
  return winner;
}

void merge_best(std::vector<claim>& owners, std::span<const claim> more) {
  owners.insert(owners.end(), more.begin(), more.end());
  std::sort(owners.begin(), owners.end(), [](const claim& a, const claim& b) {
    return a.tile != b.tile ? a.tile < b.tile : beats(a, b);
  });
  auto same_tile = [](const claim& a, const claim& b) { return a.tile == b.tile; };
  owners.erase(std::unique(owners.begin(), owners.end(), same_tile), owners.end());
}

} // namespace fief::game
