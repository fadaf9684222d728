#include "game/mining.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::game {

namespace {

bool is_consistent(const mining_state& state) {
  return state.tiles >= 0 && state.tiles <= tiles_owned_max && state.acc >= 0
         && state.claimed_at <= state.settled_at;
}

} // namespace

bool is_valid(const mining_rules& rules) {
  return rules.store_max > milliseconds{0} && rules.store_max <= store_time_limit
         && rules.claim_interval_min >= milliseconds{0}
         && rules.claim_interval_min <= rules.store_max
         && (!rules.soft_cap || *rules.soft_cap >= 0);
}

std::int64_t weight(std::int64_t tiles, const mining_rules& rules) {
  if (!rules.soft_cap)
    return 2 * tiles;
  return tiles + std::min(tiles, *rules.soft_cap);
}

void settle(mining_state& state, instant now, const mining_rules& rules) {
  FIEF_ASSERT(is_consistent(state));
  now = std::max(now, state.settled_at);
  auto filling = std::min(now, state.claimed_at + rules.store_max) - state.settled_at;
  state.acc += weight(state.tiles, rules) * std::max(filling.count(), milliseconds::rep{0});
  state.settled_at = now;
  FIEF_ASSERT(is_consistent(state));
}

void change_tiles(mining_state& state, std::int64_t delta, instant at, const mining_rules& rules) {
  settle(state, at, rules);
  state.tiles += delta;
  if (state.claimed_at == mining_state::never && state.tiles > 0)
    state.claimed_at = state.settled_at;
  FIEF_ASSERT(is_consistent(state));
}

std::size_t expire_tiles(mining_state& state, std::span<const instant> holds_until, instant now,
                         const mining_rules& rules) {
  FIEF_ASSERT(std::is_sorted(holds_until.begin(), holds_until.end()));
  std::size_t count = 0;
  for (; count < holds_until.size() && holds_until[count] <= now; ++count)
    change_tiles(state, -1, holds_until[count], rules);
  return count;
}

outcome<std::int64_t> claim_tokens(mining_state& state, instant now, const mining_rules& rules) {
  now = std::max(now, state.settled_at);
  if (now < claimable_at(state, rules))
    return errc::claim_too_soon;
  settle(state, now, rules);
  auto paid = state.acc / half_tile_ms_per_micro;
  state.acc %= half_tile_ms_per_micro;
  state.claimed_at = now;
  return paid;
}

std::int64_t pending_micro(const mining_state& state, instant now, const mining_rules& rules) {
  auto then = state;
  settle(then, now, rules);
  return then.acc / half_tile_ms_per_micro;
}

std::int64_t rate_micro_per_hour(const mining_state& state, const mining_rules& rules) {
  constexpr std::int64_t ms_per_hour = 3'600'000;
  static_assert(ms_per_hour % half_tile_ms_per_micro == 0);
  return weight(state.tiles, rules) * (ms_per_hour / half_tile_ms_per_micro);
}

instant full_at(const mining_state& state, const mining_rules& rules) {
  if (state.claimed_at == mining_state::never)
    return instant::max();
  return state.claimed_at + rules.store_max;
}

instant claimable_at(const mining_state& state, const mining_rules& rules) {
  if (state.claimed_at == mining_state::never)
    return mining_state::never;
  return state.claimed_at + rules.claim_interval_min;
}

} // namespace fief::game
