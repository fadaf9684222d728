#include "base/time.hpp"
#include "base/rng.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using base::from_ms;
using base::parse_rfc3339;
using base::to_rfc3339;

namespace {

constexpr std::int64_t year_0000 = -62'167'219'200'000;
constexpr std::int64_t year_9999_end = 253'402'300'799'999;

} // namespace

TEST_CASE("any instant of the years 0000 to 9999 reads back from its text", "[base]") {
  base::rng random{1};
  for (int i = 0; i < 20'000; ++i) {
    auto span = static_cast<std::uint64_t>(year_9999_end - year_0000) + 1;
    auto t = from_ms(year_0000 + static_cast<std::int64_t>(random.below(span)));
    auto text = to_rfc3339(t);
    CAPTURE(text);
    REQUIRE(text.size() == 24);
    REQUIRE(parse_rfc3339(text) == t);
  }
}

TEST_CASE("texts are ordered as their instants are", "[base]") {
  base::rng random{2};
  for (int i = 0; i < 2000; ++i) {
    auto a = from_ms(static_cast<std::int64_t>(random.below(4'000'000'000'000)));
    auto b = from_ms(static_cast<std::int64_t>(random.below(4'000'000'000'000)));
    REQUIRE((a < b) == (to_rfc3339(a) < to_rfc3339(b)));
  }
}

TEST_CASE("instants outside the four-digit years are clamped to them", "[base]") {
  CHECK(to_rfc3339(from_ms(year_0000)) == "0000-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(from_ms(year_0000 - 1)) == "0000-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(from_ms(year_9999_end + 1)) == "9999-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(base::instant::max()) == "9999-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(base::instant::min()) == "0000-01-01T00:00:00.000Z");
}

TEST_CASE("every form of RFC 3339 reads as the same instant", "[base]") {
  auto expected = from_ms(1'778'443'200'000); // 2026-05-10T20:00:00Z
  for (auto text : {"2026-05-10T20:00:00Z", "2026-05-10t20:00:00z", "2026-05-10 20:00:00Z",
                    "2026-05-10T20:00:00.0Z", "2026-05-10T20:00:00.0009999999999999999999Z",
                    "2026-05-10T22:00:00+02:00", "2026-05-11T01:45:00.000+05:45",
                    "2026-05-10T16:30:00-03:30", "2026-05-10T20:00:00-00:00"}) {
    CAPTURE(text);
    CHECK(parse_rfc3339(text) == expected);
  }
}

TEST_CASE("decimals are cut to milliseconds", "[base]") {
  CHECK(parse_rfc3339("1970-01-01T00:00:00.1Z") == from_ms(100));
  CHECK(parse_rfc3339("1970-01-01T00:00:00.0129Z") == from_ms(12));
  CHECK(parse_rfc3339("1970-01-01T00:00:01.999999Z") == from_ms(1999));
  CHECK(parse_rfc3339("1969-12-31T23:59:59.999Z") == from_ms(-1));
}

TEST_CASE("a leap second reads as the last millisecond before it", "[base]") {
  auto last = parse_rfc3339("2016-12-31T23:59:59.999Z");
  REQUIRE(last);
  CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == last);
  CHECK(parse_rfc3339("2016-12-31T23:59:60.500Z") == last);
}

TEST_CASE("texts that are no RFC 3339 and dates that do not exist are refused", "[base]") {
  for (auto text : {"",
                    "2026",
                    "2026-05-10",
                    "2026-05-10T20:00Z",
                    "2026-05-10T20:00:00",
                    "26-05-10T20:00:00Z",
                    "2026-5-10T20:00:00Z",
                    "2026-05-10T20:00:00.Z",
                    "2026-05-10T20:00:00+0200",
                    "2026-05-10T20:00:00+24:00",
                    "2026-05-10T20:00:00+02:60",
                    "2026-05-10T20:00:00Z ",
                    " 2026-05-10T20:00:00Z",
                    "2026-05-10T24:00:00Z",
                    "2026-05-10T20:60:00Z",
                    "2026-05-10T20:00:61Z",
                    "2026-02-29T00:00:00Z",
                    "2026-04-31T00:00:00Z",
                    "2026-13-01T00:00:00Z",
                    "2026-00-01T00:00:00Z",
                    "2026-01-00T00:00:00Z",
                    "-026-01-01T00:00:00Z",
                    "2026-01-01T00:00:00,5Z",
                    "2026-01-01_00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
  CHECK(parse_rfc3339("2024-02-29T00:00:00Z"));
}

TEST_CASE("reading never crashes on damaged texts", "[base]") {
  base::rng random{3};
  const std::string good = "2026-05-10T20:00:00.123+02:00";
  for (int i = 0; i < 50'000; ++i) {
    auto text = good.substr(0, random.below(good.size() + 1));
    for (int changes = 0; changes < 2 && !text.empty(); ++changes)
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    CAPTURE(text);
    if (auto t = parse_rfc3339(text))
      REQUIRE(parse_rfc3339(to_rfc3339(*t)) == *t);
  }
}
