#include "src/status_sample.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace fief;
using namespace std::chrono_literals;
using net::histogram;

/// Bounds in ms, from the first bucket: 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, ...
histogram::reading reading_of(std::initializer_list<std::uint64_t> buckets) {
  histogram::reading out;
  std::copy(buckets.begin(), buckets.end(), out.buckets.begin());
  for (auto n : buckets)
    out.count += n;
  return out;
}

server_reading reading_at(std::chrono::seconds since_start) {
  server_reading out;
  out.moment = std::chrono::steady_clock::time_point{since_start};
  return out;
}

} // namespace

TEST_CASE("a quantile lies within its bucket as far as its rank", "[src]") {
  CHECK_FALSE(quantile_ms({}, 0.5));
  const auto one_bucket = reading_of({0, 0, 0, 100}); // From 0.2 to 0.4 ms.
  CHECK(quantile_ms(one_bucket, 0) == Approx(0.2));
  CHECK(quantile_ms(one_bucket, 0.5) == Approx(0.3));
  CHECK(quantile_ms(one_bucket, 0.99) == Approx(0.398));
  CHECK(quantile_ms(one_bucket, 1) == Approx(0.4));
  const auto first = reading_of({10});
  CHECK(quantile_ms(first, 0.5) == Approx(0.025));
  const auto two = reading_of({0, 90, 0, 0, 10}); // 0.05 to 0.1, and 0.4 to 0.8.
  CHECK(quantile_ms(two, 0.45) == Approx(0.075));
  CHECK(quantile_ms(two, 0.9) == Approx(0.1));
  CHECK(quantile_ms(two, 0.95) == Approx(0.6));
}

TEST_CASE("a quantile beyond the last bound is that bound", "[src]") {
  histogram::reading slow;
  slow.buckets.back() = 3;
  slow.count = 3;
  CHECK(quantile_ms(slow, 0.5)
        == Approx(static_cast<double>(histogram::bound_us(histogram::bucket_count - 2)) / 1'000));
}

TEST_CASE("quantiles are those of a real histogram since the reading before", "[src]") {
  histogram h;
  for (int i = 0; i < 1'000; ++i)
    h.observe_us(50'000'000); // What was slow before is not asked about.
  const auto before = h.read();
  for (int i = 0; i < 98; ++i)
    h.observe_us(300); // 0.2 to 0.4 ms
  h.observe_us(6'000); // 3.2 to 6.4 ms
  h.observe_us(6'000);
  const auto since = counted_since(before, h.read());
  CHECK(since.count == 100);
  CHECK(since.sum_us == 98 * 300 + 2 * 6'000);
  CHECK(quantile_ms(since, 0.5) == Approx(0.2 + 0.2 * 50 / 98));
  CHECK(quantile_ms(since, 0.99) == Approx(4.8));
  CHECK_FALSE(quantile_ms(counted_since(before, before), 0.5));
}

TEST_CASE("the first sample has levels and no rates", "[src]") {
  auto now = reading_at(5s);
  now.at = base::from_ms(1'700'000'000'000);
  now.sockets = 7;
  now.requests = 1'000;
  now.fixes_acked = 50;
  now.acks = reading_of({10});
  now.store.commits = 20;
  now.store.operations = 200;
  now.store.commit_us_last = 1'500;
  now.live = {1, 2, 3, 4, 0, 0, 0, 0};
  now.queues[0] = {"writes", 11, 20'000, 5};
  now.queues[1] = {"reads", 0, 4'096, 6};
  now.process = {2'000ms, 123'456};
  const auto x = sample_of(nullptr, now);
  CHECK(x.at == now.at);
  CHECK(x.sockets == 7);
  CHECK(x.commit_ms == 1.5);
  CHECK((x.users == 1 && x.events == 2 && x.areas == 3 && x.loading == 4));
  REQUIRE(x.queue_names.size() == now.queues.size());
  REQUIRE(x.waiting.size() == now.queues.size());
  CHECK((x.queue_names[0] == "writes" && x.waiting[0] == 11));
  CHECK(x.resident_bytes == 123'456);
  CHECK((x.requests_per_s == 0 && x.fixes_per_s == 0 && x.commits_per_s == 0 && x.cpu_cores == 0));
  CHECK_FALSE(x.ack_p50_ms);
  CHECK_FALSE(x.ack_p99_ms);
  CHECK_FALSE(x.batch_mean);
  CHECK(x.refused == 0);
}

TEST_CASE("a sample tells what happened since the one before, a second", "[src]") {
  auto before = reading_at(100s);
  before.requests = 1'000;
  before.fixes_acked = 500;
  before.acks = reading_of({0, 0, 0, 4});
  before.store.commits = 10;
  before.store.operations = 90;
  before.queues[0].refused = 5;
  before.queues[6].refused = 1;
  before.process.cpu = 30'000ms;
  auto now = before;
  now.moment += 10s;
  SECTION("something did") {
    now.requests += 250;
    now.fixes_acked += 6'000;
    now.acks = reading_of({0, 0, 0, 4 + 100});
    now.store.commits += 40;
    now.store.operations += 100;
    now.queues[0].refused += 2;
    now.queues[6].refused += 3;
    now.process.cpu += 15'000ms;
    const auto x = sample_of(&before, now);
    CHECK(x.requests_per_s == Approx(25));
    CHECK(x.fixes_per_s == Approx(600));
    CHECK(x.commits_per_s == Approx(4));
    REQUIRE(x.batch_mean);
    CHECK(*x.batch_mean == Approx(2.5));
    CHECK(x.refused == 5);
    CHECK(x.cpu_cores == Approx(1.5));
    REQUIRE(x.ack_p50_ms);
    CHECK(*x.ack_p50_ms == Approx(0.3));
    REQUIRE(x.ack_p99_ms);
    CHECK(*x.ack_p99_ms == Approx(0.398));
  }
  SECTION("nothing did") {
    const auto x = sample_of(&before, now);
    CHECK((x.requests_per_s == 0 && x.fixes_per_s == 0 && x.commits_per_s == 0));
    CHECK((x.refused == 0 && x.cpu_cores == 0));
    CHECK_FALSE(x.batch_mean);
    CHECK_FALSE(x.ack_p50_ms);
    CHECK_FALSE(x.ack_p99_ms);
  }
  SECTION("at the same moment nothing has a rate") {
    now.moment = before.moment;
    now.requests += 250;
    CHECK(sample_of(&before, now).requests_per_s == 0);
  }
}

TEST_CASE("the queues are read with their names, levels and bounds", "[src]") {
  server_gauges gauges;
  gauges.reads->waiting = 3;
  gauges.reads->refused = 4;
  gauges.reads_max = 4'096;
  gauges.tracks->waiting = 5;
  gauges.actors->claims.waiting = 9;
  actors::store_health store;
  store.queued = 1;
  store.queued_max = 2;
  store.refused = 3;
  const auto all = read_queues(store, gauges);
  CHECK((all[0].name == "writes" && all[0].waiting == 1 && all[0].max == 2 && all[0].refused == 3));
  CHECK((all[1].name == "reads" && all[1].waiting == 3 && all[1].max == 4'096));
  CHECK(all[1].refused == 4);
  CHECK((all[4].name == "tracks" && all[4].waiting == 5));
  CHECK((all[7].name == "claims" && all[7].waiting == 9));
}

TEST_CASE("the process tells what it has used", "[src]") {
  const auto before = read_process_usage();
  CHECK(before.resident_bytes > 1'000'000);
  CHECK(before.cpu >= 0ms);
  auto spent = before;
  for (volatile std::uint64_t work = 0; spent.cpu < before.cpu + 10ms;) {
    for (int i = 0; i < 100'000; ++i)
      work = work + 1;
    spent = read_process_usage();
  }
  CHECK(spent.cpu >= before.cpu + 10ms);
}
