#include "game/prizes.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace fief::game {

namespace {

/// floor(amount * part / whole), without the product.
constexpr std::int64_t scale(std::int64_t amount, std::int64_t part, std::int64_t whole) {
  return amount / whole * part + amount % whole * part / whole;
}

} // namespace

std::int64_t pool(const pool_parts& parts) {
  FIEF_ASSERT(parts.tickets_cents >= 0 && parts.tickets_cents <= pool_cents_max);
  FIEF_ASSERT(parts.pot_cents >= 0 && parts.pot_cents <= pool_cents_max - parts.tickets_cents);
  FIEF_ASSERT(parts.house_fee_bp >= 0 && parts.house_fee_bp <= 10'000);
  auto fee = scale(parts.tickets_cents, parts.house_fee_bp, 10'000);
  return parts.tickets_cents - fee + parts.pot_cents;
}

std::vector<std::int64_t> split(std::int64_t pool_cents, std::size_t finishers,
                                std::span<const std::int64_t> shares) {
  FIEF_ASSERT(pool_cents >= 0 && pool_cents <= pool_cents_max);
  FIEF_ASSERT(!shares.empty() && shares.size() <= 100);
  auto paid = shares.first(std::min(finishers, shares.size()));
  auto whole = std::accumulate(paid.begin(), paid.end(), std::int64_t{0});
  std::vector<std::int64_t> payouts;
  payouts.reserve(paid.size());
  auto left = pool_cents;
  for (auto share : paid) {
    FIEF_ASSERT(share >= 1 && share <= 10'000);
    payouts.push_back(scale(pool_cents, share, whole));
    left -= payouts.back();
  }
  // Each payout lost less than a cent, so one round is enough.
  FIEF_ASSERT(payouts.empty() || (left >= 0 && left < static_cast<std::int64_t>(payouts.size())));
  for (auto& payout : payouts) {
    if (left == 0)
      break;
    ++payout;
    --left;
  }
  return payouts;
}

std::vector<std::int64_t> split(std::int64_t pool_cents, std::size_t finishers) {
  static constexpr std::array<std::int64_t, 3> shares{70, 20, 10};
  return split(pool_cents, finishers, shares);
}

} // namespace fief::game
