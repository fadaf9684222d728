#include "tests/support/files/any_track.hpp"
#include "tests/support/files/fit_writer.hpp"
#include "tests/unit/integrations/files/decoded.hpp"

#include "integrations/files/fit_format.hpp"

#include <algorithm>

using namespace fief;
using namespace fief::integrations;
using Catch::Matchers::StartsWith;
using test::decoded;
using test::fit_shape;
using test::fit_writer;
using test::refusal;

namespace {

std::vector<game::fix> any_fit_track(base::rng& random, std::size_t count) {
  auto fixes = test::any_track(random, count);
  for (auto& x : fixes)
    x = test::as_in_fit(x);
  return fixes;
}

std::string described(const fit_shape& x) {
  return "header " + std::to_string(x.header_size) + (x.header_crc ? " with crc" : "")
         + (x.big_endian ? ", big" : ", little") + (x.compressed_times ? ", compressed" : "")
         + (x.developer_fields ? ", developer" : "") + (x.strange_fields ? ", strange" : "")
         + ", redefined " + std::to_string(x.redefined) + ", placeless "
         + std::to_string(x.placeless);
}

/// A file with one field of message 20 beside a time and a place, to see what becomes of it.
game::fix one_record(const fit_writer::field& field, std::uint64_t value, bool big_endian) {
  fit_shape shape;
  shape.big_endian = big_endian;
  fit_writer out{shape};
  const std::array<fit_writer::field, 4> fields{
    {{0, 4, 0x85}, field, {1, 4, 0x85}, {253, 4, 0x86}}};
  out.define(9, 20, fields);
  out.begin(9);
  out.put(1 << 29, 4); // 45°
  out.put(value, field.size);
  out.put(1 << 30, 4); // 90°
  out.put(1'000'000'000, 4);
  const auto file = decoded(out.file());
  REQUIRE(file.fixes.size() == 1);
  REQUIRE(file.fixes[0].lat_e7 == 450'000'000);
  REQUIRE(file.fixes[0].lon_e7 == 900'000'000);
  REQUIRE(file.fixes[0].t == *base::parse_rfc3339("2021-09-08T01:46:40Z"));
  return file.fixes[0];
}

} // namespace

TEST_CASE("a generated FIT in any shape reads as the track that it was written from") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    base::rng random{seed};
    const auto shape = test::any_fit_shape(random);
    CAPTURE(seed, described(shape));
    const auto fixes = any_fit_track(random, 1 + random.below(120));
    const auto file = decoded(test::fit_of(fixes, shape), "application/vnd.ant.fit");
    REQUIRE(file.fixes == fixes);
    CHECK(file.points_without_place == fixes.size() * shape.placeless);
    CHECK(file.points_without_time == 0);
    CHECK(file.sport_known == shape.session);
    CHECK(file.sport == game::sport::run);
    CHECK(file.device_distance_m.has_value() == shape.session);
    if (shape.session) {
      CHECK(file.device_distance_m == 5678.0);
      CHECK(file.device_duration == base::milliseconds{1'234'500});
    }
  }
}

TEST_CASE("files of a chain follow each other, whatever their shapes") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    std::string chain;
    std::vector<game::fix> all;
    for (auto left = 1 + random.below(4); left > 0; --left) {
      const auto fixes = any_fit_track(random, 1 + random.below(30));
      auto shape = test::any_fit_shape(random);
      chain += test::fit_of(fixes, shape);
      shape.file_type = 6; // A course between two activities is not part of the run.
      chain += test::fit_of(any_fit_track(random, 3), shape);
      all.insert(all.end(), fixes.begin(), fixes.end());
    }
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i].seq = static_cast<std::uint32_t>(i + 1);
    CHECK(decoded(chain, "application/octet-stream").fixes == all);
  }
}

TEST_CASE("compressed times count on from the last whole one, over their overflow") {
  fit_shape shape;
  fit_writer out{shape};
  const std::array<fit_writer::field, 2> place{{{0, 4, 0x85}, {1, 4, 0x85}}};
  const std::array<fit_writer::field, 3> whole{{{253, 4, 0x86}, {0, 4, 0x85}, {1, 4, 0x85}}};
  out.define(2, 20, place);
  auto put_place = [&out] {
    out.put(1000, 4);
    out.put(1000, 4);
  };
  out.begin_compressed(2, 5); // Nothing to count from yet.
  put_place();
  out.define(7, 20, whole);
  out.begin(7);
  out.put(1'000'000'030, 4);
  put_place();
  for (auto time : {1'000'000'031U, 1'000'000'031U, 1'000'000'062U, 1'000'000'064U}) {
    out.begin_compressed(2, time);
    put_place();
  }
  out.begin(2); // No time of its own and none compressed.
  put_place();
  const auto file = decoded(out.file());
  std::vector<std::int64_t> seconds;
  for (const auto& x : file.fixes)
    seconds.push_back(x.t == game::instant{} ? 0 : base::to_ms(x.t) / 1000 - 631'065'600);
  CHECK(seconds
        == std::vector<std::int64_t>{0, 1'000'000'030, 1'000'000'031, 1'000'000'031, 1'000'000'062,
                                     1'000'000'064, 0});
  CHECK(file.points_without_time == 2);
}

TEST_CASE("values of FIT are read by their base type, and its invalid ones are none") {
  using game::fix;
  for (auto big : {false, true}) {
    CAPTURE(big);
    CHECK(one_record({31, 1, 0x02}, 7, big).acc_dm == 70);
    CHECK(one_record({31, 1, 0x02}, 0xFF, big).acc_dm == fix::acc_unknown);
    CHECK(one_record({31, 2, 0x84}, 300, big).acc_dm == fix::acc_unknown);
    CHECK(one_record({31, 1, 0x0A}, 0, big).acc_dm == fix::acc_unknown);
    CHECK(one_record({31, 1, 0x01}, 0xF0, big).acc_dm == fix::acc_unknown);
    CHECK(one_record({31, 3, 0x84}, 7, big).acc_dm == fix::acc_unknown); // One value and a half.
    CHECK(one_record({31, 1, 0x1F}, 7, big).acc_dm == fix::acc_unknown); // No such type.
    CHECK(one_record({31, 4, 0x88}, 0x40E00000, big).acc_dm == fix::acc_unknown);
    CHECK(one_record({2, 2, 0x84}, 2'600, big).alt_dm == 200);
    CHECK(one_record({2, 2, 0x04}, 2'600, big).alt_dm == 200); // The bit of the order is missing.
    CHECK(one_record({2, 2, 0x84}, 0xFFFF, big).alt_dm == fix::alt_unknown);
    CHECK(one_record({78, 4, 0x86}, 2'000, big).alt_dm == -1'000);
    CHECK(one_record({78, 4, 0x86}, 0xFFFFFFFF, big).alt_dm == fix::alt_unknown);
    CHECK(one_record({78, 8, 0x8F}, UINT64_MAX - 1, big).alt_dm == fix::alt_unknown);
    CHECK(one_record({78, 8, 0x8E}, 2'600, big).alt_dm == 200);
    CHECK(one_record({200, 0, 0x02}, 0, big).alt_dm == fix::alt_unknown); // An empty field.
  }
}

TEST_CASE("the sport of a FIT is that of its sessions, else of its sport message") {
  using game::sport;
  base::rng random{3};
  const auto fixes = any_fit_track(random, 3);
  fit_shape shape;
  auto read = [&](std::uint8_t is, std::uint8_t sub) {
    shape.sport = is;
    shape.sub_sport = sub;
    const auto file = decoded(test::fit_of(fixes, shape));
    return std::pair{file.sport, file.sport_known};
  };
  CHECK(read(1, 0) == std::pair{sport::run, true});
  CHECK(read(1, 3) == std::pair{sport::trail_run, true});
  CHECK(read(1, 4) == std::pair{sport::run, true});
  CHECK(read(11, 0) == std::pair{sport::walk, true});
  CHECK(read(16, 0) == std::pair{sport::hike, true});
  CHECK(read(17, 0) == std::pair{sport::hike, true});
  CHECK(read(2, 0) == std::pair{sport::ride, true});
  CHECK(read(5, 18) == std::pair{sport::swim, true});
  CHECK(read(12, 0) == std::pair{sport::ski, true});
  CHECK(read(37, 0) == std::pair{sport::row, true});
  CHECK(read(1, 58) == std::pair{sport::other, true}); // Virtual.
  CHECK(read(1, 1) == std::pair{sport::other, true});  // On a treadmill.
  CHECK(read(77, 0) == std::pair{sport::other, true});
  CHECK(read(0, 0) == std::pair{sport::other, false});

  shape.sport = 5;
  auto multisport = test::fit_of(fixes, shape);
  shape.sport = 1;
  CHECK(decoded(multisport + test::fit_of(fixes, shape)).sport == sport::other);

  fit_writer out{shape};
  const std::array<fit_writer::field, 2> fields{{{0, 1, 0x00}, {1, 1, 0x00}}};
  out.define(0, 12, fields);
  out.begin(0);
  out.put(11, 1);
  out.put(0, 1);
  const std::array<fit_writer::field, 1> time{{{253, 4, 0x86}}};
  out.define(1, 20, time);
  out.begin(1);
  out.put(1'000'000'000, 4);
  const auto file = decoded(out.file());
  CHECK(file.sport == sport::walk);
  CHECK(file.fixes.empty());
  CHECK(file.points_without_place == 1);
}

TEST_CASE("a FIT that is no activity is refused with what it is") {
  base::rng random{5};
  const auto fixes = any_fit_track(random, 3);
  fit_shape shape;
  shape.file_type = 6;
  CHECK_THAT(refusal(test::fit_of(fixes, shape)), StartsWith("no_usable_time: a course"));
  shape.file_type = 2;
  CHECK_THAT(refusal(test::fit_of(fixes, shape)), StartsWith("no_activity: "));
  CHECK_THAT(refusal(fit_writer{{}}.file()), StartsWith("no_activity: "));
  auto untimed = fixes;
  for (auto& x : untimed) // Seconds since the device was switched on.
    x.t = *base::parse_rfc3339("1990-01-01T00:00:00Z");
  shape.file_type = 4;
  CHECK_THAT(refusal(test::fit_of(untimed, shape)), StartsWith("no_usable_time: none of 3"));
}

TEST_CASE("a FIT holds 50,000 fixes and not one more, over all of its chain") {
  base::rng random{11};
  const auto fixes = any_fit_track(random, game::fix_limits::fixes_max);
  fit_shape shape;
  shape.placeless = 1; // They do not count.
  const auto most = test::fit_of(fixes, shape);
  CHECK(decoded(most).fixes.size() == game::fix_limits::fixes_max);
  const auto one = test::fit_of(std::span{fixes}.first(1), shape);
  CHECK_THAT(refusal(most + one), StartsWith("too_many_fixes: "));
}

TEST_CASE("the checksum of FIT is the one that its specification has") {
  std::string text = "123456789";
  auto crc_of = [](std::string_view x) {
    return fit::crc16({reinterpret_cast<const std::uint8_t*>(x.data()), x.size()});
  };
  CHECK(crc_of(text) == 0xBB3D); // CRC-16/ARC
  base::rng random{13};
  for (std::size_t size = 0; size < 100; ++size) {
    std::string bytes;
    while (bytes.size() < size)
      bytes += static_cast<char>(random.below(256));
    CHECK(crc_of(bytes) == test::fit_crc(bytes));
  }
}
