#include "game/prizes.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

using namespace fief;
using game::split;
using payouts = std::vector<std::int64_t>;

TEST_CASE("the payouts' sum is always the pool", "[game][prizes]") {
  base::rng random{1};
  for (int i = 0; i < 20'000; ++i) {
    auto bits = random.below(54);
    auto pool = static_cast<std::int64_t>(random.below((std::uint64_t{1} << bits) + 1));
    auto finishers = 1 + random.below(12);
    payouts shares;
    for (auto count = 1 + random.below(8); count > 0; --count)
      shares.push_back(static_cast<std::int64_t>(1 + random.below(100)));
    CAPTURE(pool, finishers, shares);
    auto paid = split(pool, finishers, shares);
    REQUIRE(paid.size() == std::min<std::size_t>(finishers, shares.size()));
    REQUIRE(std::accumulate(paid.begin(), paid.end(), std::int64_t{0}) == pool);
    auto whole = std::accumulate(shares.begin(), shares.begin() + static_cast<long>(paid.size()),
                                 std::int64_t{0});
    for (std::size_t rank = 0; rank < paid.size(); ++rank) {
      // Each is within a cent of its share.
      auto exact = static_cast<long double>(pool) * static_cast<long double>(shares[rank])
                   / static_cast<long double>(whole);
      REQUIRE(static_cast<long double>(paid[rank]) > exact - 1.001L);
      REQUIRE(static_cast<long double>(paid[rank]) < exact + 1.001L);
    }
  }
}

TEST_CASE("with falling shares no rank gets more than the one before it", "[game][prizes]") {
  for (std::int64_t pool = 0; pool <= 2000; ++pool)
    for (std::size_t finishers = 1; finishers <= 4; ++finishers) {
      auto paid = split(pool, finishers);
      CAPTURE(pool, finishers, paid);
      REQUIRE(std::is_sorted(paid.rbegin(), paid.rend()));
    }
}

TEST_CASE("the published splits", "[game][prizes]") {
  CHECK(split(1000, 3) == payouts{700, 200, 100});
  CHECK(split(1000, 50) == payouts{700, 200, 100});
  CHECK(split(101, 3) == payouts{71, 20, 10});
  CHECK(split(100, 2) == payouts{78, 22});
  CHECK(split(99, 1) == payouts{99});
  CHECK(split(1, 3) == payouts{1, 0, 0});
  CHECK(split(2, 3) == payouts{2, 0, 0});
  CHECK(split(0, 3) == payouts{0, 0, 0});
  CHECK(split(100, 0).empty());
  CHECK(split(2, 3, payouts{1, 1, 1}) == payouts{1, 1, 0});
}

TEST_CASE("the greatest pool is split exactly", "[game][prizes]") {
  CHECK(split(game::pool_cents_max, 3)
        == payouts{6'305'039'478'318'695, 1'801'439'850'948'198, 900'719'925'474'099});
  CHECK(split(game::pool_cents_max, 2, payouts{10'000, 10'000})
        == payouts{game::pool_cents_max / 2, game::pool_cents_max / 2});
}

TEST_CASE("the pool is the prices paid and the pot, less the fee on the prices", "[game][prizes]") {
  CHECK(game::pool({}) == 0);
  CHECK(game::pool({1500, 500, 0}) == 2000);
  CHECK(game::pool({1500, 500, 1000}) == 1850);
  CHECK(game::pool({1500, 500, 10'000}) == 500);
  CHECK(game::pool({999, 0, 1}) == 999);
  CHECK(game::pool({game::pool_cents_max, 0, 0}) == game::pool_cents_max);
  CHECK(game::pool({game::pool_cents_max, 0, 10'000}) == 0);
  CHECK(game::pool({0, game::pool_cents_max, 10'000}) == game::pool_cents_max);
}
