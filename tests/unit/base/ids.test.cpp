#include "base/ids.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <unordered_set>
#include <vector>

using namespace fief;
using base::uuid;

TEST_CASE("any uuid reads back from its text in either case", "[base]") {
  base::rng random{1};
  for (int i = 0; i < 2000; ++i) {
    uuid x{random.next(), random.next()};
    auto text = to_string(x);
    CAPTURE(text);
    REQUIRE(text.size() == 36);
    REQUIRE(base::parse_uuid(text) == x);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
    REQUIRE(base::parse_uuid(text) == x);
  }
}

TEST_CASE("uuids are ordered as their texts are", "[base]") {
  base::rng random{2};
  for (int i = 0; i < 2000; ++i) {
    uuid a{random.below(4), random.next()};
    uuid b{random.below(4), random.next()};
    REQUIRE((a < b) == (to_string(a) < to_string(b)));
  }
}

TEST_CASE("a uuid of another form is refused", "[base]") {
  std::string good = "018f6d1e-2b3c-7abc-8def-0123456789ab";
  REQUIRE(base::parse_uuid(good));
  CHECK_FALSE(base::parse_uuid(""));
  CHECK_FALSE(base::parse_uuid("{" + good + "}"));
  CHECK_FALSE(base::parse_uuid(good + " "));
  for (std::size_t i = 0; i < good.size(); ++i) {
    CAPTURE(i);
    CHECK_FALSE(base::parse_uuid(good.substr(0, i)));
    auto bad = good;
    bad[i] = good[i] == '-' ? '0' : 'g';
    CHECK_FALSE(base::parse_uuid(bad));
    bad[i] = good[i] == '-' ? '_' : '-';
    CHECK_FALSE(base::parse_uuid(bad));
  }
}

TEST_CASE("a version 7 id carries its version, its variant and its millisecond", "[base]") {
  base::rng random{3};
  auto now = base::from_ms(0x0123'4567'89ab);
  for (int i = 0; i < 1000; ++i) {
    auto x = base::make_uuid_v7(now, random);
    REQUIRE(x.hi >> 16 == 0x0123'4567'89abULL);
    REQUIRE((x.hi >> 12 & 0xf) == 7);
    REQUIRE(x.lo >> 62 == 2);
  }
}

TEST_CASE("version 7 ids sort by creation and do not repeat within a millisecond", "[base]") {
  base::rng random{4};
  std::unordered_set<uuid> seen;
  uuid last;
  for (std::int64_t ms = 1'700'000'000'000; ms < 1'700'000'001'000; ++ms) {
    auto x = base::make_uuid_v7(base::from_ms(ms), random);
    REQUIRE(last < x);
    last = x;
  }
  for (int i = 0; i < 10'000; ++i)
    REQUIRE(seen.insert(base::make_uuid_v7(base::from_ms(1'700'000'000'000), random)).second);
}

TEST_CASE("the nil id names nothing and every other id something", "[base]") {
  using some_id = base::strong_id<struct some_tag>;
  CHECK(some_id{}.is_nil());
  CHECK_FALSE(some_id{{0, 1}}.is_nil());
  CHECK_FALSE(some_id{{1, 0}}.is_nil());
  CHECK(to_string(some_id{{0, 1}}) == "00000000-0000-0000-0000-000000000001");
}
