#include "net/lane.hpp"
#include "base/rng.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <memory>

using namespace fief;

TEST_CASE("a lane gives back what was put in, in order, as a deque does", "[net]") {
  const auto seed = GENERATE(range(1U, 20U));
  CAPTURE(seed);
  base::rng random{seed};
  net::lane<int> aut;
  std::deque<int> expected;
  for (int i = 0; i < 2'000; ++i) {
    // Now it grows, now it drains.
    const auto pushes = i / 100 % 2 == 0 ? 6U : 4U;
    if (random.below(10) < pushes) {
      aut.push_back(i);
      expected.push_back(i);
    } else if (!expected.empty() && random.below(8) == 0) {
      const auto at = static_cast<std::ptrdiff_t>(random.below(expected.size()));
      aut.erase(aut.begin() + at);
      expected.erase(expected.begin() + at);
    } else if (!expected.empty()) {
      REQUIRE(aut.pop_front() == expected.front());
      expected.pop_front();
    }
    REQUIRE(aut.size() == expected.size());
    REQUIRE(aut.empty() == expected.empty());
    REQUIRE(std::equal(aut.begin(), aut.end(), expected.begin(), expected.end()));
  }
}

TEST_CASE("a lane holds on to nothing that has left it", "[net]") {
  net::lane<std::shared_ptr<int>> aut;
  const auto x = std::make_shared<int>(1);
  for (int i = 0; i < 3; ++i)
    aut.push_back(x);
  CHECK(aut.pop_front() == x);
  CHECK(x.use_count() == 3);
  aut.clear();
  CHECK(x.use_count() == 1);
  aut.push_back(x);
  aut.erase(aut.begin());
  CHECK(aut.empty());
  CHECK(x.use_count() == 1);
}
