#include "game/coin_rate.hpp"

#include "base/rng.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <catch2/catch.hpp>

using namespace fief;
using boost::multiprecision::cpp_int;

namespace {

const std::string most =
  "115792089237316195423570985008687907853269984665640564039457584007913129639935"; // 2^256 - 1
const std::string too_many =
  "115792089237316195423570985008687907853269984665640564039457584007913129639936";

void check_coins(const std::string& amount, game::coin_rate rate, std::int64_t cents,
                 const std::string& dust) {
  auto coins = game::coins_for(amount, rate);
  REQUIRE(coins);
  CHECK(coins->cents == cents);
  CHECK(coins->dust == dust);
}

} // namespace

TEST_CASE("coins are the amount at the rate, rounded down, and the rest is dust") {
  check_coins("0", {18, 100}, 0, "0");
  check_coins("1000000000000000000", {18, 100}, 100, "0");
  check_coins("1999999999999999999", {18, 100}, 199, "9999999999999999");
  check_coins("9999999999999999", {18, 100}, 0, "9999999999999999");
  check_coins("1", {0, 250}, 250, "0");
  check_coins("1234567", {6, 3}, 3, "234567");
  check_coins("1333333", {6, 3}, 3, "333333");
  check_coins("1333334", {6, 3}, 4, "0"); // 4 cents cost 1333333 and a third.
}

TEST_CASE("amounts that are none, and more than one deposit may be worth, give nothing") {
  for (const auto* text : {"", "-1", "+1", "0x1", "01", "1.0", "1e3", " 1", "1 "})
    CHECK_FALSE(game::coins_for(text, {18, 100}));
  CHECK_FALSE(game::coins_for(too_many, {77, 1}));
  check_coins(most, {77, 1}, 1,
              "15792089237316195423570985008687907853269984665640564039457584007913129639935");
  CHECK_FALSE(game::coins_for(most, {0, std::numeric_limits<std::int64_t>::max()}));
  CHECK_FALSE(game::coins_for("1", {78, 1}));
  CHECK_FALSE(game::coins_for("1", {18, 0}));
  check_coins(std::to_string(game::deposit_cents_max), {0, 1}, game::deposit_cents_max, "0");
  CHECK_FALSE(game::coins_for(std::to_string(game::deposit_cents_max + 1), {0, 1}));
}

TEST_CASE("coins and dust add up to the amount, for any amount and rate") {
  base::rng random{0x5eed'c0de};
  for (int i = 0; i < 2'000; ++i) {
    CAPTURE(i);
    cpp_int amount = 0;
    for (auto limbs = random.below(5); limbs > 0; --limbs)
      amount = (amount << 64) + random.next();
    game::coin_rate rate{static_cast<std::uint32_t>(random.below(78)),
                         static_cast<std::int64_t>(1 + random.below(1'000'000'000'000))};
    cpp_int token = boost::multiprecision::pow(cpp_int{10}, rate.decimals);
    cpp_int cents = amount * rate.cents_per_token / token;
    auto coins = game::coins_for(amount.str(), rate);
    REQUIRE(coins.has_value() == (cents <= game::deposit_cents_max));
    if (!coins)
      continue;
    CHECK(coins->cents == cents);
    cpp_int dust{coins->dust};
    CHECK(dust * rate.cents_per_token < token); // Not enough for one cent more.
    CHECK((amount - dust) * rate.cents_per_token >= cents * token);
    CHECK((amount - dust - 1) * rate.cents_per_token < cents * token); // Nothing else is left over.
  }
}
