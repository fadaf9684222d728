#include "game/territory_score.hpp"

#include "base/rng.hpp"
#include "game/claims.hpp"
#include "game/tiling.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

using namespace fief;
using base::from_ms;

namespace {

constexpr auto day = 86'400'000;
const auto starts_at = from_ms(1'000'000'000'000);
const auto cut_at = starts_at + base::milliseconds{day};

game::user_id user(std::uint64_t n) {
  return {{0, n}};
}

game::claim claim_of(std::uint64_t who, std::uint64_t run, game::tile_id tile, std::int64_t at_ms,
                     std::int64_t hold_ms) {
  auto at = starts_at + base::milliseconds{at_ms};
  return {tile, user(who), game::run_id{{1, run}}, at, at + base::milliseconds{hold_ms}, false};
}

std::vector<game::tile_id> some_tiles(std::size_t count) {
  game::tiling tiles;
  std::vector<game::tile_id> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(tiles.tile_at(458'000'000 + static_cast<std::int32_t>(i) * 20'000, 159'800'000));
  return out;
}

} // namespace

TEST_CASE("a territory event counts tiles held at the cut, by its own claims alone", "[game]") {
  auto tiles = some_tiles(3);
  std::vector<game::claim> claims{
    claim_of(1, 1, tiles[0], 1'000, 8 * day), claim_of(1, 1, tiles[1], 2'000, 8 * day),
    claim_of(2, 2, tiles[1], 3'000, 9 * day), // takes it over
    claim_of(2, 2, tiles[2], day, 9 * day),   // at the cut: too late
    claim_of(3, 3, tiles[2], -1, 9 * day),    // before the start
  };
  auto entries = game::territory_entries(claims, {}, starts_at, cut_at);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].user == user(1));
  CHECK(entries[0].value == 1);
  CHECK(entries[0].reached_at == starts_at + base::milliseconds{1'000});
  CHECK(entries[1].user == user(2));
  CHECK(entries[1].value == 1);
}

TEST_CASE("only tiles whose centre lies in the event's circle count", "[game]") {
  auto tiles = some_tiles(2);
  auto far = game::tiling{}.tile_at(480'000'000, 159'800'000);
  std::vector<game::claim> claims{claim_of(1, 1, tiles[0], 1, 8 * day),
                                  claim_of(1, 1, far, 2, 8 * day)};
  game::event_circle circle{458'000'000, 159'800'000, 1'000};
  auto entries = game::territory_entries(claims, circle, starts_at, cut_at);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].value == 1);
}

TEST_CASE("entries do not depend on the order or repeats of the claims", "[game]") {
  auto tiles = some_tiles(20);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    std::vector<game::claim> claims;
    for (int i = 0; i < 60; ++i) {
      auto run = 1 + random.below(8);
      claims.push_back(claim_of(1 + run % 4, run, tiles[random.below(tiles.size())],
                                static_cast<std::int64_t>(random.below(day)),
                                day + static_cast<std::int64_t>(random.below(day))));
    }
    auto expected = game::territory_entries(claims, {}, starts_at, cut_at);
    // The oracle: the greatest claim of each tile, found one by one.
    std::map<game::user_id, std::int64_t> held;
    for (auto tile : tiles) {
      std::vector<game::claim> own;
      std::ranges::copy_if(claims, std::back_inserter(own),
                           [&](const auto& x) { return x.tile == tile; });
      if (const auto* top = game::best(own))
        ++held[top->user];
    }
    CHECK(held.size() == expected.size());
    for (const auto& e : expected)
      CHECK(held[e.user] == e.value);
    auto shuffled = claims;
    shuffled.insert(shuffled.end(), claims.begin(), claims.end());
    for (auto i = shuffled.size(); i > 1; --i)
      std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    CHECK(game::territory_entries(shuffled, {}, starts_at, cut_at) == expected);
  }
}
