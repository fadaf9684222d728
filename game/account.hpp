#pragma once

#include "game/ids.hpp"
#include "game/mining.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fief::game {

/// A user's money and mining: what one row of the `account` table holds.
struct account {
  static constexpr instant no_expiry = instant::max();

  user_id user;
  std::int64_t version = 0;           ///< Grows by one with every stored change.
  std::int64_t coins_cents = 0;       ///< Never negative. 100 to the coin.
  std::int64_t tokens_micro = 0;      ///< Never negative. 1,000,000 to the token.
  std::int64_t mined_total_micro = 0; ///< Sum of the ledger's `mining` rows; only grows.
  mining_state mining;
  instant next_expiry = no_expiry; ///< The earliest `holds_until` among the user's tiles.

  friend bool operator==(const account&, const account&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, account& x) {
  return f(x.user, x.version, x.coins_cents, x.tokens_micro, x.mined_total_micro, x.mining,
           x.next_expiry);
}

/// Experience points: 10 per whole token ever mined, whether or not it was spent.
constexpr std::int64_t xp_of(std::int64_t mined_total_micro) {
  return mined_total_micro / 1'000'000 * 10;
}

/// Which balance a ledger row changes.
enum class currency : std::uint8_t {
  coins = 1, ///< Amounts in cents.
  tokens,    ///< Amounts in micro-tokens.
};

/// The snake_case name of a value, as the wire and the `ledger` table have it.
std::string_view to_string(currency x);
std::optional<currency> parse_currency(std::string_view text);

/// Where a deposit comes from: one log entry of one transaction on one EVM chain.
struct deposit_source {
  std::uint64_t chain = 0;           ///< The chain's id of EIP-155.
  std::array<std::uint8_t, 32> tx{}; ///< The transaction's hash.
  std::uint64_t log = 0;             ///< Index of the log entry.
};

/// The causes of ledger rows (rules 6). A cause is unique in the ledger, so a payment that is tried
/// twice, or on two nodes at once, is booked once. Stored for ever: a text never changes its form.
std::string prize_cause(event_id event, user_id user);        ///< `prize:<event>:<user>`
std::string ticket_cause(ticket_id ticket);                   ///< `ticket:<id>`
std::string refund_cause(ticket_id ticket);                   ///< `refund:<ticket>`
std::string mining_cause(user_id user, std::uint64_t number); ///< `mining:<user>:<n>`
std::string grant_cause(const base::uuid& grant);             ///< `grant:<id>`
/// `deposit:<chain>:0x<tx>:<log>`, the hash in lower case.
std::string deposit_cause(const deposit_source& source);

} // namespace fief::game
