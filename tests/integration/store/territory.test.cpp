#include "tests/integration/store/backends.hpp"

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;

namespace {

/// Users 1 to 3 with one accepted run each (of the same number) for tiles 1 and 2; the later user
/// holds longer.
void contest(store_world& world) {
  populate(world, 3);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    auto holds = static_cast<std::int64_t>(n) * day;
    accept_run(world, n, n, {new_claim(1, n, n, 10, holds), new_claim(2, n, n, 20, holds)});
  }
}

game::claim claim_of(std::uint64_t tile, std::uint64_t n) {
  return new_claim(tile, n, n, tile == 1 ? 10 : 20, static_cast<std::int64_t>(n) * day);
}

bool same_row(const tile_record& a, const tile_record& b) {
  return a.top == b.top && a.generation == b.generation;
}

} // namespace

TEST_CASE("the greater claim takes the tile, both counts move, and the loss is told at the end") {
  store_world world{each_backend()};
  contest(world);
  auto first = must(merge(world, claim_of(1, 1), 100));
  CHECK(first.taken);
  CHECK(first.tile.top == claim_of(1, 1));
  CHECK(first.loser.is_nil());
  CHECK(account_of(world, 1).mining.tiles == 1);
  CHECK(account_of(world, 1).next_expiry == at(day));
  auto second = must(merge(world, claim_of(1, 2), 200));
  CHECK(second.taken);
  CHECK(second.loser == user_of(1));
  CHECK(account_of(world, 1).mining.tiles == 0);
  CHECK(account_of(world, 1).next_expiry == fief::game::account::no_expiry);
  CHECK(account_of(world, 2).mining.tiles == 1);
  auto weaker = must(merge(world, claim_of(1, 1), 300));
  CHECK_FALSE(weaker.taken);
  CHECK(weaker.tile.top == claim_of(1, 2));
  must(merge(world, claim_of(2, 1), 300));
  must(merge(world, claim_of(2, 2), 300));

  CHECK(notices_of(world, 1).empty());
  for (int times = 0; times < 2; ++times)
    CHECK(must(world.write(close_outbox{run_of(2), 2, at(400)})).tiles_taken == 2);
  auto notices = notices_of(world, 1);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].kind == notice_kind::tiles_lost);
  CHECK(notices[0].cause == "tiles_lost:" + to_string(run_of(2)));
  CHECK(notices[0].count == 2);
  CHECK(must(world.read(load_user{user_of(2)})).outbox.empty());
  CHECK(notices_of(world, 2).empty());
}

TEST_CASE("merging a claim again changes nothing") {
  store_world world{each_backend()};
  contest(world);
  must(merge(world, claim_of(1, 1), 100));
  auto once = must(merge(world, claim_of(1, 2), 200));
  auto before = account_of(world, 1);
  auto owner = account_of(world, 2);
  for (std::int64_t later : {200, 201, 5'000}) {
    auto again = must(merge(world, claim_of(1, 2), later));
    CHECK(again.tile.top == once.tile.top);
    CHECK(again.tile.generation == once.tile.generation);
  }
  CHECK(account_of(world, 1) == before);
  CHECK(account_of(world, 2) == owner);
  must(world.write(close_outbox{run_of(2), 1, at(6'000)}));
  REQUIRE(notices_of(world, 1).size() == 1);
  CHECK(notices_of(world, 1)[0].count == 1);
}

TEST_CASE("a claim that is not in the log is not merged") {
  store_world world{each_backend()};
  contest(world);
  check_refused(world.write(merge_claim{claim_of(3, 1), 0, at(0)}), errc::not_found);
  CHECK(must(world.read(load_area{area_of_tiles})).tiles.empty());
  check_refused(world.write(close_outbox{run_of(9), 0, at(0)}), errc::not_found);
}

TEST_CASE("a tile that ran out is taken from nobody") {
  store_world world{each_backend()};
  contest(world);
  must(merge(world, claim_of(1, 1), 100));
  auto taken = must(merge(world, claim_of(1, 2), day));
  CHECK(taken.taken);
  CHECK(taken.loser.is_nil());
  must(world.write(close_outbox{run_of(2), 1, at(day)}));
  CHECK(notices_of(world, 1).empty());
  CHECK(account_of(world, 1).mining.tiles == 0);
  CHECK(account_of(world, 1).mining.acc == 2 * (day - 100));
}

TEST_CASE("a claim that ran out before it was merged owns nothing but is the tile's top") {
  store_world world{each_backend()};
  contest(world);
  auto late = must(merge(world, claim_of(1, 1), 5 * day));
  CHECK(late.taken);
  CHECK(account_of(world, 1).mining.tiles == 0);
  auto area = must(world.read(load_area{area_of_tiles}));
  REQUIRE(area.tiles.size() == 1);
  CHECK(area.tiles[0].top == claim_of(1, 1));
  CHECK(must(world.read(list_tiles_of_user{user_of(1)})).tiles
        == std::vector{tile_of(1), tile_of(2)}); // All that were claimed, merged or not.
}

TEST_CASE("one's own better claim keeps the count and tells nobody") {
  store_world world{each_backend()};
  populate(world, 1);
  auto weak = new_claim(1, 1, 1, 0, day);
  auto strong = new_claim(1, 1, 2, 10, 2 * day);
  accept_run(world, 1, 1, {weak});
  accept_run(world, 2, 1, {strong});
  must(merge(world, weak, 0));
  auto merged = must(merge(world, strong, 10));
  CHECK(merged.taken);
  CHECK(merged.loser.is_nil());
  must(world.write(close_outbox{run_of(2), 1, at(20)}));
  CHECK(account_of(world, 1).mining.tiles == 1);
  CHECK(account_of(world, 1).next_expiry == at(2 * day));
  CHECK(notices_of(world, 1).empty());
}

TEST_CASE("a rejected run's tiles go to the next best claim, and old generations are stale") {
  store_world world{each_backend()};
  contest(world);
  for (std::uint64_t n = 1; n <= 3; ++n)
    must(merge(world, claim_of(1, n), 100));
  must(merge(world, claim_of(2, 3), 100));
  auto changed = must(world.write(revoke_run{run_of(3), {"vehicle"}, "By car.", at(hour)}));
  REQUIRE(changed.tiles.size() == 2);
  for (const auto& tile : changed.tiles) {
    CHECK(tile.generation == 1);
    CHECK(tile.top == claim_of(tile.top.tile == tile_of(1) ? 1 : 2, 2));
  }
  auto again = must(world.write(revoke_run{run_of(3), {"vehicle"}, "By car.", at(hour)}));
  REQUIRE(again.tiles.size() == 2); // Who did not hear the first answer has to tell the map.
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(same_row(again.tiles[i], changed.tiles[i]));
  CHECK(account_of(world, 3).mining.tiles == 0);
  CHECK(account_of(world, 3).mining.acc == 2 * 2 * (hour - 100));
  CHECK(account_of(world, 2).mining.tiles == 2);
  auto run = must(world.read(load_run{run_of(3), false}));
  CHECK(run.run.state == run_state::rejected);
  CHECK(run.run.reasons == std::vector<std::string>{"vehicle"});
  CHECK(run.claims.empty());
  auto notices = notices_of(world, 3);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].kind == notice_kind::run_rejected);

  check_refused(world.write(merge_claim{claim_of(1, 1), 0, at(hour)}), errc::stale);
  auto revoked = must(world.write(merge_claim{claim_of(1, 3), 1, at(hour)}));
  CHECK_FALSE(revoked.taken);
  CHECK(revoked.tile.top == claim_of(1, 2));
  CHECK_FALSE(must(world.write(merge_claim{claim_of(1, 1), 1, at(hour)})).taken);
  check_refused(world.write(revoke_run{run_of(9), {}, "", at(0)}), errc::not_found);
}

TEST_CASE("a tile whose only claim is revoked is free and can be taken again") {
  store_world world{each_backend()};
  contest(world);
  must(merge(world, claim_of(1, 3), 100));
  for (std::uint64_t n = 1; n <= 3; ++n)
    must(world.write(revoke_run{run_of(n), {}, "", at(hour)}));
  auto area = must(world.read(load_area{area_of_tiles}));
  REQUIRE(area.tiles.size() == 1);
  CHECK(area.tiles[0].top.user.is_nil());
  CHECK(area.tiles[0].generation > 0);
  CHECK(area.owners.empty());
  auto late = new_claim(1, 1, 4, hour, day);
  accept_run(world, 4, 1, {late});
  CHECK(must(merge(world, late, 2 * hour)).taken);
  CHECK(account_of(world, 1).mining.tiles == 1);
}

TEST_CASE("a new home zone gives up the user's claims on its tiles only") {
  store_world world{each_backend()};
  contest(world);
  for (std::uint64_t tile = 1; tile <= 2; ++tile)
    for (std::uint64_t n = 2; n <= 3; ++n)
      must(merge(world, claim_of(tile, n), 100));
  auto changed = must(world.write(revoke_tiles{user_of(3), {tile_of(1), tile_of(7)}, at(hour)}));
  REQUIRE(changed.tiles.size() == 1);
  CHECK(changed.tiles[0].top == claim_of(1, 2));
  auto again = must(world.write(revoke_tiles{user_of(3), {tile_of(1)}, at(hour)}));
  REQUIRE(again.tiles.size() == 1);
  CHECK(same_row(again.tiles[0], changed.tiles[0]));
  CHECK(account_of(world, 3).mining.tiles == 1);
  CHECK(account_of(world, 2).mining.tiles == 1);
  CHECK(must(world.read(load_run{run_of(3), false})).claims == std::vector{claim_of(2, 3)});
}

TEST_CASE("a rejected run's result is withdrawn while its event is open") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(create_event{new_event(1, 1)}));
  must(world.write(buy_ticket{ticket_of(1), user_of(1), event_of(1), false, at(0)}));
  run_event(world, 1, 1, 1, 1, 42, hour);
  auto version = load(world, 1).version;
  must(world.write(revoke_run{run_of(1), {"vehicle"}, "", at(2 * hour)}));
  CHECK(must(world.read(load_event{event_of(1)})).results.empty());
  CHECK(load(world, 1).version > version);
}

TEST_CASE("an area shows its tiles with the names of their owners, and nothing else") {
  store_world world{each_backend()};
  populate(world, 2);
  auto outside = new_claim(1'024, 1, 1, 0, day);
  auto inside = new_claim(1'023, 1, 1, 0, day);
  auto first = new_claim(0, 2, 2, 0, day);
  accept_run(world, 1, 1, {outside, inside});
  accept_run(world, 2, 2, {first});
  for (const auto& claim : {outside, inside, first})
    must(world.write(merge_claim{claim, 0, at(0)}));
  auto area = must(world.read(load_area{area_of_tiles}));
  REQUIRE(area.tiles.size() == 2);
  CHECK(area.tiles[0].top == first);
  CHECK(area.tiles[1].top == inside);
  REQUIRE(area.owners.size() == 2);
  REQUIRE(area.usernames.size() == 2);
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(area.usernames[i] == (area.owners[i] == user_of(1) ? "runner1" : "runner2"));
  auto ranks = must(world.read(rank_territory{{}, at(1), 10}));
  CHECK(ranks.users == std::vector{user_of(1), user_of(2)});
  CHECK(ranks.tiles == std::vector<std::int64_t>{2, 1});
  CHECK(ranks.usernames == std::vector<std::string>{"runner1", "runner2"});
  CHECK(must(world.read(rank_territory{{area_of_tiles}, at(1), 10})).tiles
        == std::vector<std::int64_t>{1, 1});
  CHECK(must(world.read(rank_territory{{}, at(1), 1})).users == std::vector{user_of(1)});
  CHECK(must(world.read(rank_territory{{}, at(day), 10})).users.empty());
}

TEST_CASE("where ground is held is found by a tile of each area, up to a number of them") {
  constexpr std::uint64_t area = 1'024;
  constexpr std::uint64_t region = 1'024 * area;
  store_world world{each_backend()};
  populate(world, 2);
  const game::tiling cut{17};
  auto new_york = new_claim(0, 1, 1, 0, 2 * day); // S2 ids there are above 2^63.
  new_york.tile = cut.tile_at(407'000'000, -740'000'000);
  std::vector claims{new_york};
  for (auto tile : {5UL, 3UL, area + 7, 3 * area, region + 1})
    claims.push_back(new_claim(tile, 1, 1, 0, 2 * day));
  for (auto tile : {1UL, 2 * area, 2 * region})
    claims.push_back(new_claim(tile, 1, 1, 0, day)); // Ends sooner.
  accept_run(world, 1, 1, claims);
  for (const auto& claim : claims)
    must(merge(world, claim, 0));
  auto find = [&](std::int64_t now, std::uint32_t limit, std::uint32_t areas_max) {
    return must(world.read(find_regions{at(now), cut.area_level(), limit, areas_max})).tiles;
  };
  const auto& third = new_york.tile;
  CHECK(
    find(day, 500, 16)
    == std::vector{tile_of(3), tile_of(area + 7), tile_of(3 * area), tile_of(region + 1), third});
  CHECK(find(day, 500, 2)
        == std::vector{tile_of(3), tile_of(area + 7), tile_of(region + 1), third});
  CHECK(find(day - 1, 500, 1)
        == std::vector{tile_of(1), tile_of(region + 1), tile_of(2 * region), third});
  CHECK(find(day, 1, 1).size() == 1);
  CHECK(find(2 * day, 500, 16).empty());
  must(world.write(delete_user{user_of(1), at(day)}));
  CHECK(find(day, 500, 16).empty());
}
