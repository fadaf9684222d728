// Marks: where on a track is what the checks of rules 2.1 find.

#include "game/track_marks.hpp"

#include "game/track_flags.hpp"
#include "tests/support/game/synthetic_run.hpp"
#include "tests/support/game/tracks.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

using namespace fief;
using namespace fief::game;
using std::chrono_literals::operator""s;

namespace {

constexpr std::array all_kinds{mark_kind::fast,          mark_kind::gap,
                               mark_kind::parked,        mark_kind::acceleration,
                               mark_kind::uniform_speed, mark_kind::cadence};

/// A phone going due east, with a fix each second: without noise, so that the places where a rule
/// begins and ends to hold follow from its numbers.
class phone {
public:
  /// Goes on for so many seconds. Units: m/s, steps per minute.
  phone& go(int seconds, double mps, double spm = 0) {
    for (int i = 0; i < seconds; ++i)
      step(1s, mps, spm / 60);
    return *this;
  }
  /// Says nothing for so long and is then so far on.
  phone& vanish(milliseconds time, double metres) {
    t_ += time;
    x_ += metres;
    add();
    return *this;
  }
  /// The next position is off by up to this, both ways.
  phone& shaken(base::rng& random, double metres) {
    random_ = &random;
    noise_m_ = metres;
    return *this;
  }
  phone& stepless() {
    steps_known_ = false;
    return *this;
  }
  [[nodiscard]] clean_track track() const { return clean(fixes_, milliseconds{0}, run_rules{}); }

private:
  void step(milliseconds time, double mps, double steps) {
    auto share = static_cast<double>(time.count()) / 1000.0;
    t_ += time;
    x_ += mps * share;
    steps_ += steps * share;
    add();
  }
  void add() {
    auto off = [&] { return random_ == nullptr ? 0 : (random_->unit() * 2 - 1) * noise_m_; };
    auto x = test::fix_at(where_, {x_ + off(), off()});
    x.t = where_.start + t_;
    x.seq = static_cast<std::uint32_t>(fixes_.size() + 1);
    x.acc_dm = 40;
    x.steps = steps_known_ ? static_cast<std::int32_t>(std::lround(steps_)) : fix::steps_unknown;
    fixes_.push_back(x);
  }

  test::runner where_;
  std::vector<fix> fixes_ = [this] {
    auto x = test::fix_at(where_, {0, 0});
    x.t = where_.start;
    x.seq = 1;
    x.acc_dm = 40;
    x.steps = 0;
    return std::vector{x};
  }();
  milliseconds t_{0};
  double x_ = 0;
  double steps_ = 0;
  bool steps_known_ = true;
  base::rng* random_ = nullptr;
  double noise_m_ = 0;
};

std::vector<track_mark> marks_of(const clean_track& track, mark_kind kind,
                                 sport declared = sport::run) {
  auto marks = find_marks(track.points, declared, run_rules{});
  std::erase_if(marks, [&](const track_mark& x) { return x.kind != kind; });
  return marks;
}

void check_mark(const track_mark& x, std::size_t first, std::size_t last, double value,
                double margin = 0.01) {
  CHECK(x.first == first);
  CHECK(x.last == last);
  CHECK(x.value == Approx(value).margin(margin));
}

// -- the checks as they read in the rules, without a thought to their cost
// -------------------------

bool cadence_by_the_rules(std::span<const track_point> points, sport declared) {
  double steps = 0;
  double minutes = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto time = points[i].t - points[i - 1].t;
    if (points[i].how != link::joined || points[i].moving != time || points[i - 1].steps < 0
        || points[i].steps < points[i - 1].steps)
      continue;
    steps += points[i].steps - points[i - 1].steps;
    minutes += static_cast<double>(time.count()) / 60'000;
  }
  if (minutes < 3)
    return false;
  auto walking = declared == sport::walk || declared == sport::hike;
  return steps / minutes < (walking ? 60 : 120) || steps / minutes > 220;
}

bool acceleration_by_the_rules(std::span<const track_point> points) {
  std::vector<instant> odd;
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    auto low = i;
    while (low > 0 && points[low].how == link::joined && points[low].t + 3s > points[i].t)
      --low;
    auto high = i;
    while (high + 1 < points.size() && points[high + 1].how == link::joined
           && points[high].t < points[i].t + 3s)
      ++high;
    if (points[low].t + 3s > points[i].t || points[high].t < points[i].t + 3s)
      continue;
    auto time_in = static_cast<double>((points[i].t - points[low].t).count()) / 1000;
    auto time_out = static_cast<double>((points[high].t - points[i].t).count()) / 1000;
    auto change = distance_m(points[i].at, points[high].at) / time_out
                  - distance_m(points[low].at, points[i].at) / time_in;
    if (std::abs(change) / ((time_in + time_out) / 2) > 5)
      odd.push_back(points[i].t);
  }
  for (std::size_t i = 3; i < odd.size(); ++i)
    if (odd[i] - odd[i - 3] <= std::chrono::minutes{10})
      return true;
  return false;
}

bool uniform_by_the_rules(std::span<const track_point> points) {
  std::vector<double> speeds;
  double length = 0;
  milliseconds time{0};
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto counts =
      points[i].how == link::joined && points[i].moving == points[i].t - points[i - 1].t;
    length = counts ? length + points[i].distance_m : 0;
    time = counts ? time + (points[i].t - points[i - 1].t) : milliseconds{0};
    if (time < 10s)
      continue;
    speeds.push_back(length * 1000 / static_cast<double>(time.count()));
    length = 0;
    time = milliseconds{0};
  }
  if (speeds.size() < 18)
    return false;
  double mean = 0;
  for (auto x : speeds)
    mean += x / static_cast<double>(speeds.size());
  double variance = 0;
  for (auto x : speeds)
    variance += (x - mean) * (x - mean) / static_cast<double>(speeds.size());
  return variance < 0.01;
}

// -- what holds of any track
// -----------------------------------------------------------------------

void check_shape(std::span<const track_point> points, const std::vector<track_mark>& marks) {
  std::array<std::size_t, all_kinds.size() + 1> ends{};
  std::size_t first = 0;
  for (const auto& x : marks) {
    CHECK(x.first < x.last);
    CHECK(x.last < points.size());
    CHECK(x.first >= first);
    CHECK(std::isfinite(x.value));
    CHECK(x.value >= 0);
    auto& end = ends[static_cast<std::size_t>(x.kind)];
    CHECK(end <= x.first); // Of a kind no two share a segment.
    end = x.last;
    first = x.first;
  }
}

void check_agrees(const clean_track& track, sport declared) {
  const auto& points = track.points;
  run_rules rules;
  auto marks = find_marks(points, declared, rules);
  check_shape(points, marks);
  auto has = [&](mark_kind kind) {
    return std::any_of(marks.begin(), marks.end(),
                       [&](const track_mark& x) { return x.kind == kind; });
  };
  auto on_foot = takes_territory(declared);
  CHECK(has(mark_kind::fast) == (on_foot && track.fast > 0s));
  CHECK(has(mark_kind::cadence) == (on_foot && cadence_by_the_rules(points, declared)));
  CHECK(has(mark_kind::acceleration) == (on_foot && acceleration_by_the_rules(points)));
  CHECK(has(mark_kind::uniform_speed) == (on_foot && uniform_by_the_rules(points)));
  CHECK(is_cadence_odd(points, declared, rules) == cadence_by_the_rules(points, declared));
  CHECK(is_acceleration_odd(points, rules) == acceleration_by_the_rules(points));
  CHECK(is_speed_uniform(points, rules) == uniform_by_the_rules(points));
  double parked = 0;
  for (const auto& x : marks) {
    if (x.kind == mark_kind::parked)
      parked += x.value;
    if (x.kind == mark_kind::fast) {
      CHECK(x.value > rules.vehicle_speed_mps);
      for (auto i = x.first + 1; i <= x.last; ++i)
        CHECK(points[i].fast);
    }
    if (x.kind == mark_kind::acceleration)
      CHECK(x.value > rules.acceleration_mps2);
    if (x.kind == mark_kind::gap)
      CHECK(x.last == x.first + 1);
  }
  milliseconds joined{0};
  for (std::size_t i = 1; i < points.size(); ++i)
    if (points[i].has_segment())
      joined += points[i].t - points[i - 1].t;
  CHECK(parked * 1000
        == Approx(static_cast<double>((joined - moving_time(points)).count())).margin(1));
}

phone random_run(base::rng& random) {
  phone x;
  x.shaken(random, random.unit() * 2);
  if (random.chance(1, 4))
    x.stepless();
  for (auto parts = 1 + random.below(8); parts > 0; --parts) {
    auto seconds = static_cast<int>(1 + random.below(240));
    auto spm = 40 + random.unit() * 240;
    switch (random.below(6)) {
      case 0: x.go(seconds, 0); break;
      case 1: x.go(seconds, 8 + random.unit() * 11, spm); break;
      case 2: x.vanish(milliseconds{1 + random.below(200'000)}, random.unit() * 400); break;
      case 3:
        for (int i = 0; i < 3; ++i)
          x.go(20, 1, spm).go(3, 19.5, spm);
        break;
      default: x.go(seconds, 1 + random.unit() * 4, spm); break;
    }
  }
  return x;
}

} // namespace

TEST_CASE("a ride within a run is one fast part, with the speed of its fastest window") {
  // A window holds 14 s or more of 12 m/s when it is above 7 m/s: 84 is the first second that
  // begins such a one, 126 the last.
  auto track = phone{}.go(100, 3).go(40, 12).go(100, 3).track();
  auto fast = marks_of(track, mark_kind::fast);
  REQUIRE(fast.size() == 1);
  check_mark(fast[0], 84, 156, 12);
  CHECK(marks_of(track, mark_kind::fast, sport::ride).empty());
  CHECK(marks_of(phone{}.go(100, 3).go(13, 12).go(100, 3).track(), mark_kind::fast).empty());
  auto twice = phone{}.go(100, 3).go(40, 12).go(200, 3).go(30, 10).go(100, 3).track();
  fast = marks_of(twice, mark_kind::fast);
  REQUIRE(fast.size() == 2);
  check_mark(fast[0], 84, 156, 12);
  CHECK(fast[1].first >= 316);
  CHECK(fast[1].last <= 394);
  CHECK(fast[1].value == Approx(10).margin(0.01));
}

TEST_CASE("what nobody saw is a gap, whether it is joined or not") {
  auto track = phone{}
                 .go(100, 3)
                 .vanish(90s, 150) // A bridge.
                 .go(100, 3)
                 .vanish(120s, 300) // A break.
                 .go(100, 3)
                 .vanish(40s, 55) // Joined, but too long without a fix.
                 .go(100, 3)
                 .vanish(30s, 45) // As long as is allowed.
                 .go(10, 3)
                 .track();
  auto gaps = marks_of(track, mark_kind::gap);
  REQUIRE(gaps.size() == 3);
  check_mark(gaps[0], 100, 101, 90);
  check_mark(gaps[1], 201, 202, 120);
  check_mark(gaps[2], 302, 303, 40);
  CHECK(marks_of(track, mark_kind::parked).empty());
  CHECK(marks_of(track, mark_kind::gap, sport::swim) == gaps);
}

TEST_CASE("a rest is one parked part, as long as the moving time lacks") {
  // A window of 20 s is slow when it holds 3 s or less of 3 m/s: 97 begins the first, 143 the last.
  auto track = phone{}.go(100, 3).go(60, 0).go(100, 3).track();
  auto parked = marks_of(track, mark_kind::parked);
  REQUIRE(parked.size() == 1);
  check_mark(parked[0], 97, 163, 66);
  CHECK(marks_of(track, mark_kind::parked, sport::row) == parked);
  CHECK(marks_of(phone{}.go(100, 3).go(10, 0).go(100, 3).track(), mark_kind::parked).empty());
  // Nothing heard for 50 s and then still about the same place: silent, and parked.
  auto silent = phone{}.go(100, 3).vanish(50s, 10).go(100, 3).track();
  parked = marks_of(silent, mark_kind::parked);
  REQUIRE(parked.size() == 1);
  CHECK(parked[0].first <= 100);
  CHECK(parked[0].last >= 101);
  CHECK(parked[0].value >= 50);
  CHECK(marks_of(silent, mark_kind::gap).size() == 1);
}

TEST_CASE("leaps of speed are marked where there are too many within ten minutes") {
  // 3 s at 19.8 m/s amid 3 m/s: over 3 s each way the change is 16.8 m/s at either end.
  auto twice = phone{}.go(100, 3).go(3, 19.8).go(100, 3).go(3, 19.8).go(100, 3).track();
  auto leaps = marks_of(twice, mark_kind::acceleration);
  REQUIRE(leaps.size() == 2);
  check_mark(leaps[0], 97, 106, 5.6);
  check_mark(leaps[1], 200, 209, 5.6);
  CHECK(marks_of(twice, mark_kind::acceleration, sport::ride).empty());
  auto once = phone{}.go(100, 3).go(3, 19.8).go(200, 3).track();
  CHECK(marks_of(once, mark_kind::acceleration).empty());
  auto later = phone{}.go(100, 3).go(3, 19.8).go(700, 3).go(3, 19.8).go(100, 3).track();
  CHECK(marks_of(later, mark_kind::acceleration).empty());
  // One alone, and an hour later two that belong together.
  auto third =
    phone{}.go(100, 3).go(3, 19.8).go(3600, 3).go(3, 19.8).go(100, 3).go(3, 19.8).go(9, 3).track();
  leaps = marks_of(third, mark_kind::acceleration);
  REQUIRE(leaps.size() == 2);
  check_mark(leaps[0], 3700, 3709, 5.6);
  check_mark(leaps[1], 3803, 3812, 5.6);
}

TEST_CASE("a machine's steady speed is marked window by window, but for what is no window") {
  auto steady = phone{}.go(305, 3).track();
  auto uniform = marks_of(steady, mark_kind::uniform_speed);
  REQUIRE(uniform.size() == 1);
  check_mark(uniform[0], 0, 300, 0, 0.02);
  CHECK(marks_of(steady, mark_kind::uniform_speed, sport::ride).empty());
  CHECK(marks_of(phone{}.go(179, 3).track(), mark_kind::uniform_speed).empty());
  auto apart = phone{}.go(100, 3).vanish(90s, 200).go(109, 3).track();
  uniform = marks_of(apart, mark_kind::uniform_speed);
  REQUIRE(uniform.size() == 2);
  check_mark(uniform[0], 0, 100, 0, 0.02);
  check_mark(uniform[1], 101, 201, 0, 0.02);
  auto uneven = phone{}.go(100, 3).go(100, 3.5).go(100, 3).track();
  CHECK(marks_of(uneven, mark_kind::uniform_speed).empty());
  auto nearly = phone{}.go(100, 3).go(100, 3.15).track(); // 0.075 m/s from their mean, all of them.
  uniform = marks_of(nearly, mark_kind::uniform_speed);
  REQUIRE(uniform.size() == 1);
  check_mark(uniform[0], 0, 200, 0.075);
}

TEST_CASE("an impossible cadence is marked where it is, not where the steps are a runner's") {
  auto slow = phone{}.go(600, 3, 90).track();
  auto odd = marks_of(slow, mark_kind::cadence);
  REQUIRE(odd.size() == 1);
  check_mark(odd[0], 0, 600, 90, 0.2);
  CHECK(marks_of(slow, mark_kind::cadence, sport::walk).empty());
  CHECK(marks_of(slow, mark_kind::cadence, sport::ride).empty());
  CHECK(marks_of(phone{}.go(600, 3, 165).track(), mark_kind::cadence).empty());
  CHECK(marks_of(phone{}.stepless().go(600, 3).track(), mark_kind::cadence).empty());
  CHECK(marks_of(phone{}.go(179, 3, 90).track(), mark_kind::cadence).empty());
  // Parts of 3 min: 165, then 2 min of that and one of 60, then 60 alone.
  auto later = phone{}.go(300, 3, 165).go(900, 3, 60).track();
  odd = marks_of(later, mark_kind::cadence);
  REQUIRE(odd.size() == 1);
  check_mark(odd[0], 360, 1200, 60, 0.2);
  auto both = phone{}.go(360, 3, 300).go(360, 3, 165).go(400, 3, 300).track();
  odd = marks_of(both, mark_kind::cadence);
  REQUIRE(odd.size() == 2);
  check_mark(odd[0], 0, 360, 300, 0.5);
  check_mark(odd[1], 720, 1120, 300, 0.5);
}

TEST_CASE("marks of all kinds come in the order of the track") {
  auto track = phone{}
                 .go(200, 3, 60)
                 .go(60, 0)
                 .go(60, 12, 60)
                 .vanish(90s, 100)
                 .go(3, 19.8, 60)
                 .go(60, 3, 60)
                 .go(3, 19.8, 60)
                 .go(60, 3, 60)
                 .go(3, 19.8, 60)
                 .go(60, 3, 60)
                 .track();
  check_agrees(track, sport::run);
  for (auto kind : {mark_kind::fast, mark_kind::gap, mark_kind::parked, mark_kind::acceleration,
                    mark_kind::cadence}) {
    INFO(to_string(kind));
    CHECK_FALSE(marks_of(track, kind).empty());
  }
}

TEST_CASE("a track of nothing and of one point has no marks") {
  CHECK(find_marks({}, sport::run, run_rules{}).empty());
  CHECK(find_marks(phone{}.track().points, sport::run, run_rules{}).empty());
}

TEST_CASE("marks lie within the track, apart, and are there when the rules say so", "[property]") {
  std::array<int, all_kinds.size() + 1> with{};
  constexpr int runs = 300;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    INFO("seed " << seed);
    base::rng random{seed};
    auto track = random_run(random).track();
    for (auto declared : {sport::run, sport::walk, sport::ride})
      check_agrees(track, declared);
    for (auto kind : all_kinds)
      with[static_cast<std::size_t>(kind)] += marks_of(track, kind).empty() ? 0 : 1;
  }
  for (auto kind : all_kinds) { // Else the agreement above would be cheap.
    INFO(to_string(kind));
    CHECK(with[static_cast<std::size_t>(kind)] >= 5);
    CHECK(with[static_cast<std::size_t>(kind)] <= runs - 5);
  }
}

TEST_CASE("the real tracks' marks agree with the rules; of the genuine ones none is of feet") {
  FIEF_NEEDS_TRACKS();
  for (const auto& real : test::real_tracks()) {
    INFO(real.name);
    auto track = clean(real.fixes, milliseconds{0}, run_rules{});
    check_agrees(track, sport::run);
    if (!real.name.starts_with("good/"))
      continue;
    for (auto kind : {mark_kind::fast, mark_kind::acceleration, mark_kind::uniform_speed})
      CHECK(marks_of(track, kind).empty());
  }
}

TEST_CASE("names of marks and links are those of the interface") {
  std::vector<std::string_view> names;
  for (auto kind : all_kinds)
    names.push_back(to_string(kind));
  CHECK(names
        == std::vector<std::string_view>{"fast", "gap", "parked", "acceleration", "uniform_speed",
                                         "cadence"});
  CHECK(to_string(link::start) == "start");
  CHECK(to_string(link::joined) == "joined");
  CHECK(to_string(link::bridge) == "bridge");
  CHECK(to_string(link::broken) == "broken");
}
