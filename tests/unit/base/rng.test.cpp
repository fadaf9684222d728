#include "base/rng.hpp"

#include <array>
#include <catch2/catch.hpp>

using fief::base::rng;

TEST_CASE("the generator gives the published sequence of SplitMix64", "[base]") {
  rng random{1234567};
  // Source: rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64.
  for (auto expected : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                        4593380528125082431ULL, 16408922859458223821ULL})
    CHECK(random.next() == expected);
}

TEST_CASE("equal seeds give equal histories and other seeds do not", "[base]") {
  rng a{42};
  rng b{42};
  rng c{43};
  auto differs = false;
  for (int i = 0; i < 1000; ++i) {
    auto x = a.next();
    REQUIRE(x == b.next());
    differs = differs || x != c.next();
  }
  CHECK(differs);
}

TEST_CASE("below stays under its bound and reaches every value evenly", "[base]") {
  rng random{7};
  for (std::uint64_t bound : {1ULL, 2ULL, 3ULL, 10ULL, 1ULL << 40, ~0ULL})
    for (int i = 0; i < 1000; ++i)
      REQUIRE(random.below(bound) < bound);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i)
    ++counts[random.below(counts.size())];
  for (auto count : counts)
    CHECK(std::abs(count - 10'000) < 500);
}

TEST_CASE("unit draws from zero to below one", "[base]") {
  rng random{8};
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    auto x = random.unit();
    REQUIRE(x >= 0);
    REQUIRE(x < 1);
    sum += x;
  }
  CHECK(sum / 100'000 == Approx(0.5).margin(0.01));
}

TEST_CASE("chance is certain, impossible, or about as frequent as told", "[base]") {
  rng random{9};
  int hits = 0;
  for (int i = 0; i < 40'000; ++i) {
    REQUIRE(random.chance(1, 1));
    REQUIRE_FALSE(random.chance(0, 5));
    hits += random.chance(1, 4) ? 1 : 0;
  }
  CHECK(std::abs(hits - 10'000) < 500);
}
