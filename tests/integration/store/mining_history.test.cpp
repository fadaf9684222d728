#include "tests/integration/store/backends.hpp"

#include <algorithm>

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;

namespace {

constexpr std::uint64_t users = 3;
constexpr std::uint64_t tiles = 5;

/// The rules by hand: game/mining.hpp over a map of who holds what, one change after another.
class model {
public:
  explicit model(const game::mining_rules& rules) : rules_(rules) {}

  void settle(std::uint64_t user, game::instant now) {
    std::vector<game::instant> ends;
    std::erase_if(held_, [&](const game::claim& claim) {
      bool is_over = claim.user == user_of(user) && claim.holds_until <= now;
      if (is_over)
        ends.push_back(claim.holds_until);
      return is_over;
    });
    std::sort(ends.begin(), ends.end());
    game::expire_tiles(states[user], ends, now, rules_);
    game::settle(states[user], now, rules_);
  }

  void merge(std::uint64_t user, const game::claim& claim, game::instant now) {
    auto& top = tops_[claim.tile];
    if (!top.user.is_nil() && !game::beats(claim, top))
      return;
    for (std::uint64_t each = 1; each <= users; ++each)
      if (each == user || top.user == user_of(each))
        settle(each, now);
    auto old = std::find(held_.begin(), held_.end(), top);
    if (old != held_.end()) {
      for (std::uint64_t each = 1; each <= users; ++each)
        if (top.user == user_of(each))
          game::change_tiles(states[each], -1, now, rules_);
      held_.erase(old);
    }
    top = claim;
    if (claim.holds_until > now) {
      game::change_tiles(states[user], +1, now, rules_);
      held_.push_back(claim);
    }
  }

  std::int64_t claim(std::uint64_t user, game::instant now) {
    settle(user, now);
    return *game::claim_tokens(states[user], now, rules_);
  }

  std::map<std::uint64_t, game::mining_state> states;

private:
  game::mining_rules rules_;
  std::map<game::tile_id, game::claim> tops_;
  std::vector<game::claim> held_;
};

void check_equal(store_world& world, model& expected, std::int64_t now_ms) {
  for (std::uint64_t user = 1; user <= users; ++user) {
    expected.settle(user, at(now_ms));
    auto actual = must(world.write(settle_mining{user_of(user), at(now_ms)})).mining;
    CHECK(actual.tiles == expected.states[user].tiles);
    CHECK(actual.acc == expected.states[user].acc);
    CHECK(actual.claimed_at == expected.states[user].claimed_at);
    CHECK(actual.settled_at == expected.states[user].settled_at);
  }
}

} // namespace

TEST_CASE("a random history of captures, losses, expiries and claims mines what the rules say") {
  auto which = each_backend();
  auto seed = GENERATE(range(1, 9));
  CAPTURE(static_cast<int>(which), seed);
  fief::base::rng random{static_cast<std::uint64_t>(seed)};
  game::mining_rules rules;
  if (random.chance(1, 2))
    rules.soft_cap = 2;
  store_world world{which, rules};
  populate(world, users, 0);
  model expected{rules};
  std::int64_t now = 0;
  for (std::uint64_t run = 1; run <= 40; ++run) {
    now += static_cast<std::int64_t>(random.below(random.chance(1, 4) ? 2 * day : 3 * hour));
    auto user = 1 + random.below(users);
    auto holds = now + static_cast<std::int64_t>(random.below(3 * day)) - 6 * hour;
    auto claim = new_claim(random.below(tiles), user, run, now, holds);
    accept_run(world, run, user, {claim}, now);
    must(world.write(merge_claim{claim, 0, at(now)}));
    expected.merge(user, claim, at(now));
    if (random.chance(1, 4)) // Looking changes nothing.
      must(world.write(settle_mining{user_of(1 + random.below(users)),
                                     at(now - static_cast<std::int64_t>(random.below(2)))}));
    if (random.chance(1, 5)) {
      now += 61 * second;
      auto paid = must(world.write(claim_tokens{user_of(user), uuid_of(5, run), at(now)}));
      CHECK(paid.claimed_micro == expected.claim(user, at(now)));
    }
  }
  check_equal(world, expected, now + 1);
  check_equal(world, expected, now + 10 * day);
}
