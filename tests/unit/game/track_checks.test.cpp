// Marks and checks say the same, of any track: the checks are written here once more, as they read
// in rules 2.1, without a thought to their cost.

#include "game/track_flags.hpp"
#include "game/track_marks.hpp"
#include "tests/support/game/steady_phone.hpp"
#include "tests/support/game/tracks.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

using namespace fief;
using namespace fief::game;
using test::steady_phone;
using std::chrono_literals::operator""s;

namespace {

constexpr std::array all_kinds{mark_kind::fast,          mark_kind::gap,
                               mark_kind::parked,        mark_kind::acceleration,
                               mark_kind::uniform_speed, mark_kind::cadence};

std::vector<track_mark> marks_of(const clean_track& track, mark_kind kind,
                                 sport declared = sport::run) {
  auto marks = find_marks(track.points, declared, run_rules{});
  std::erase_if(marks, [&](const track_mark& x) { return x.kind != kind; });
  return marks;
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

steady_phone random_run(base::rng& random) {
  steady_phone x;
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

TEST_CASE("marks of all kinds come in the order of the track") {
  auto track = steady_phone{}
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
