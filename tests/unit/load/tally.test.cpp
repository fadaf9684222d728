#include "bench/load/tally.hpp"
#include "base/rng.hpp"

#include <catch2/catch.hpp>

using namespace fief::load;

namespace {

snapshot some_snapshot(std::uint64_t seed) {
  fief::base::rng random{seed};
  snapshot x;
  x.second = static_cast<std::uint32_t>(random.below(1'000'000));
  x.is_last = random.chance(1, 2);
  for (auto& now : x.now)
    now = random.next();
  for (auto& each : x.since_last.latency)
    for (auto left = random.below(20); left > 0; --left)
      each.add(1 + random.below(random.chance(1, 2) ? 3'000 : 3'000'000'000));
  for (auto& times : x.since_last.count)
    times = random.next() >> random.below(64);
  for (auto left = random.below(5); left > 0; --left) {
    x.since_last.error("where", std::string(random.below(300), 'x'));
    x.since_last.violation("what " + std::to_string(random.next()));
    ++x.since_last.verdicts["accepted"];
  }
  return x;
}

} // namespace

TEST_CASE("a snapshot arrives in another process as it was sent") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    auto sent = some_snapshot(seed);
    auto got = from_wire(to_wire(sent));
    CHECK(got.second == sent.second);
    CHECK(got.is_last == sent.is_last);
    CHECK(got.now == sent.now);
    CHECK(got.since_last.count == sent.since_last.count);
    CHECK(got.since_last.errors == sent.since_last.errors);
    CHECK(got.since_last.verdicts == sent.since_last.verdicts);
    CHECK(got.since_last.violations == sent.since_last.violations);
    CHECK(got.since_last.violations_count == sent.since_last.violations_count);
    for (std::size_t i = 0; i < op_count; ++i) {
      CHECK(got.since_last.latency[i].buckets() == sent.since_last.latency[i].buckets());
      CHECK(got.since_last.latency[i].min() == sent.since_last.latency[i].min());
      CHECK(got.since_last.latency[i].max() == sent.since_last.latency[i].max());
      CHECK(got.since_last.latency[i].sum() == sent.since_last.latency[i].sum());
    }
  }
}

TEST_CASE("tallies of processes add up, and violations beyond the kept ones are counted") {
  tally all;
  for (int process = 0; process < 3; ++process) {
    tally one;
    one.of(op::ack).add(100);
    one.of(counter::fixes_acked) = 7;
    one.error("fixes", "late");
    for (std::size_t i = 0; i < tally::violations_kept_max; ++i)
      one.violation("of " + std::to_string(process));
    all.merge(one);
  }
  CHECK(all.of(op::ack).count() == 3);
  CHECK(all.of(counter::fixes_acked) == 21);
  CHECK(all.errors.at("fixes: late") == 3);
  CHECK(all.violations.size() == tally::violations_kept_max);
  CHECK(all.violations_count == 3 * tally::violations_kept_max);
}

TEST_CASE("every operation and counter has a name of its own") {
  std::map<std::string_view, int> names;
  for (std::size_t i = 0; i < op_count; ++i)
    ++names[name_of(static_cast<op>(i))];
  for (std::size_t i = 0; i < counter_count; ++i)
    ++names[name_of(static_cast<counter>(i))];
  CHECK(names.size() == op_count + counter_count);
  CHECK(names.count("") == 0);
  CHECK(name_of(op::operate) == "an operator's work");
  CHECK(name_of(op::register_user) == "POST /v1/auth/register");
}
