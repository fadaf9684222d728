#include "game/same_run.hpp"

#include "tests/support/game/synthetic_run.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace fief::game;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""h;
using test::runner;

namespace {

constexpr user_id anna{{0, 1}};
constexpr user_id ben{{0, 2}};

std::vector<fix> random_loop(base::rng& random, const runner& who) {
  return run_along(test::circle(300), who, random);
}

recording of(user_id user, const std::vector<fix>& fixes) {
  return {user, 0ms, fixes};
}

} // namespace

TEST_CASE("the hash knows fixes by time and place, in any order, repeat, numbering and accuracy") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = random_loop(random, runner{});
    auto hash = hash_of(fixes, 0ms);
    auto same = test::shuffled_with_repeats(fixes, random);
    for (auto& f : same) {
      f.seq += 5;
      f.acc_dm = fix::acc_unknown;
    }
    CHECK(hash_of(same, 0ms) == hash);
    CHECK(compare(of(anna, fixes), of(ben, same)) == sameness::identical);
    auto shifted = fixes;
    for (auto& f : shifted)
      f.t -= 1234ms;
    CHECK(hash_of(shifted, 1234ms) == hash);
    auto& touched = fixes[random.below(fixes.size())];
    random.chance(1, 2) ? ++touched.lat_e7 : --touched.lon_e7;
    CHECK(hash_of(fixes, 0ms) != hash);
    fixes.pop_back();
    CHECK(hash_of(fixes, 0ms) != hash);
  }
  // Stored keys must keep their meaning: this value never changes.
  fix f;
  f.t = instant{1'700'000'000'000ms};
  f.lat_e7 = 458'100'000;
  f.lon_e7 = -159'800'000;
  CHECK(hash_of(std::span{&f, 1}, 0ms) == fixes_hash{0x62027dddc95e9834ULL, 0xb3301a70a3b06f8dULL});
}

TEST_CASE("two sources of one run are the same run, though they start apart and sample otherwise") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto watch = random_loop(random, runner{});
    auto phone = watch;
    for (auto& f : phone) {
      f.lat_e7 += static_cast<std::int32_t>(random.below(1600)) - 800;
      f.t += milliseconds{random.below(400)};
    }
    phone.erase(phone.begin(), phone.begin() + 55);
    std::erase_if(phone, [&](const fix&) { return random.chance(1, 2); });
    CHECK(compare(of(anna, watch), of(anna, phone)) == sameness::same_run);
    CHECK(compare(of(anna, phone), of(anna, watch)) == sameness::same_run);
    CHECK(compare(of(anna, watch), of(ben, phone)) == sameness::different); // They ran as a group.
  }
}

TEST_CASE("one user cannot be at two places at once, two users can") {
  base::rng random{1};
  runner here;
  runner there;
  there.lat += 0.01;
  auto a = random_loop(random, here);
  auto b = random_loop(random, there);
  CHECK(compare(of(anna, a), of(anna, b)) == sameness::impossible);
  CHECK(compare(of(anna, a), of(ben, b)) == sameness::different);
  auto brief = std::vector<fix>(b.begin(), b.begin() + 50);
  CHECK(compare(of(anna, a), of(anna, brief)) == sameness::different);
}

TEST_CASE("the points of a run at another time are a replay, the same route run again is not") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto first = random_loop(random, runner{});
    auto next_day = runner{};
    next_day.start += 24h;
    auto again = random_loop(random, next_day);
    CHECK(compare(of(anna, first), of(anna, again)) == sameness::different);
    CHECK(compare(of(anna, first), of(ben, again)) == sameness::different);
    auto stolen = first;
    for (auto& f : stolen) {
      f.t += 24h;
      if (random.chance(1, 3))
        f.lat_e7 += 500;
    }
    CHECK(compare(of(anna, first), of(anna, stolen)) == sameness::replay);
    CHECK(compare(of(anna, first), of(ben, stolen)) == sameness::replay);
    stolen.resize(59);
    CHECK(compare(of(anna, first), of(ben, stolen)) == sameness::different);
  }
}

TEST_CASE("empty recordings and single fixes compare without harm") {
  base::rng random{1};
  auto run = random_loop(random, runner{});
  std::vector<fix> none;
  std::vector<fix> one{run[10]};
  CHECK(hash_of(none, 0ms).is_nil());
  CHECK(hash_of(std::vector<fix>(5), 0ms).is_nil());
  CHECK_FALSE(hash_of(one, 0ms).is_nil());
  CHECK(compare(of(anna, none), of(anna, run)) == sameness::different);
  CHECK(compare(of(anna, none), of(anna, none)) == sameness::different);
  CHECK(compare(of(anna, run), of(anna, one)) == sameness::same_run);
  CHECK(compare(of(anna, one), of(anna, one)) == sameness::identical);
}
