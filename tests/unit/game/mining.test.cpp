#include "game/mining.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

using namespace fief;
using namespace std::chrono_literals;
using game::errc;
using game::instant;
using game::milliseconds;
using game::mining_rules;
using game::mining_state;

namespace {

const instant day_one = base::from_ms(1'778'400'000'000);

mining_state with_tiles(std::int64_t tiles) {
  return {tiles, day_one, day_one, 0};
}

milliseconds random_ms(base::rng& random, milliseconds below) {
  return milliseconds{
    static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(below.count())))};
}

/// A change of the number of tiles, or a claim.
struct step {
  instant at;
  std::int64_t delta = 0;
  bool claims = false;
};

/// Sorted by time, never below zero tiles.
std::vector<step> random_history(base::rng& random) {
  std::vector<step> history;
  auto at = day_one;
  std::int64_t tiles = 0;
  for (auto count = 1 + random.below(30); count > 0; --count) {
    at += random_ms(random, random.chance(1, 4) ? 40h : 2h);
    if (random.chance(1, 4)) {
      history.push_back({at, 0, true});
      continue;
    }
    auto least = static_cast<std::uint64_t>(tiles);
    auto delta = static_cast<std::int64_t>(random.below(least + 50)) - tiles;
    tiles += delta;
    history.push_back({at, delta, false});
  }
  return history;
}

mining_rules random_rules(base::rng& random) {
  mining_rules rules;
  if (random.chance(1, 2))
    rules.soft_cap = static_cast<std::int64_t>(random.below(40));
  return rules;
}

/// The definition, the slow way: tokens are paid from one sum over all stretches between steps.
struct oracle {
  std::int64_t paid = 0;
  std::int64_t acc = 0;
};

oracle replay(const std::vector<step>& history, const mining_rules& rules) {
  oracle result;
  std::int64_t tiles = 0;
  auto from = day_one;
  auto full = instant::min();
  for (const auto& x : history) {
    for (; from < std::min(x.at, full); from = std::min({x.at, full, from + 1h}))
      result.acc += weight(tiles, rules) * (std::min({x.at, full, from + 1h}) - from).count();
    from = x.at;
    tiles += x.delta;
    if (full == instant::min() && tiles > 0)
      full = x.at + rules.store_max;
    if (x.claims && (full == instant::min() || x.at >= full - rules.store_max + 60s)) {
      result.paid += result.acc / 144;
      result.acc %= 144;
      full = x.at + rules.store_max;
    }
  }
  return result;
}

std::int64_t apply(mining_state& state, const step& x, const mining_rules& rules) {
  if (!x.claims) {
    change_tiles(state, x.delta, x.at, rules);
    return 0;
  }
  auto paid = claim_tokens(state, x.at, rules);
  return paid ? *paid : 0;
}

} // namespace

TEST_CASE("any history pays what the definition sums up", "[game][mining]") {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    base::rng random{seed};
    CAPTURE(seed);
    auto rules = random_rules(random);
    auto history = random_history(random);
    mining_state state;
    std::int64_t paid = 0;
    for (const auto& x : history)
      paid += apply(state, x, rules);
    settle(state, history.back().at, rules); // A refused claim has not.
    auto expected = replay(history, rules);
    REQUIRE(paid == expected.paid);
    REQUIRE(state.acc == expected.acc);
  }
}

TEST_CASE("extra settles, restarts and a clock that runs backwards change nothing",
          "[game][mining]") {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    base::rng random{seed};
    CAPTURE(seed);
    auto rules = random_rules(random);
    auto history = random_history(random);
    mining_state calm;
    mining_state busy;
    auto last = day_one;
    for (const auto& x : history) {
      // Looks between the last step and this one, in any order, some from before the last.
      for (auto looks = random.below(5); looks > 0; --looks) {
        auto now = last - 1h + random_ms(random, x.at - last + 1h + 1ms);
        settle(busy, now, rules);
        static_cast<void>(pending_micro(busy, now, rules));
      }
      // What a restart loads are these four numbers.
      busy = mining_state{busy.tiles, base::from_ms(base::to_ms(busy.settled_at)),
                          base::from_ms(base::to_ms(busy.claimed_at)), busy.acc};
      REQUIRE(apply(busy, x, rules) == apply(calm, x, rules));
      REQUIRE(busy == calm);
      last = x.at;
    }
  }
}

TEST_CASE("a look into the past moves nothing back", "[game][mining]") {
  mining_rules rules;
  auto state = with_tiles(10);
  settle(state, day_one + 2h, rules);
  auto before = state;
  for (auto now : {instant::min(), base::from_ms(0), day_one, day_one + 2h - 1ms, day_one + 2h}) {
    settle(state, now, rules);
    CHECK(state == before);
    CHECK(pending_micro(state, now, rules) == 1'000'000);
  }
  change_tiles(state, 5, day_one, rules);
  CHECK(state == mining_state{15, day_one + 2h, day_one, before.acc});
}

TEST_CASE("many claims at once pay what one would", "[game][mining]") {
  for (auto interval : {milliseconds{0}, milliseconds{60s}}) {
    mining_rules rules;
    rules.claim_interval_min = interval;
    auto one = with_tiles(7);
    auto many = one;
    auto now = day_one + 5h + 1ms;
    auto expected = *claim_tokens(one, now, rules);
    std::int64_t paid = 0;
    for (int i = 0; i < 50; ++i) {
      auto answer = claim_tokens(many, now, rules);
      REQUIRE(answer.has_value() == (i == 0 || interval == 0ms));
      paid += answer ? *answer : 0;
    }
    CHECK(paid == expected);
    CHECK(many == one);
  }
}

TEST_CASE("claiming every minute for a day pays what one claim does", "[game][mining]") {
  mining_rules rules;
  for (std::int64_t tiles : {1, 7, 13, 1000}) {
    auto often = with_tiles(tiles);
    auto once = often;
    std::int64_t paid = 0;
    for (int minute = 1; minute <= 24 * 60; ++minute) {
      auto answer = claim_tokens(often, day_one + std::chrono::minutes{minute}, rules);
      REQUIRE(answer.has_value());
      paid += *answer;
    }
    CHECK(paid == *claim_tokens(once, day_one + 24h, rules));
    CHECK(often == once);
  }
}

TEST_CASE("a thief gets nothing retroactively and the loser keeps exactly his share",
          "[game][mining]") {
  base::rng random{11};
  mining_rules rules;
  for (int i = 0; i < 3000; ++i) {
    auto stolen_at = day_one + random_ms(random, 20h);
    auto seen_at = stolen_at + random_ms(random, day_one + 24h - stolen_at);
    auto loser = with_tiles(5);
    auto thief = with_tiles(3);
    auto untouched = with_tiles(4);
    change_tiles(loser, -1, stolen_at, rules);
    change_tiles(thief, 1, stolen_at, rules);
    CHECK(thief.acc == 3 * 2 * (stolen_at - day_one).count());
    CHECK(loser.acc == 5 * 2 * (stolen_at - day_one).count());
    for (auto* state : {&loser, &thief, &untouched})
      settle(*state, seen_at, rules);
    // Two users with eight tiles between them, whoever has which.
    REQUIRE(loser.acc + thief.acc == 8 * 2 * (seen_at - day_one).count());
    // The stretch before the theft is the loser's, the one after it the thief's.
    REQUIRE(loser.acc - untouched.acc == 2 * (stolen_at - day_one).count());
    REQUIRE(thief.acc - 3 * 2 * (seen_at - day_one).count() == 2 * (seen_at - stolen_at).count());
  }
}

TEST_CASE("an expiry counts from its own instant however late the tick is", "[game][mining]") {
  base::rng random{12};
  mining_rules rules;
  for (int i = 0; i < 2000; ++i) {
    CAPTURE(i);
    std::vector<instant> holds;
    for (auto count = random.below(6); count > 0; --count)
      holds.push_back(day_one + random_ms(random, 30h));
    std::sort(holds.begin(), holds.end());
    auto now = day_one + random_ms(random, 40h);
    auto due =
      static_cast<std::size_t>(std::upper_bound(holds.begin(), holds.end(), now) - holds.begin());

    auto prompt = with_tiles(10);
    for (std::size_t k = 0; k < due; ++k)
      change_tiles(prompt, -1, holds[k], rules);
    settle(prompt, now, rules);

    auto late = with_tiles(10);
    REQUIRE(expire_tiles(late, holds, now, rules) == due);
    settle(late, now, rules);
    REQUIRE(late == prompt);
    REQUIRE(late.tiles == 10 - static_cast<std::int64_t>(due));
  }
}

TEST_CASE("a tile expires at its instant, not after it", "[game][mining]") {
  mining_rules rules;
  std::vector<instant> holds{day_one + 1h, day_one + 2h};
  auto state = with_tiles(2);
  CHECK(expire_tiles(state, holds, day_one + 1h - 1ms, rules) == 0);
  CHECK(expire_tiles(state, holds, day_one + 1h, rules) == 1);
  CHECK(state == mining_state{1, day_one + 1h, day_one, 2 * 2 * 3'600'000});
}

TEST_CASE("the published yields", "[game][mining]") {
  mining_rules rules;
  CHECK(pending_micro(with_tiles(1), day_one + 1h, rules) == 50'000);
  CHECK(pending_micro(with_tiles(10), day_one + 48h, rules) == 12'000'000);
  CHECK(pending_micro(with_tiles(160), day_one + 1h, rules) == 8'000'000);
  CHECK(pending_micro(with_tiles(1), day_one + 71ms, rules) == 0);
  CHECK(pending_micro(with_tiles(1), day_one + 72ms, rules) == 1);
  auto capped = rules;
  capped.soft_cap = 80;
  CHECK(pending_micro(with_tiles(160), day_one + 1h, capped) == 6'000'000);
  CHECK(pending_micro(with_tiles(80), day_one + 1h, capped) == 4'000'000);

  auto rich = with_tiles(0);
  change_tiles(rich, 1000, day_one + 2h - 1ms, rules);
  CHECK(*claim_tokens(rich, day_one + 2h, rules) == 13);
  CHECK(rich.acc == 2000 - 13 * 144);
}

TEST_CASE("the client can count without asking: rate, pending and full agree", "[game][mining]") {
  base::rng random{13};
  for (int i = 0; i < 2000; ++i) {
    auto rules = random_rules(random);
    auto state = with_tiles(static_cast<std::int64_t>(random.below(5000)));
    auto rate = rate_micro_per_hour(state, rules);
    CAPTURE(state.tiles, rate);
    REQUIRE(full_at(state, rules) == day_one + 24h);
    auto waited = random_ms(random, 24h + 1ms);
    REQUIRE(pending_micro(state, day_one + waited, rules) == rate * waited.count() / 3'600'000);
    auto most = pending_micro(state, full_at(state, rules), rules);
    REQUIRE(most == rate * 24);
    REQUIRE(pending_micro(state, full_at(state, rules) + random_ms(random, 1000h), rules) == most);
  }
}

TEST_CASE("a claim within a minute of the last one is refused and changes nothing",
          "[game][mining]") {
  mining_rules rules;
  auto state = with_tiles(100);
  REQUIRE(claimable_at(state, rules) == day_one + 60s);
  auto before = state;
  CHECK(claim_tokens(state, day_one + 60s - 1ms, rules).error() == errc::claim_too_soon);
  CHECK(claim_tokens(state, day_one - 1h, rules).error() == errc::claim_too_soon);
  CHECK(state == before);
  CHECK(claim_tokens(state, day_one + 60s, rules).has_value());
  CHECK(claimable_at(state, rules) == day_one + 120s);
}

TEST_CASE("the store of a new user begins to fill with the first tile", "[game][mining]") {
  mining_rules rules;
  mining_state state;
  CHECK(full_at(state, rules) == instant::max());
  CHECK(claimable_at(state, rules) <= day_one);
  settle(state, day_one, rules);
  change_tiles(state, 0, day_one + 1h, rules);
  CHECK(full_at(state, rules) == instant::max());
  CHECK(pending_micro(state, day_one + 100h, rules) == 0);
  change_tiles(state, 2, day_one + 100h, rules);
  CHECK(full_at(state, rules) == day_one + 124h);
  CHECK(pending_micro(state, day_one + 101h, rules) == 100'000);
  // Only the very first tile does: later ones wait for a claim, as the rules say.
  change_tiles(state, -2, day_one + 101h, rules);
  change_tiles(state, 2, day_one + 200h, rules);
  CHECK(pending_micro(state, day_one + 300h, rules) == 100'000);
}

TEST_CASE("the greatest holdings for the longest time stay in 64 bits", "[game][mining]") {
  mining_rules rules;
  rules.store_max = game::store_time_limit;
  REQUIRE(is_valid(rules));
  auto state = with_tiles(game::tiles_owned_max);
  state.acc = 143;
  CHECK(*claim_tokens(state, day_one + 10'000h, rules) == 36'000'000'000'000'000);
  CHECK(state.acc == 143);
  CHECK(rate_micro_per_hour(state, rules) == 50'000'000'000'000);
}

TEST_CASE("settings of mining out of range are found before they are used", "[game][mining]") {
  auto with = [](milliseconds store, milliseconds interval, std::optional<std::int64_t> cap) {
    return is_valid(mining_rules{store, interval, cap});
  };
  CHECK(is_valid(mining_rules{}));
  CHECK(with(24h, 0ms, 0));
  CHECK_FALSE(with(0ms, 0ms, {}));
  CHECK_FALSE(with(game::store_time_limit + 1ms, 60s, {}));
  CHECK_FALSE(with(24h, -1ms, {}));
  CHECK_FALSE(with(30s, 60s, {}));
  CHECK_FALSE(with(24h, 60s, -1));
}
