#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fief::game {

/// What one whole token of a chain buys.
struct coin_rate {
  std::uint32_t decimals = 18;      ///< Of the token. Range: 0 to 77.
  std::int64_t cents_per_token = 0; ///< Range: positive.
};

/// Coins for an amount of tokens: whole cents, rounded down.
struct coins_bought {
  std::int64_t cents = 0;
  std::string dust = "0"; ///< What was too little for a cent more, in the token's smallest unit.
};

/// More than this for one deposit is refused, so that no balance can overflow.
inline constexpr std::int64_t deposit_cents_max = 1'000'000'000'000'000;
/// A balance beyond this takes no deposits: those wait.
inline constexpr std::int64_t balance_cents_max = 1'000'000'000'000'000'000;

/// `amount` is a decimal integer below 2^256 in the token's smallest unit. Exact. Nothing for
/// another text or rate, and for more than one deposit may be worth.
std::optional<coins_bought> coins_for(const std::string& amount, const coin_rate& rate);

} // namespace fief::game
