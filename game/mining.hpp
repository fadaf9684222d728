#pragma once

#include "game/errc.hpp"
#include "game/ids.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace fief::game {

/// Most tiles one user can own: 5,000,000 km². With `store_time_limit` it keeps every sum below in
/// 64 bits: 2 × 10^9 half-tiles × 30 d is 5.2 × 10^18 of 9.2 × 10^18.
inline constexpr std::int64_t tiles_owned_max = 1'000'000'000;
/// Bound of `mining_rules::store_max`.
inline constexpr milliseconds store_time_limit = std::chrono::hours{24 * 30};
/// Half-tile milliseconds that yield one micro-token: one token per 20 tile-hours.
inline constexpr std::int64_t half_tile_ms_per_micro = 144;

static_assert(20LL * 3'600'000 * 2 == half_tile_ms_per_micro * 1'000'000);
static_assert(2 * tiles_owned_max
              <= (INT64_MAX - half_tile_ms_per_micro) / store_time_limit.count());

/// Settings of mining (rules 5).
struct mining_rules {
  milliseconds store_max = std::chrono::hours{24}; ///< Range: 1 ms to `store_time_limit`.
  milliseconds claim_interval_min = std::chrono::seconds{60};
  std::optional<std::int64_t> soft_cap; ///< Tiles beyond it count half.
};

/// Whether every setting is in its range.
bool is_valid(const mining_rules& rules);

/// A user's tiles as a source of tokens. The yield since the last look is worked out when somebody
/// looks, in integers, so looking more often, or later, or after a restart pays the same.
///
/// Before the first tile the store has not begun to fill: `claimed_at` is `never`, and the first
/// tile starts the first 24 hours.
struct mining_state {
  static constexpr instant never{};

  std::int64_t tiles = 0;     ///< Owned since `settled_at`. Range: 0 to `tiles_owned_max`.
  instant settled_at = never; ///< `acc` is complete up to here.
  instant claimed_at = never; ///< The last claim: the store fills from here.
  std::int64_t acc = 0;       ///< Yield not yet paid. Units: half-tile ms, 144 to the micro-token.

  friend bool operator==(const mining_state&, const mining_state&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mining_state& x) {
  return f(x.tiles, x.settled_at, x.claimed_at, x.acc);
}

/// Half-tiles that `tiles` count for: 2 each, beyond the soft cap 1.
std::int64_t weight(std::int64_t tiles, const mining_rules& rules);

/// Brings `acc` up to `now`. A `now` before `settled_at` changes nothing.
/// @pre Every expiry up to `now` was applied, see `expire_tiles`.
void settle(mining_state& state, instant now, const mining_rules& rules);

/// Settles at `at`, then changes the number of tiles: a capture, a loss, an expiry (with `at` its
/// own `holds_until`) or a revocation. An `at` before `settled_at` counts as `settled_at`.
/// @pre The result is in 0 to `tiles_owned_max`.
void change_tiles(mining_state& state, std::int64_t delta, instant at, const mining_rules& rules);

/// Applies the expiries up to and including `now`, each as of its own instant however late the
/// call, and returns how many. `holds_until` is ascending and has only tiles that `state` still
/// counts.
std::size_t expire_tiles(mining_state& state, std::span<const instant> holds_until, instant now,
                         const mining_rules& rules);

/// Empties the store. Returns what is to be paid, which can be 0. Units: micro-tokens.
/// Errors: `claim_too_soon` before `claimable_at`; nothing has changed then.
outcome<std::int64_t> claim_tokens(mining_state& state, instant now, const mining_rules& rules);

/// What a claim at `now` would pay. Units: micro-tokens.
std::int64_t pending_micro(const mining_state& state, instant now, const mining_rules& rules);

/// Yield while the store is not full. Units: micro-tokens per hour, exact.
std::int64_t rate_micro_per_hour(const mining_state& state, const mining_rules& rules);

/// When the store stops filling: `store_max` after the last claim. `instant::max()` before the
/// first tile: it has not begun.
instant full_at(const mining_state& state, const mining_rules& rules);

/// From when a claim is allowed. The epoch before the first tile: at once.
instant claimable_at(const mining_state& state, const mining_rules& rules);

} // namespace fief::game
