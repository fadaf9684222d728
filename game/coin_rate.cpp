#include "game/coin_rate.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <limits>

namespace fief::game {

namespace {

using boost::multiprecision::uint256_t;
using boost::multiprecision::uint512_t;

constexpr std::size_t digits_max = 78; // Of 2^256.
constexpr std::uint32_t decimals_max = 77;

bool is_decimal(const std::string& text) {
  return !text.empty() && text.size() <= digits_max && (text.size() == 1 || text.front() != '0')
         && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::optional<coins_bought> coins_for(const std::string& amount, const coin_rate& rate) {
  if (!is_decimal(amount) || rate.decimals > decimals_max || rate.cents_per_token <= 0)
    return std::nullopt;
  uint512_t units{amount};
  if (units > uint512_t{(std::numeric_limits<uint256_t>::max)()})
    return std::nullopt;
  uint512_t token = boost::multiprecision::pow(uint512_t{10}, rate.decimals);
  uint512_t price{static_cast<std::uint64_t>(rate.cents_per_token)};
  // Below 2^256 × 2^63: no overflow.
  uint512_t worth = units * price;
  uint512_t cents = worth / token;
  if (cents > uint512_t{static_cast<std::uint64_t>(deposit_cents_max)})
    return std::nullopt;
  uint512_t rest = (worth % token) / price;
  return coins_bought{static_cast<std::int64_t>(cents.convert_to<std::uint64_t>()), rest.str()};
}

} // namespace fief::game
