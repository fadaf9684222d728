#include "bench/load/histogram.hpp"
#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using fief::base::rng;
using fief::load::histogram;

namespace {

/// Spread over all magnitudes, as latencies are.
std::uint64_t any_value(rng& random) {
  auto magnitude = random.unit() * std::log(static_cast<double>(histogram::value_max));
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::exp(magnitude)));
}

/// The value at the same rank of all samples in order.
std::uint64_t exact(const std::vector<std::uint64_t>& sorted, double part) {
  auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

bool is_near(std::uint64_t told, std::uint64_t truth) {
  return told >= truth && static_cast<double>(told - truth) <= static_cast<double>(truth) / 1'000;
}

} // namespace

TEST_CASE("quantiles are those of the sorted samples to three digits") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    rng random{seed};
    histogram x;
    std::vector<std::uint64_t> samples(1 + random.below(5'000));
    for (auto& each : samples) {
      each = any_value(random);
      x.add(each);
    }
    std::ranges::sort(samples);
    INFO("seed " << seed << ", " << samples.size() << " samples");
    REQUIRE(x.count() == samples.size());
    CHECK(x.max() == samples.back());
    CHECK(x.min() == samples.front());
    for (auto part : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      INFO("part " << part << ": " << x.quantile(part) << " of " << exact(samples, part));
      CHECK(is_near(x.quantile(part), exact(samples, part)));
    }
  }
}

TEST_CASE("histograms of parts merge to the histogram of the whole") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    rng random{seed};
    histogram whole;
    histogram merged;
    std::vector<histogram> parts(1 + random.below(6));
    for (auto left = random.below(3'000); left > 0; --left) {
      auto value = any_value(random);
      auto times = 1 + random.below(3);
      whole.add(value, times);
      parts[random.below(parts.size())].add(value, times);
    }
    for (const auto& each : parts)
      merged.merge(each);
    INFO("seed " << seed);
    CHECK(merged.buckets() == whole.buckets());
    CHECK(merged.count() == whole.count());
    CHECK(merged.sum() == whole.sum());
    CHECK(merged.min() == whole.min());
    CHECK(merged.max() == whole.max());
  }
}

TEST_CASE("every value lies in one bucket that is at most a thousandth wide") {
  rng random{7};
  for (int i = 0; i < 100'000; ++i) {
    auto value = any_value(random);
    auto index = histogram::index_of(value);
    auto highest = histogram::highest_of(index);
    INFO("value " << value << ", bucket " << index << " up to " << highest);
    REQUIRE(is_near(highest, value));
    REQUIRE(histogram::index_of(highest) == index);
    if (highest < histogram::value_max)
      REQUIRE(histogram::index_of(highest + 1) == index + 1);
  }
}

TEST_CASE("what is out of range counts at the ends") {
  histogram x;
  x.add(0);
  CHECK(x.max() == 1);
  x.add(histogram::value_max * 3);
  CHECK(x.max() == histogram::value_max);
  CHECK(x.quantile(1) == histogram::value_max);
  CHECK(x.count() == 2);
}

TEST_CASE("an empty histogram has only zeros and changes nothing") {
  histogram x;
  CHECK(x.quantile(0.99) == 0);
  CHECK(x.max() == 0);
  CHECK(x.min() == 0);
  CHECK(x.mean() == 0);
  histogram y;
  y.add(5);
  y.merge(x);
  CHECK(y.min() == 5);
  CHECK(y.count() == 1);
  y.clear();
  CHECK(y.count() == 0);
}
