#include "game/ranking.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

using namespace fief;
using base::from_ms;
using game::entry;
using game::metric;

namespace {

game::user_id user(std::uint64_t n) {
  return {{0, n}};
}

entry make(std::uint64_t who, std::int64_t value, std::int64_t reached = 0,
           std::int64_t consumed = 0, std::uint64_t run = 0) {
  return {user(who), value, from_ms(reached), from_ms(consumed), {{1, run}}};
}

/// Few distinct values, so that every tie-break is reached.
std::vector<entry> random_entries(base::rng& random, std::size_t count) {
  std::vector<entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    auto small = [&] { return static_cast<std::int64_t>(random.below(3)); };
    entries.push_back(make(random.below(1 + count / 3), small(), small(), small(), i));
  }
  return entries;
}

void shuffle(std::vector<entry>& entries, base::rng& random) {
  for (auto i = entries.size(); i > 1; --i)
    std::swap(entries[i - 1], entries[random.below(i)]);
}

std::vector<std::uint64_t> users_of(const std::vector<entry>& ranked) {
  std::vector<std::uint64_t> users;
  for (const auto& x : ranked)
    users.push_back(x.user.value.lo);
  return users;
}

} // namespace

TEST_CASE("a ranking does not depend on the order of its input or on repeats in it",
          "[game][ranking]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::rng random{seed};
    CAPTURE(seed);
    auto by = static_cast<metric>(1 + random.below(3));
    auto entries = random_entries(random, random.below(60));
    auto first = game::rank(by, entries);
    for (std::size_t i = 0, repeats = entries.size() / 4; i < repeats; ++i)
      entries.push_back(entries[random.below(entries.size())]);
    shuffle(entries, random);
    REQUIRE(game::rank(by, entries) == first);
    REQUIRE(game::rank(by, first) == first);
  }
}

TEST_CASE("every user is ranked once, with the best of his runs, in strict order",
          "[game][ranking]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::rng random{seed};
    CAPTURE(seed);
    auto by = static_cast<metric>(1 + random.below(3));
    auto entries = random_entries(random, random.below(60));
    auto ranked = game::rank(by, entries);
    std::map<game::user_id, entry> best;
    for (const auto& x : entries) {
      auto [place, is_new] = best.try_emplace(x.user, x);
      if (!is_new && ranks_above(by, x, place->second))
        place->second = x;
    }
    REQUIRE(ranked.size() == best.size());
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      REQUIRE(best.at(ranked[i].user) == ranked[i]);
      if (i > 0) {
        REQUIRE(ranks_above(by, ranked[i - 1], ranked[i]));
        REQUIRE_FALSE(ranks_above(by, ranked[i], ranked[i - 1]));
      }
    }
  }
}

TEST_CASE("a race is won by less, tiles and metres by more", "[game][ranking]") {
  std::vector<entry> entries{make(1, 300), make(2, 100), make(3, 200)};
  CHECK(users_of(game::rank(metric::race, entries)) == std::vector<std::uint64_t>{2, 3, 1});
  CHECK(users_of(game::rank(metric::territory, entries)) == std::vector<std::uint64_t>{1, 3, 2});
  CHECK(users_of(game::rank(metric::distance, entries)) == std::vector<std::uint64_t>{1, 3, 2});
}

TEST_CASE("ties go to the earlier instant reached, then the earlier ticket, then the smaller id",
          "[game][ranking]") {
  std::vector<entry> entries{make(1, 5, 20, 1), make(2, 5, 10, 9), make(4, 5, 10, 8),
                             make(3, 5, 10, 8)};
  for (auto by : {metric::race, metric::territory, metric::distance})
    CHECK(users_of(game::rank(by, entries)) == std::vector<std::uint64_t>{3, 4, 2, 1});
}

TEST_CASE("the best run of a user counts, also when another one was reached earlier",
          "[game][ranking]") {
  std::vector<entry> entries{make(1, 300, 1, 1, 7), make(1, 100, 9, 9, 8), make(2, 200)};
  auto ranked = game::rank(metric::race, entries);
  REQUIRE(ranked.size() == 2);
  CHECK(ranked[0] == entries[1]);
  CHECK(ranked[1] == entries[2]);
  CHECK(game::rank(metric::race, {}).empty());
}

TEST_CASE("a hundred thousand entries are ranked", "[game][ranking]") {
  base::rng random{1};
  auto ranked = game::rank(metric::distance, random_entries(random, 100'000));
  CHECK(ranked.size() > 30'000);
  CHECK(ranked.size() <= 33'334);
}
