#include "game/seq_set.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace fief;
using namespace fief::game;

namespace {

std::vector<seq_range> holes_of(const std::set<std::uint32_t>& model, std::uint32_t total) {
  std::vector<seq_range> holes;
  for (std::uint32_t seq = 1; seq <= total; ++seq) {
    if (model.contains(seq))
      continue;
    if (!holes.empty() && holes.back().last + 1 == seq)
      holes.back().last = seq;
    else
      holes.push_back({seq, seq});
  }
  return holes;
}

} // namespace

TEST_CASE("a set of seq agrees with a plain set, whatever the order and the repeats") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    seq_set set;
    std::set<std::uint32_t> model;
    for (int k = 0; k < 60; ++k) {
      auto first = static_cast<std::uint32_t>(1 + random.below(80));
      if (random.chance(1, 4)) {
        auto last = first + static_cast<std::uint32_t>(random.below(10));
        set.insert(seq_range{first, last});
        for (auto seq = first; seq <= last; ++seq)
          model.insert(seq);
      } else {
        CHECK(set.insert(first) == model.insert(first).second);
      }
      REQUIRE(set.count() == model.size());
      REQUIRE(set.max() == *model.rbegin());
      auto holes = holes_of(model, set.max());
      REQUIRE(set.ack() == (holes.empty() ? set.max() : holes.front().first - 1));
      REQUIRE(set.wants(1000) == holes);
      auto some = holes;
      some.resize(std::min<std::size_t>(some.size(), 8));
      REQUIRE(set.wants() == some);
      REQUIRE(set.wants(1000, 100) == holes_of(model, 100));
      REQUIRE(set.is_complete(set.max()) == holes.empty());
    }
    for (std::uint32_t seq = 1; seq < 100; ++seq)
      CHECK(set.contains(seq) == model.contains(seq));
  }
}

TEST_CASE("an empty set acknowledges nothing and wants everything up to a known total") {
  seq_set set;
  CHECK(set.ack() == 0);
  CHECK(set.max() == 0);
  CHECK(set.wants().empty());
  CHECK(set.wants(8, 10) == std::vector{seq_range{1, 10}});
  CHECK(set.is_complete(0));
  set.insert(std::numeric_limits<std::uint32_t>::max());
  CHECK(set.count() == 1);
  CHECK(set.wants(8, std::numeric_limits<std::uint32_t>::max())
        == std::vector{seq_range{1, std::numeric_limits<std::uint32_t>::max() - 1}});
}
