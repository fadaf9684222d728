// Marks: where on a track is what the checks of rules 2.1 find.

#include "game/track_marks.hpp"

#include "tests/support/game/steady_phone.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

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

void check_mark(const track_mark& x, std::size_t first, std::size_t last, double value,
                double margin = 0.01) {
  CHECK(x.first == first);
  CHECK(x.last == last);
  CHECK(x.value == Approx(value).margin(margin));
}

} // namespace

TEST_CASE("a ride within a run is one fast part, with the speed of its fastest window") {
  // A window holds 14 s or more of 12 m/s when it is above 7 m/s: 84 is the first second that
  // begins such a one, 126 the last.
  auto track = steady_phone{}.go(100, 3).go(40, 12).go(100, 3).track();
  auto fast = marks_of(track, mark_kind::fast);
  REQUIRE(fast.size() == 1);
  check_mark(fast[0], 84, 156, 12);
  CHECK(marks_of(track, mark_kind::fast, sport::ride).empty());
  CHECK(marks_of(steady_phone{}.go(100, 3).go(13, 12).go(100, 3).track(), mark_kind::fast).empty());
  auto twice = steady_phone{}.go(100, 3).go(40, 12).go(200, 3).go(30, 10).go(100, 3).track();
  fast = marks_of(twice, mark_kind::fast);
  REQUIRE(fast.size() == 2);
  check_mark(fast[0], 84, 156, 12);
  CHECK(fast[1].first >= 316);
  CHECK(fast[1].last <= 394);
  CHECK(fast[1].value == Approx(10).margin(0.01));
}

TEST_CASE("what nobody saw is a gap, whether it is joined or not") {
  auto track = steady_phone{}
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
  auto track = steady_phone{}.go(100, 3).go(60, 0).go(100, 3).track();
  auto parked = marks_of(track, mark_kind::parked);
  REQUIRE(parked.size() == 1);
  check_mark(parked[0], 97, 163, 66);
  CHECK(marks_of(track, mark_kind::parked, sport::row) == parked);
  CHECK(
    marks_of(steady_phone{}.go(100, 3).go(10, 0).go(100, 3).track(), mark_kind::parked).empty());
  // Nothing heard for 50 s and then still about the same place: silent, and parked.
  auto silent = steady_phone{}.go(100, 3).vanish(50s, 10).go(100, 3).track();
  parked = marks_of(silent, mark_kind::parked);
  REQUIRE(parked.size() == 1);
  CHECK(parked[0].first <= 100);
  CHECK(parked[0].last >= 101);
  CHECK(parked[0].value >= 50);
  CHECK(marks_of(silent, mark_kind::gap).size() == 1);
}

TEST_CASE("leaps of speed are marked where there are too many within ten minutes") {
  // 3 s at 19.8 m/s amid 3 m/s: over 3 s each way the change is 16.8 m/s at either end.
  auto twice = steady_phone{}.go(100, 3).go(3, 19.8).go(100, 3).go(3, 19.8).go(100, 3).track();
  auto leaps = marks_of(twice, mark_kind::acceleration);
  REQUIRE(leaps.size() == 2);
  check_mark(leaps[0], 97, 106, 5.6);
  check_mark(leaps[1], 200, 209, 5.6);
  CHECK(marks_of(twice, mark_kind::acceleration, sport::ride).empty());
  auto once = steady_phone{}.go(100, 3).go(3, 19.8).go(200, 3).track();
  CHECK(marks_of(once, mark_kind::acceleration).empty());
  // From the first leap to the fourth: ten minutes, and a second more.
  auto just = steady_phone{}.go(100, 3).go(3, 19.8).go(594, 3).go(3, 19.8).go(9, 3).track();
  CHECK(marks_of(just, mark_kind::acceleration).size() == 2);
  auto later = steady_phone{}.go(100, 3).go(3, 19.8).go(595, 3).go(3, 19.8).go(9, 3).track();
  CHECK(marks_of(later, mark_kind::acceleration).empty());
  // Places that meet in a point are two, those that share a segment are one.
  auto near = steady_phone{}.go(100, 3).go(3, 19.8).go(6, 3).go(3, 19.8).go(9, 3).track();
  leaps = marks_of(near, mark_kind::acceleration);
  REQUIRE(leaps.size() == 2);
  check_mark(leaps[0], 97, 106, 5.6);
  check_mark(leaps[1], 106, 115, 5.6);
  auto nearer = steady_phone{}.go(100, 3).go(3, 19.8).go(5, 3).go(3, 19.8).go(9, 3).track();
  leaps = marks_of(nearer, mark_kind::acceleration);
  REQUIRE(leaps.size() == 1);
  check_mark(leaps[0], 97, 114, 5.6);
  // One alone, and an hour later two that belong together.
  auto third = steady_phone{}
                 .go(100, 3)
                 .go(3, 19.8)
                 .go(3600, 3)
                 .go(3, 19.8)
                 .go(100, 3)
                 .go(3, 19.8)
                 .go(9, 3)
                 .track();
  leaps = marks_of(third, mark_kind::acceleration);
  REQUIRE(leaps.size() == 2);
  check_mark(leaps[0], 3700, 3709, 5.6);
  check_mark(leaps[1], 3803, 3812, 5.6);
}

TEST_CASE("a machine's steady speed is marked window by window, but for what is no window") {
  auto steady = steady_phone{}.go(305, 3).track();
  auto uniform = marks_of(steady, mark_kind::uniform_speed);
  REQUIRE(uniform.size() == 1);
  check_mark(uniform[0], 0, 300, 0, 0.02);
  CHECK(marks_of(steady, mark_kind::uniform_speed, sport::ride).empty());
  CHECK(marks_of(steady_phone{}.go(179, 3).track(), mark_kind::uniform_speed).empty());
  auto apart = steady_phone{}.go(100, 3).vanish(90s, 200).go(109, 3).track();
  uniform = marks_of(apart, mark_kind::uniform_speed);
  REQUIRE(uniform.size() == 2);
  check_mark(uniform[0], 0, 100, 0, 0.02);
  check_mark(uniform[1], 101, 201, 0, 0.02);
  auto uneven = steady_phone{}.go(100, 3).go(100, 3.5).go(100, 3).track();
  CHECK(marks_of(uneven, mark_kind::uniform_speed).empty());
  auto nearly =
    steady_phone{}.go(100, 3).go(100, 3.15).track(); // 0.075 m/s from their mean, all of them.
  uniform = marks_of(nearly, mark_kind::uniform_speed);
  REQUIRE(uniform.size() == 1);
  check_mark(uniform[0], 0, 200, 0.075);
}

TEST_CASE("an impossible cadence is marked where it is, not where the steps are a runner's") {
  auto slow = steady_phone{}.go(600, 3, 90).track();
  auto odd = marks_of(slow, mark_kind::cadence);
  REQUIRE(odd.size() == 1);
  check_mark(odd[0], 0, 600, 90, 0.2);
  CHECK(marks_of(slow, mark_kind::cadence, sport::walk).empty());
  CHECK(marks_of(slow, mark_kind::cadence, sport::ride).empty());
  CHECK(marks_of(steady_phone{}.go(600, 3, 165).track(), mark_kind::cadence).empty());
  CHECK(marks_of(steady_phone{}.stepless().go(600, 3).track(), mark_kind::cadence).empty());
  CHECK(marks_of(steady_phone{}.go(179, 3, 90).track(), mark_kind::cadence).empty());
  // Parts of 3 min: 165, then 2 min of that and one of 60, then 60 alone.
  auto later = steady_phone{}.go(300, 3, 165).go(900, 3, 60).track();
  odd = marks_of(later, mark_kind::cadence);
  REQUIRE(odd.size() == 1);
  check_mark(odd[0], 360, 1200, 60, 0.2);
  // A rest of less than 3 min tells nothing alone: it is judged with the part before it.
  auto end = steady_phone{}.go(540, 3, 90).go(60, 3, 165).track();
  odd = marks_of(end, mark_kind::cadence);
  REQUIRE(odd.size() == 1);
  check_mark(odd[0], 0, 600, 97.5, 0.2);
  auto both = steady_phone{}.go(360, 3, 300).go(360, 3, 165).go(400, 3, 300).track();
  odd = marks_of(both, mark_kind::cadence);
  REQUIRE(odd.size() == 2);
  check_mark(odd[0], 0, 360, 300, 0.5);
  check_mark(odd[1], 720, 1120, 300, 0.5);
}

TEST_CASE("a track of nothing and of one point has no marks") {
  CHECK(find_marks({}, sport::run, run_rules{}).empty());
  CHECK(find_marks(steady_phone{}.track().points, sport::run, run_rules{}).empty());
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
