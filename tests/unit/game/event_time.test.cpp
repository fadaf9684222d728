#include "game/event_time.hpp"

#include "base/rng.hpp"

#include <absl/time/time.h>
#include <catch2/catch.hpp>
#include <string>

using namespace fief;
using namespace std::chrono_literals;
using game::compute_event_times;
using game::errc;
using game::event_rules;
using game::instant;

namespace {

instant at(std::string_view text) {
  auto t = base::parse_rfc3339(text);
  REQUIRE(t);
  return *t;
}

/// Rules that refuse nothing as too short, to see the bare cut.
event_rules any_length() {
  event_rules rules;
  rules.active_min = 1ms;
  return rules;
}

constexpr auto zones = {"Europe/Zagreb",     "Europe/London",       "America/New_York",
                        "America/Nuuk",      "America/St_Johns",    "Pacific/Easter",
                        "Pacific/Apia",      "Pacific/Kiritimati",  "Asia/Kathmandu",
                        "Asia/Gaza",         "Australia/Lord_Howe", "Africa/Cairo",
                        "Africa/Casablanca", "Antarctica/Troll",    "UTC"};

using quarters = std::chrono::duration<std::int64_t, std::ratio<900>>;

/// What the clock on a wall in a zone shows: an oracle that asks the other way round.
struct wall_clock {
  explicit wall_clock(const std::string& tz) { REQUIRE(absl::LoadTimeZone(tz, &zone)); }

  [[nodiscard]] absl::TimeZone::CivilInfo read(instant t) const {
    return zone.At(absl::FromUnixMillis(base::to_ms(t)));
  }

  [[nodiscard]] bool shows(instant t, int hour) const {
    auto info = read(t);
    return info.cs.hour() == hour && info.cs.minute() == 0 && info.cs.second() == 0
           && info.subsecond == absl::ZeroDuration();
  }

  /// Whether a clock that nobody moved in the last three hours shows the hour.
  [[nodiscard]] bool would_show(instant t, int hour) const {
    return (t + std::chrono::seconds{read(t - 3h).offset}).time_since_epoch() % 24h
           == std::chrono::hours{hour};
  }

  /// Whether the clock shows the same for the second time.
  [[nodiscard]] bool shows_again(instant t) const {
    auto info = zone.At(read(t).cs);
    return info.kind == absl::TimeZone::TimeInfo::REPEATED
           && absl::FromUnixMillis(base::to_ms(t)) == info.post;
  }

  absl::TimeZone zone;
};

/// Some instant of the years 2000 to 2037.
instant random_start(base::rng& random) {
  return at("2000-01-01T00:00:00Z")
         + game::milliseconds{static_cast<std::int64_t>(random.below(1'200'000'000'000))};
}

struct vector {
  const char* tz;
  const char* starts_at;
  const char* cut_at;
};

} // namespace

TEST_CASE("the cut is the first local 22:00 strictly after the start", "[game][event_time]") {
  auto row = GENERATE(vector{"Europe/Zagreb", "2026-05-10T19:59:59Z", "2026-05-10T20:00:00Z"},
                      vector{"Europe/Zagreb", "2026-05-10T20:00:00Z", "2026-05-11T20:00:00Z"},
                      vector{"Europe/Zagreb", "2026-05-10T20:00:00.001Z", "2026-05-11T20:00:00Z"},
                      vector{"Europe/Zagreb", "2026-05-10T19:59:59.999Z", "2026-05-10T20:00:00Z"},
                      vector{"Europe/Zagreb", "2026-03-28T21:30:00Z", "2026-03-29T20:00:00Z"},
                      vector{"Europe/Zagreb", "2026-10-24T20:30:00Z", "2026-10-25T21:00:00Z"},
                      vector{"Pacific/Easter", "2025-09-06T20:00:00Z", "2025-09-07T04:00:00Z"},
                      vector{"America/Nuuk", "2022-10-29T12:00:00Z", "2022-10-30T00:00:00Z"},
                      vector{"America/Nuuk", "2022-10-30T00:00:00Z", "2022-10-31T01:00:00Z"},
                      vector{"America/Nuuk", "2022-10-30T00:30:00Z", "2022-10-31T01:00:00Z"},
                      vector{"America/Nuuk", "2022-10-30T01:00:00Z", "2022-10-31T01:00:00Z"},
                      vector{"Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-31T08:00:00Z"},
                      vector{"Asia/Kathmandu", "2026-05-10T10:00:00Z", "2026-05-10T16:15:00Z"},
                      vector{"Australia/Lord_Howe", "2026-04-04T10:00:00Z", "2026-04-04T11:00:00Z"},
                      vector{"UTC", "1970-01-01T00:00:00Z", "1970-01-01T22:00:00Z"},
                      vector{"UTC", "9998-12-31T22:00:00Z", "9999-01-01T22:00:00Z"});
  CAPTURE(row.tz, row.starts_at);
  auto times = compute_event_times(row.tz, at(row.starts_at), any_length());
  REQUIRE(times.has_value());
  CHECK(base::to_rfc3339(times->cut_at) == base::to_rfc3339(at(row.cut_at)));
  CHECK(times->settle_at == times->cut_at + 30min);
}

TEST_CASE("in any zone the cut is the finish hour on the wall and none lies between",
          "[game][event_time]") {
  auto rules = any_length();
  base::rng random{20260510};
  for (std::string tz : zones) {
    wall_clock wall{tz};
    for (int i = 0; i < 1000; ++i) {
      auto start = random_start(random);
      rules.finish_hour = static_cast<int>(random.below(24));
      CAPTURE(tz, base::to_rfc3339(start), rules.finish_hour);
      auto times = compute_event_times(tz, start, rules);
      REQUIRE(times.has_value());
      auto cut = times->cut_at;
      REQUIRE(cut > start);
      REQUIRE(cut - start <= 49h);
      // On the wall at that moment, or, where it was skipped, by the offset before the gap.
      if (!wall.shows(cut, rules.finish_hour))
        REQUIRE(wall.would_show(cut, rules.finish_hour));
      // All offsets since 2000 are whole quarters of an hour, so walking them misses no hour.
      for (auto t = std::chrono::floor<quarters>(start) + quarters{1}; t < cut; t += quarters{1})
        if (wall.shows(t, rules.finish_hour))
          REQUIRE(wall.shows_again(t));
    }
  }
}

TEST_CASE("an event below the shortest active time is refused", "[game][event_time]") {
  event_rules rules;
  auto refused = compute_event_times("Europe/Zagreb", at("2026-05-10T19:59:59Z"), rules);
  REQUIRE(refused.has_error());
  CHECK(refused.error() == errc::event_too_short);
  CHECK(compute_event_times("Europe/Zagreb", at("2026-05-10T19:30:00Z"), rules).has_value());
  CHECK(compute_event_times("Europe/Zagreb", at("2026-05-10T19:30:00.001Z"), rules).error()
        == errc::event_too_short);
}

TEST_CASE("the alternatives to a start that is too late are both long enough and the closest such",
          "[game][event_time]") {
  event_rules rules;
  auto found = game::event_alternatives("Europe/Zagreb", at("2026-05-10T19:59:59Z"), rules);
  REQUIRE(found.has_value());
  CHECK(found->start_latest == at("2026-05-10T19:30:00Z"));
  CHECK(found->start_next == at("2026-05-10T20:00:00Z"));
  CHECK(found->next.cut_at == at("2026-05-11T20:00:00Z"));
  CHECK(found->next.settle_at == at("2026-05-11T20:30:00Z"));

  base::rng random{5};
  for (std::string tz : zones) {
    for (int i = 0; i < 1000; ++i) {
      auto start = random_start(random);
      CAPTURE(tz, base::to_rfc3339(start));
      auto both = game::event_alternatives(tz, start, rules);
      REQUIRE(both.has_value());
      REQUIRE(compute_event_times(tz, both->start_latest, rules)->cut_at == both->start_next);
      REQUIRE(compute_event_times(tz, both->start_latest + 1ms, rules).error()
              == errc::event_too_short);
      REQUIRE(compute_event_times(tz, both->start_next - 1ms, rules).error()
              == errc::event_too_short);
      REQUIRE(*compute_event_times(tz, both->start_next, rules) == both->next);
    }
  }
}

TEST_CASE("only IANA names are zones", "[game][event_time]") {
  event_rules rules;
  auto start = at("2026-05-10T10:00:00Z");
  for (auto tz : {"UTC", "Europe/Zagreb", "America/Argentina/Buenos_Aires", "Africa/Porto-Novo",
                  "Etc/GMT+12", "EST5EDT", "Antarctica/DumontDUrville"}) {
    CAPTURE(tz);
    CHECK(compute_event_times(tz, start, rules).has_value());
  }
  for (std::string tz : {"",
                         "localtime",
                         "posixrules",
                         "tzdata.zi",
                         "zone.tab",
                         "Factory",
                         "/etc/localtime",
                         "/usr/share/zoneinfo/Europe/Zagreb",
                         "../zoneinfo/UTC",
                         "Europe/../UTC",
                         "Europe/./Zagreb",
                         "Europe//Zagreb",
                         "Europe/",
                         "Europe",
                         "/Europe/Zagreb",
                         "posix/Europe/Zagreb",
                         "right/Europe/Zagreb",
                         "file:Europe/Zagreb",
                         "Fixed/UTC+05:45:00",
                         "+05:45",
                         "UTC+1",
                         "utc",
                         "europe/zagreb",
                         "Europe/Zagreb ",
                         "Europe/Zagreb\n",
                         "Europe\\Zagreb",
                         "Mars/Olympus",
                         ":Europe/Zagreb",
                         "Europe/Zagr\xc3\xa9"
                         "b"}) {
    CAPTURE(tz);
    CHECK(compute_event_times(tz, start, rules).error() == errc::unknown_time_zone);
  }
  using namespace std::string_view_literals;
  CHECK_FALSE(game::is_zone_name("UTC\0"sv));
  CHECK_FALSE(game::is_zone_name(std::string(65, 'A')));
  CHECK(game::event_alternatives("Mars/Olympus", start, rules).error() == errc::unknown_time_zone);
}

TEST_CASE("starts outside the years 1970 to 9998 are refused", "[game][event_time]") {
  event_rules rules;
  for (auto start : {instant::min(), base::from_ms(-1), at("9999-01-01T00:00:00Z"), instant::max()})
    CHECK(compute_event_times("UTC", start, rules).error() == errc::invalid_argument);
  CHECK(compute_event_times("UTC", base::from_ms(0), rules).has_value());
}

TEST_CASE("settings out of range are found before they are used", "[game][event_time]") {
  CHECK(is_valid(event_rules{}));
  auto with = [](auto change) {
    event_rules rules;
    change(rules);
    return is_valid(rules);
  };
  CHECK_FALSE(with([](event_rules& x) { x.finish_hour = 24; }));
  CHECK_FALSE(with([](event_rules& x) { x.finish_hour = -1; }));
  CHECK_FALSE(with([](event_rules& x) { x.grace = -1ms; }));
  CHECK_FALSE(with([](event_rules& x) { x.active_min = 0ms; }));
  CHECK_FALSE(with([](event_rules& x) { x.active_min = 13h; }));
  CHECK_FALSE(with([](event_rules& x) { x.house_fee_bp = 10'001; }));
  CHECK_FALSE(with([](event_rules& x) { x.prize_shares = {}; }));
  CHECK_FALSE(with([](event_rules& x) { x.prize_shares = {70, 0, 10}; }));
  CHECK_FALSE(with([](event_rules& x) { x.tickets_per_user_max = 0; }));
  CHECK_FALSE(with([](event_rules& x) { x.checkpoint_radius_m = 0; }));
}
