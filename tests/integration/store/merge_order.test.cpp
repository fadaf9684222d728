#include "tests/integration/store/backends.hpp"

#include <algorithm>
#include <map>

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;

namespace {

struct history {
  std::vector<game::claim> claims;
  std::map<game::tile_id, game::claim> best;
};

constexpr std::uint64_t users = 4;
constexpr std::uint64_t runs = 8;
constexpr std::uint64_t tiles = 6;

/// Random claims of all runs over few tiles, with ties; some runs end up rejected.
history make_history(fief::base::rng& random, std::uint64_t rejected) {
  history made;
  for (std::uint64_t run = 1; run <= runs; ++run)
    for (std::uint64_t tile = 0; tile < tiles; ++tile) {
      if (random.chance(1, 3))
        continue;
      auto crossed = static_cast<std::int64_t>(random.below(3)) * hour;
      auto holds = static_cast<std::int64_t>(1 + random.below(4)) * day;
      auto claim = new_claim(tile, 1 + run % users, run, crossed, holds);
      claim.enclosed = random.chance(1, 4);
      made.claims.push_back(claim);
      if (run == rejected)
        continue;
      auto [best, is_new] = made.best.try_emplace(claim.tile, claim);
      if (!is_new && game::beats(claim, best->second))
        best->second = claim;
    }
  return made;
}

void shuffle(std::vector<game::claim>& claims, fief::base::rng& random) {
  for (auto i = claims.size(); i > 1; --i)
    std::swap(claims[i - 1], claims[random.below(i)]);
}

std::map<game::tile_id, game::claim> map_of(store_world& world) {
  std::map<game::tile_id, game::claim> map;
  for (const auto& tile : must(world.read(load_area{area_of_tiles})).tiles)
    if (!tile.top.user.is_nil())
      map.emplace(tile.top.tile, tile.top);
  return map;
}

void check_counts(store_world& world, const std::map<game::tile_id, game::claim>& map,
                  std::int64_t now_ms) {
  for (std::uint64_t user = 1; user <= users; ++user) {
    auto account = must(world.write(settle_mining{user_of(user), at(now_ms)}));
    auto owned = std::count_if(map.begin(), map.end(), [&](const auto& entry) {
      return entry.second.user == user_of(user) && entry.second.holds_until > at(now_ms);
    });
    CHECK(account.mining.tiles == owned);
  }
}

} // namespace

TEST_CASE("claims merged in any order, any number of times, give the maximum of the log") {
  auto which = each_backend();
  auto seed = GENERATE(range(1, 7));
  CAPTURE(static_cast<int>(which), seed);
  fief::base::rng random{static_cast<std::uint64_t>(seed)};
  store_world world{which};
  populate(world, users);
  auto rejected = random.chance(1, 2) ? 1 + random.below(runs) : 0;
  auto made = make_history(random, rejected);
  for (std::uint64_t run = 1; run <= runs; ++run) {
    std::vector<game::claim> own;
    for (const auto& claim : made.claims)
      if (claim.run == run_of(run))
        own.push_back(claim);
    accept_run(world, run, 1 + run % users, own);
  }
  auto order = made.claims;
  auto repeats = made.claims;
  order.insert(order.end(), repeats.begin(), repeats.end());
  shuffle(order, random);
  auto revoke_at = random.below(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (rejected != 0 && i == revoke_at)
      must(world.write(revoke_run{run_of(rejected), {"x"}, "", at(10)}));
    must(merge(world, order[i], 10));
  }
  CHECK(map_of(world) == made.best);
  check_counts(world, made.best, 10);
  check_counts(world, made.best, 2 * day);
  check_counts(world, made.best, 9 * day);
}

TEST_CASE("claims for one tile that are merged at once leave the greatest and one count") {
  store_world world{each_backend()};
  populate(world, users);
  std::vector<merge_claim> merges;
  for (std::uint64_t run = 1; run <= runs; ++run) {
    auto claim = new_claim(1, 1 + run % users, run, 0, static_cast<std::int64_t>(run) * day);
    accept_run(world, run, 1 + run % users, {claim});
    merges.push_back({claim, 0, at(1)});
  }
  for (auto& reply : world.write_at_once(merges))
    if (!reply) // Another one was first; the asker loads and tries again.
      CHECK(reply.error() == errc::stale);
  for (const auto& again : merges)
    must(merge(world, again.claim, 1));
  CHECK(map_of(world).at(tile_of(1)).run == run_of(runs));
  check_counts(world, map_of(world), 1);
}
