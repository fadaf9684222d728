#include "game/claims.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace fief;
using namespace fief::game;

namespace {

constexpr milliseconds days(int count) {
  return std::chrono::days{count};
}

std::vector<claim> random_claims(base::rng& random, std::size_t count) {
  std::vector<claim> claims(count);
  for (auto& x : claims) {
    x.tile = {random.below(5)};
    x.user = {{0, random.below(3)}};
    x.run = {{0, random.below(1000)}};
    x.crossed_at = instant{milliseconds{random.below(4)}};
    x.holds_until = instant{milliseconds{random.below(4)}};
  }
  // One claim per run and tile, as the server makes them.
  std::sort(claims.begin(), claims.end(), [](const claim& a, const claim& b) {
    return std::pair{a.tile, a.run} < std::pair{b.tile, b.run};
  });
  claims.erase(
    std::unique(claims.begin(), claims.end(),
                [](const claim& a, const claim& b) { return a.tile == b.tile && a.run == b.run; }),
    claims.end());
  return claims;
}

} // namespace

TEST_CASE("a pace of 12:00 holds 7 days, 6:00 holds 21 and 3:00 holds 35") {
  run_rules rules;
  instant crossed{days(20'000)};
  CHECK(holds_until_passed(crossed, 720'000, rules) == crossed + days(7));
  CHECK(holds_until_passed(crossed, 360'000, rules) == crossed + days(21));
  CHECK(holds_until_passed(crossed, 180'000, rules) == crossed + days(35));
  CHECK(holds_until_enclosed(crossed, 360'000, rules) == crossed + days(14));
  CHECK(holds_until_enclosed(crossed, 180'000, rules) == crossed + days(21));
}

TEST_CASE(
  "the bonus is 0 to 28 days, never grows with a slower pace and ignores impossible paces") {
  run_rules rules;
  CHECK(bonus(1, rules) == days(28));
  CHECK(bonus(10'000'000, rules) == days(0));
  auto last = bonus(179'000, rules);
  for (std::int64_t pace = 179'000; pace <= 721'000; pace += 250) {
    auto now = bonus(pace, rules);
    CHECK(now <= last);
    last = now;
  }
  // 14 d · log2(720/540) to the millisecond.
  CHECK(bonus(540'000, rules) == milliseconds{502'029'359});
}

TEST_CASE("merging claims in any order, split in any way, any number of times gives one map") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto claims = random_claims(random, 40);
    std::vector<claim> expected;
    merge_best(expected, claims);
    for (auto k = claims.size(); k > 1; --k)
      std::swap(claims[k - 1], claims[random.below(k)]);
    std::vector<claim> owners;
    for (std::size_t at = 0; at < claims.size();) {
      auto end = std::min<std::size_t>(claims.size(), at + 1 + random.below(7));
      std::span<const claim> part{claims.data() + at, end - at};
      merge_best(owners, part);
      if (random.chance(1, 2))
        merge_best(owners, part);
      at = end;
    }
    CHECK(owners == expected);
    for (const auto& owner : expected) {
      std::vector<claim> of_tile;
      std::copy_if(claims.begin(), claims.end(), std::back_inserter(of_tile),
                   [&](const claim& x) { return x.tile == owner.tile; });
      REQUIRE(best(of_tile) != nullptr);
      CHECK(*best(of_tile) == owner);
    }
  }
  CHECK(best({}) == nullptr);
}

TEST_CASE("a tile is free from the very instant its claim ends") {
  claim x;
  x.holds_until = instant{milliseconds{1000}};
  CHECK_FALSE(is_free(x, instant{milliseconds{999}}));
  CHECK(is_free(x, instant{milliseconds{1000}}));
}
