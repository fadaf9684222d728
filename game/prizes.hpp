#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fief::game {

/// Greatest amount of money in one pool, so that JSON readers keep it exact. Units: cents.
inline constexpr std::int64_t pool_cents_max = std::int64_t{1} << 53;

/// What a prize pool is made of (rules 4.2).
struct pool_parts {
  std::int64_t tickets_cents = 0; ///< Prices actually paid for tickets that were not refunded.
  std::int64_t pot_cents = 0;     ///< The sponsor's pot.
  int house_fee_bp = 0;           ///< Part of `tickets_cents` kept. Units: 1/10,000, rounded down.
};

/// The cents to pay out. The sponsor's pot goes to the runners whole.
/// Range: 0 to `pool_cents_max`.
/// @pre No part is negative, the parts' sum is at most `pool_cents_max`, the fee at most 10,000.
std::int64_t pool(const pool_parts& parts);

/// Divides a pool among the best `finishers`, rank 1 first: one payout for each of them that has a
/// share. Shares are renormalised to those, each payout is rounded down, and the remainder goes one
/// cent at a time from rank 1 down.
/// Invariant: the payouts' sum is `pool_cents` whenever there is a payout.
/// @pre `pool_cents` in 0 to `pool_cents_max`; 1 to 100 shares, each 1 to 10,000.
std::vector<std::int64_t> split(std::int64_t pool_cents, std::size_t finishers,
                                std::span<const std::int64_t> shares);

/// `split` with the shares 70, 20, 10.
std::vector<std::int64_t> split(std::int64_t pool_cents, std::size_t finishers);

} // namespace fief::game
