#include "game/fix_chunk.hpp"

#include "base/rng.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace fief;
using game::decode_chunk;
using game::encode_chunk;
using game::fix;
using game::fix_limits;

namespace {

template <class T>
T any_value(base::rng& random) {
  switch (random.below(4)) {
    case 0: return std::numeric_limits<T>::min();
    case 1: return std::numeric_limits<T>::max();
    case 2: return static_cast<T>(random.below(5));
    default: return static_cast<T>(random.next());
  }
}

/// Any fix the type can hold, sense or not.
fix any_fix(base::rng& random) {
  return {any_value<std::uint32_t>(random), base::from_ms(any_value<std::int64_t>(random)),
          any_value<std::int32_t>(random),  any_value<std::int32_t>(random),
          any_value<std::uint16_t>(random), any_value<std::int32_t>(random),
          any_value<std::int32_t>(random),  any_value<std::uint8_t>(random)};
}

std::vector<fix> any_fixes(base::rng& random, std::size_t count) {
  std::vector<fix> fixes;
  for (; count > 0; --count)
    fixes.push_back(any_fix(random));
  return fixes;
}

std::int32_t noise(base::rng& random, std::int32_t width) {
  return static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(2 * width + 1))) - width;
}

/// A run at 3 m/s with a fix a second, a slow turn and half a metre of jitter.
std::vector<fix> typical_run(base::rng& random, std::size_t count) {
  std::vector<fix> fixes;
  fix x{1, base::from_ms(1'778'440'000'000), 458'150'000, 159'820'000, 45, 1'220, 0, 0};
  for (; count > 0; --count) {
    fixes.push_back(x);
    ++x.seq;
    x.t += std::chrono::seconds{1};
    x.lat_e7 += 190 + noise(random, 45);
    x.lon_e7 += 270 + noise(random, 60);
    x.acc_dm = static_cast<std::uint16_t>(45 + noise(random, 10));
    x.alt_dm += noise(random, 3);
    x.steps += 2 + static_cast<std::int32_t>(random.below(2));
  }
  return fixes;
}

std::vector<std::uint8_t> with_checksum(std::vector<std::uint8_t> body) {
  // Bit by bit, apart from the table of the code under test.
  auto crc = 0xffff'ffffU;
  for (auto byte : body) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
  }
  crc = ~crc;
  for (int i = 0; i < 4; ++i)
    body.push_back(static_cast<std::uint8_t>(crc >> (8 * i)));
  return body;
}

std::vector<std::uint8_t> body_of(const std::vector<std::uint8_t>& chunk) {
  REQUIRE(chunk.size() > 4);
  return {chunk.begin(), chunk.end() - 4};
}

} // namespace

TEST_CASE("any fixes survive the round trip exactly", "[game][fix_chunk]") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    base::rng random{seed};
    CAPTURE(seed);
    auto fixes = any_fixes(random, random.below(40));
    REQUIRE(decode_chunk(encode_chunk(fixes)) == fixes);
    auto run = typical_run(random, random.below(40));
    REQUIRE(decode_chunk(encode_chunk(run)) == run);
  }
}

TEST_CASE("a full batch survives, of the worst content and of the best", "[game][fix_chunk]") {
  base::rng random{1};
  auto worst = any_fixes(random, fix_limits::batch_max);
  REQUIRE(decode_chunk(encode_chunk(worst)) == worst);
  std::vector<fix> best(fix_limits::batch_max);
  auto chunk = encode_chunk(best);
  CHECK(chunk.size() < 64);
  REQUIRE(decode_chunk(chunk) == best);
  REQUIRE(decode_chunk(encode_chunk({})) == std::vector<fix>{});
}

TEST_CASE("a damaged or shortened chunk is refused", "[game][fix_chunk]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    base::rng random{seed};
    CAPTURE(seed);
    auto fixes = random.chance(1, 2) ? any_fixes(random, 1 + random.below(6))
                                     : typical_run(random, 1 + random.below(20));
    auto chunk = encode_chunk(fixes);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      auto damaged = chunk;
      for (unsigned change = 1; change < 256; ++change) {
        damaged[i] = static_cast<std::uint8_t>(chunk[i] ^ change);
        if (decode_chunk(damaged))
          FAIL("byte " << i << " changed by " << change << " went unnoticed");
      }
      REQUIRE_FALSE(decode_chunk(std::span{chunk}.first(i)));
    }
    auto longer = chunk;
    longer.push_back(0);
    REQUIRE_FALSE(decode_chunk(longer));
  }
}

TEST_CASE("bytes that carry a right checksum but no chunk are refused or harmless",
          "[game][fix_chunk]") {
  base::rng random{3};
  int taken = 0;
  for (int i = 0; i < 200'000; ++i) {
    auto body = body_of(encode_chunk(typical_run(random, random.below(4))));
    for (auto changes = 1 + random.below(3); changes > 0; --changes)
      body[random.below(body.size())] = static_cast<std::uint8_t>(random.below(256));
    if (random.chance(1, 4))
      body.resize(random.below(body.size() + 1));
    auto fixes = decode_chunk(with_checksum(body));
    if (!fixes)
      continue;
    ++taken;
    REQUIRE(fixes->size() <= fix_limits::batch_max);
    REQUIRE(decode_chunk(encode_chunk(*fixes)) == *fixes);
  }
  CHECK(taken > 0);
}

TEST_CASE("each rule of the layout is checked beyond the checksum", "[game][fix_chunk]") {
  base::rng random{4};
  auto good = body_of(encode_chunk(typical_run(random, 3)));
  REQUIRE(decode_chunk(with_checksum(good)));

  auto another_version = good;
  another_version[0] = 2;
  CHECK_FALSE(decode_chunk(with_checksum(another_version)));

  auto trailing = good;
  trailing.push_back(0);
  CHECK_FALSE(decode_chunk(with_checksum(trailing)));

  auto cut_short = good;
  cut_short.pop_back();
  CHECK_FALSE(decode_chunk(with_checksum(cut_short)));

  auto unknown_mode = good;
  unknown_mode[2] |= 3;
  CHECK_FALSE(decode_chunk(with_checksum(unknown_mode)));

  for (const auto& body : std::vector<std::vector<std::uint8_t>>{
         {},
         {1},
         {1, 0},
         {1, 0, 0},
         {1, 0x80, 0x00, 0, 0},
         {1, 0xd1, 0x0f, 0xaa, 0xaa},
         {1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0},
         {1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0}})
    CHECK_FALSE(decode_chunk(with_checksum(body)));
  CHECK(decode_chunk(with_checksum({1, 0, 0, 0})) == std::vector<fix>{});
  CHECK_FALSE(decode_chunk({}));

  // One fix whose `seq` is 2^32, whose `acc_dm` is 2^16 or whose `flags` are 256 or -1.
  auto one = [](std::vector<std::uint8_t> columns) {
    columns.insert(columns.begin(), {1, 1, 0, 0});
    return decode_chunk(with_checksum(columns));
  };
  CHECK(one({0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK_FALSE(one({0x80, 0x80, 0x80, 0x80, 0x20, 0, 0, 0, 0, 0, 0, 0}));
  CHECK_FALSE(one({0, 0, 0, 0, 0x80, 0x80, 0x08, 0, 0, 0}));
  CHECK_FALSE(one({0, 0, 0, 0, 0, 0, 0, 0x80, 0x04}));
  CHECK_FALSE(one({0, 0, 0, 0, 0, 0, 0, 0x01}));
}

TEST_CASE("a chunk keeps its bytes: what is stored today is read for ever", "[game][fix_chunk]") {
  std::vector<fix> fixes{{1, base::from_ms(1000), 5, -5, 50, fix::alt_unknown, 0, 0},
                         {2, base::from_ms(2000), 6, -7, 50, fix::alt_unknown, 3, 1},
                         {3, base::from_ms(3100), 8, -8, 49, fix::alt_unknown, 5, 0}};
  auto chunk = encode_chunk(fixes);
  CHECK(decode_chunk(chunk) == fixes);
  CHECK(chunk == std::vector<std::uint8_t>{0x01, 0x03, 0x02, 0x08, 0x02, 0x02, 0xd0, 0x0f,
                                           0xd0, 0x0f, 0x98, 0x11, 0x0a, 0x02, 0x04, 0x09,
                                           0x03, 0x01, 0x64, 0x00, 0x01, 0xff, 0xff, 0xff,
                                           0xff, 0x0f, 0x00, 0x00, 0x06, 0x04, 0x00, 0x02,
                                           0x01, 0x1a, 0x87, 0x99, 0xf2});
}

TEST_CASE("a typical run with a fix a second takes at most seven bytes a fix",
          "[game][fix_chunk]") {
  base::rng random{6};
  auto minute = typical_run(random, 60);
  CHECK(encode_chunk(minute).size() <= 60 * 7 + 40);
  auto batch = typical_run(random, fix_limits::batch_max);
  CHECK(encode_chunk(batch).size() <= fix_limits::batch_max * 7);
}
