#include "actors/strava_budget.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <map>

using namespace fief;
using namespace fief::actors;

namespace {

constexpr std::int64_t quarter_ms = 15 * 60'000;
constexpr std::int64_t day_ms = 96 * quarter_ms;

instant at(std::int64_t ms) {
  return base::from_ms(1'778'407'200'000 + ms); // 10:00 UTC
}

/// Strava's side: counts what it takes, by its own clock, and says so.
class counter {
public:
  counter(std::int32_t quarter_max, std::int32_t day_max)
    : quarter_max_(quarter_max), day_max_(day_max) {}

  /// What its answer says. `others`: how many came from elsewhere before it.
  strava_rates take(instant server_time, std::int32_t others = 0) {
    const auto ms = base::to_ms(server_time);
    auto& quarter = quarters_[ms / quarter_ms];
    auto& day = days_[ms / day_ms];
    quarter += 1 + others;
    day += 1 + others;
    most_quarter = std::max(most_quarter, quarter);
    most_day = std::max(most_day, day);
    strava_rates out;
    out.quarter = out.read_quarter = {quarter_max_, quarter};
    out.day = out.read_day = {day_max_, day};
    out.server_time = base::from_ms(ms / 1'000 * 1'000);
    return out;
  }

  std::int32_t most_quarter = 0;
  std::int32_t most_day = 0;

private:
  std::int32_t quarter_max_;
  std::int32_t day_max_;
  std::map<std::int64_t, std::int32_t> quarters_;
  std::map<std::int64_t, std::int32_t> days_;
};

struct asked {
  instant began{};
  instant taken_at{}; ///< By our clock.
  instant heard_at{};
};

} // namespace

TEST_CASE("neither window is ever overdrawn, nor the reserve by a catch-up", "[actors]") {
  const auto seed = GENERATE(range(1, 60));
  CAPTURE(seed);
  base::rng random{static_cast<std::uint64_t>(seed)};
  const auto quarter_max = static_cast<std::int32_t>(5 + random.below(60));
  const auto day_max = static_cast<std::int32_t>(quarter_max + random.below(400));
  counter strava{quarter_max, day_max};
  strava_budget_config config;
  config.reserve_percent = static_cast<std::int32_t>(random.below(60));
  strava_budget budget{config};
  const bool events = random.chance(1, 2);
  const auto lane = events ? strava_lane::event : strava_lane::catch_up;
  // Their clock against ours: right, seconds off, or days.
  const std::int64_t skews[] = {0, -700, 900, 7'000, -40'000, 86'400'000, -3 * day_ms};
  const milliseconds skew{skews[random.below(std::size(skews))]};
  const auto pace = 1 + random.below(30'000);
  std::deque<asked> under_way;
  auto now = at(static_cast<std::int64_t>(random.below(day_ms)));
  const auto end = now + std::chrono::hours{30};
  int took = 0;
  while (now < end) {
    while (!under_way.empty() && under_way.front().heard_at <= now) {
      const auto x = under_way.front();
      under_way.pop_front();
      budget.end(x.began, std::max(now, x.heard_at), strava.take(x.taken_at + skew), false);
    }
    if (under_way.size() < 4 && !budget.wait(now, lane)) {
      asked x;
      x.began = budget.begin(now);
      x.taken_at = now + milliseconds{random.below(600)};
      // In order, so that one queue will do.
      x.heard_at = x.taken_at + milliseconds{random.below(900)};
      if (!under_way.empty())
        x.heard_at = std::max(x.heard_at, under_way.back().heard_at);
      under_way.push_back(x);
      ++took;
    }
    now += milliseconds{1 + random.below(pace)};
  }
  const auto share = [&](std::int32_t limit) {
    return events ? limit : limit - (limit * config.reserve_percent + 99) / 100;
  };
  CHECK(strava.most_quarter <= share(quarter_max));
  CHECK(strava.most_day <= share(day_max));
  CHECK(took > 0);
}

TEST_CASE("a busy budget is used up, not sat upon", "[actors]") {
  counter strava{10, 1'000};
  strava_budget budget;
  auto now = at(60'000);
  int took = 0;
  for (; now < at(quarter_ms - 60'000); now += milliseconds{1'000}) {
    if (budget.wait(now, strava_lane::event))
      continue;
    const auto began = budget.begin(now);
    budget.end(began, now, strava.take(now), false);
    ++took;
  }
  CHECK(took == 10);
  CHECK(budget.wait(now, strava_lane::event) > at(quarter_ms));
  CHECK_FALSE(budget.wait(at(quarter_ms + 10'000), strava_lane::event));
}

TEST_CASE("until Strava has told its count, one request is under way", "[actors]") {
  strava_budget budget;
  const auto now = at(60'000);
  const auto began = budget.begin(now);
  CHECK(budget.wait(now, strava_lane::event));
  strava_rates rates;
  rates.quarter = rates.read_quarter = {100, 99};
  rates.day = rates.read_day = {1'000, 99};
  rates.server_time = now;
  budget.end(began, now, rates, false);
  CHECK_FALSE(budget.wait(now, strava_lane::event)); // The hundredth.
  CHECK(budget.wait(now, strava_lane::event, 2));
  CHECK(budget.wait(now, strava_lane::catch_up)); // The reserve is not for it.
}

TEST_CASE("a refusal ends the quarter, also one that says nothing", "[actors]") {
  strava_budget budget;
  const auto now = at(60'000);
  budget.end(budget.begin(now), now, {}, true);
  const auto until = budget.wait(now, strava_lane::event);
  REQUIRE(until);
  CHECK(*until >= at(quarter_ms));
  CHECK(*until < at(quarter_ms + 60'000));
  CHECK_FALSE(budget.wait(*until, strava_lane::event));
}

TEST_CASE("a day that is used up ends at midnight UTC", "[actors]") {
  strava_budget budget;
  const auto now = at(60'000);
  strava_rates rates;
  rates.quarter = rates.read_quarter = {100, 1};
  rates.day = rates.read_day = {1'000, 1'000};
  rates.server_time = now;
  budget.end(budget.begin(now), now, rates, true);
  const auto until = budget.wait(now, strava_lane::event);
  REQUIRE(until);
  CHECK(base::to_ms(*until) / day_ms == base::to_ms(now) / day_ms + 1);
  CHECK(base::to_ms(*until) % day_ms < 60'000);
}

TEST_CASE("nothing is asked while one window turns into the next", "[actors]") {
  strava_budget budget;
  CHECK(budget.wait(at(quarter_ms - 1'000), strava_lane::event) > at(quarter_ms));
  CHECK(budget.wait(at(quarter_ms), strava_lane::event) > at(quarter_ms));
  CHECK_FALSE(budget.wait(at(quarter_ms + 60'000), strava_lane::event));
}
