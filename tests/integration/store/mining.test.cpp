#include "tests/integration/store/backends.hpp"

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;

namespace {

/// Gives user 1 `tiles` tiles at `now_ms`, by run 1, each until `holds_ms`.
void give_tiles(store_world& world, std::uint64_t tiles, std::int64_t now_ms,
                std::int64_t holds_ms) {
  std::vector<game::claim> claims;
  for (std::uint64_t tile = 0; tile < tiles; ++tile)
    claims.push_back(new_claim(tile, 1, 1, now_ms, holds_ms));
  accept_run(world, 1, 1, claims, now_ms);
  for (const auto& claim : claims)
    must(world.write(merge_claim{claim, 0, at(now_ms)}));
}

claim_tokens claim_at(std::int64_t now_ms, std::uint64_t id = 1) {
  return {user_of(1), uuid_of(5, id), at(now_ms)};
}

} // namespace

TEST_CASE("tokens mined are paid into the ledger") {
  store_world world{each_backend()};
  populate(world, 1, 0);
  give_tiles(world, 10, 0, 7 * day);
  auto paid = must(world.write(claim_at(hour)));
  CHECK(paid.claimed_micro == 500'000);
  CHECK(paid.account.tokens_micro == 500'000);
  CHECK(paid.account.mined_total_micro == 500'000);
  CHECK(paid.account.mining.acc == 0);
  CHECK(paid.account.mining.claimed_at == at(hour));
  check_refused(world.write(claim_at(hour, 2)), errc::claim_too_soon);
  check_refused(world.write(claim_at(hour + 60 * second - 1, 2)), errc::claim_too_soon);
  CHECK(must(world.write(claim_at(hour + 60 * second, 2))).claimed_micro == 8'333);
  auto ledger = ledger_of(world, 1);
  REQUIRE(ledger.size() == 2);
  CHECK(ledger[1].currency == game::currency::tokens);
  CHECK(ledger[1].amount == 500'000);
  CHECK(ledger[1].cause == "mining:" + to_string(user_of(1)) + ":1");
  CHECK(ledger[0].cause == "mining:" + to_string(user_of(1)) + ":2");
  check_refused(world.write(claim_tokens{user_of(9), uuid_of(5, 1), at(0)}), errc::not_found);
  check_refused(world.write(settle_mining{user_of(9), at(0)}), errc::not_found);
}

TEST_CASE("claims at once pay what one would") {
  store_world world{each_backend()};
  populate(world, 1, 0);
  give_tiles(world, 10, 0, 7 * day);
  std::vector<claim_tokens> claims;
  for (std::uint64_t id = 1; id <= 9; ++id)
    claims.push_back(claim_at(48 * hour, id));
  int paid = 0;
  for (auto& reply : world.write_at_once(claims)) {
    paid += reply.has_value();
    if (reply)
      CHECK(reply->claimed_micro == 12'000'000);
    else
      CHECK(reply.error() == errc::claim_too_soon);
  }
  CHECK(paid == 1);
  CHECK(account_of(world, 1).tokens_micro == 12'000'000);
}

TEST_CASE("a claim asked again pays nothing and answers what it paid") {
  store_world world{each_backend()};
  populate(world, 2, 0);
  CHECK(must(world.write(claim_at(0))).claimed_micro == 0);
  give_tiles(world, 10, 0, 7 * day);
  CHECK(must(world.write(claim_at(hour))).claimed_micro == 0);
  CHECK(must(world.write(claim_at(hour, 2))).claimed_micro == 500'000);
  CHECK(must(world.write(claim_at(2 * hour, 3))).claimed_micro == 500'000);
  for (auto& reply : world.write_at_once(std::vector(5, claim_at(3 * hour, 2)))) {
    CHECK(must(reply).claimed_micro == 500'000);
    CHECK(must(reply).account.tokens_micro == 1'000'000);
  }
  CHECK(ledger_of(world, 1).size() == 2);
  auto others = claim_at(3 * hour, 2); // An id is its user's own.
  others.user = user_of(2);
  CHECK(must(world.write(others)).claimed_micro == 0);
}

TEST_CASE("settling again, or with an older clock, changes nothing") {
  store_world world{each_backend()};
  populate(world, 1, 0);
  give_tiles(world, 3, 0, 7 * day);
  auto settled = must(world.write(settle_mining{user_of(1), at(hour)}));
  CHECK(settled.mining.acc == 2 * 3 * hour);
  CHECK(settled.mining.settled_at == at(hour));
  CHECK(must(world.write(settle_mining{user_of(1), at(hour)})) == settled);
  CHECK(must(world.write(settle_mining{user_of(1), at(1)})) == settled);
  CHECK(account_of(world, 1) == settled);
}

TEST_CASE("a tile yields until its own end, however late somebody looks") {
  store_world world{each_backend()};
  populate(world, 1, 0);
  give_tiles(world, 1, 0, 5 * hour);
  auto late = must(world.write(settle_mining{user_of(1), at(90 * day)}));
  CHECK(late.mining.tiles == 0);
  CHECK(late.mining.acc == 2 * 5 * hour);
  CHECK(late.mining.settled_at == at(90 * day));
  CHECK(late.next_expiry == game::account::no_expiry);
  CHECK(must(world.write(claim_at(90 * day))).claimed_micro == 250'000);
}

TEST_CASE("a soft cap halves what lies beyond it") {
  game::mining_rules rules;
  rules.soft_cap = 80;
  store_world world{each_backend(), rules};
  populate(world, 1, 0);
  give_tiles(world, 160, 0, 7 * day);
  CHECK(must(world.write(claim_at(hour))).claimed_micro == 6'000'000);
}

TEST_CASE("a thief gets nothing retroactively and the loser keeps his share") {
  store_world world{each_backend()};
  populate(world, 2, 0);
  give_tiles(world, 1, 0, 3 * day);
  auto theft = new_claim(0, 2, 2, 0, 5 * day);
  accept_run(world, 2, 2, {theft});
  must(world.write(merge_claim{theft, 0, at(10 * hour)}));
  CHECK(must(world.write(settle_mining{user_of(1), at(20 * hour)})).mining.acc == 2 * 10 * hour);
  CHECK(must(world.write(settle_mining{user_of(2), at(20 * hour)})).mining.acc == 2 * 10 * hour);
}
