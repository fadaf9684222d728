#include "game/account.hpp"

#include <span>

namespace fief::game {

namespace {

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

} // namespace

std::string_view to_string(currency x) {
  switch (x) {
    case currency::coins: return "coins";
    case currency::tokens: return "tokens";
  }
  return "unknown";
}

std::optional<currency> parse_currency(std::string_view text) {
  for (auto x : {currency::coins, currency::tokens})
    if (text == to_string(x))
      return x;
  return std::nullopt;
}

std::string prize_cause(event_id event, user_id user) {
  return "prize:" + to_string(event) + ":" + to_string(user);
}

std::string ticket_cause(ticket_id ticket) {
  return "ticket:" + to_string(ticket);
}

std::string refund_cause(ticket_id ticket) {
  return "refund:" + to_string(ticket);
}

std::string mining_cause(user_id user, std::uint64_t number) {
  return "mining:" + to_string(user) + ":" + std::to_string(number);
}

std::string grant_cause(const base::uuid& grant) {
  return "grant:" + to_string(grant);
}

std::string deposit_cause(const deposit_source& source) {
  return "deposit:" + std::to_string(source.chain) + ":0x" + to_hex(source.tx) + ":"
         + std::to_string(source.log);
}

} // namespace fief::game
