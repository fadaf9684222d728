// FIT files that are cut, flipped or made to hurt. Under asan and ubsan these cases also show that
// nothing is read beside the bytes: each input lies in a buffer of just its size.

#include "tests/support/files/any_track.hpp"
#include "tests/support/files/fit_writer.hpp"
#include "tests/unit/integrations/files/decoded.hpp"

#include <memory>

using namespace fief;
using namespace fief::integrations;
using Catch::Matchers::StartsWith;
using test::fit_shape;
using test::fit_writer;
using test::refusal;

namespace {

/// In a buffer of its own, so that a sanitizer sees a read behind it.
track_file_result decode_exact(std::string_view bytes) {
  auto buffer = std::make_unique<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), buffer.get());
  return decode_track_file({buffer.get(), bytes.size()}, "application/fit");
}

std::string small_file(std::uint64_t seed) {
  base::rng random{seed};
  auto fixes = test::any_track(random, 12);
  for (auto& x : fixes)
    x = test::as_in_fit(x);
  return test::fit_of(fixes, test::any_fit_shape(random));
}

constexpr std::uint64_t shapes = 24;

} // namespace

TEST_CASE("a FIT that is cut at any byte is refused") {
  for (std::uint64_t seed = 1; seed <= shapes; ++seed) {
    const auto file = small_file(seed);
    REQUIRE_FALSE(decode_exact(file).has_error());
    for (std::size_t size = 0; size < file.size(); ++size) {
      const auto result = decode_exact(std::string_view{file}.substr(0, size));
      if (!result.has_error() || result.error().code != file_errc::malformed_file)
        FAIL("seed " << seed << ", cut at " << size);
    }
    CHECK_THAT(refusal(file + "x"),
               StartsWith("malformed_file: byte " + std::to_string(file.size())));
  }
}

TEST_CASE("a FIT with any one byte changed is refused") {
  for (std::uint64_t seed = 1; seed <= shapes; ++seed) {
    auto file = small_file(seed);
    base::rng random{seed};
    for (std::size_t at = 0; at < file.size(); ++at) {
      const auto good = file[at];
      for (auto flip : {1U << random.below(8), 1U + static_cast<unsigned>(random.below(255))}) {
        file[at] = static_cast<char>(static_cast<unsigned char>(good) ^ flip);
        if (!decode_exact(file).has_error())
          FAIL("seed " << seed << ", byte " << at << ", flip " << flip);
      }
      file[at] = good;
    }
  }
}

TEST_CASE("a FIT whose checksums were made to fit is read or refused, and never beside its bytes") {
  for (std::uint64_t seed = 1; seed <= shapes; ++seed) {
    CAPTURE(seed);
    const auto good = small_file(seed);
    base::rng random{seed};
    int read = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
      auto file = good;
      file[at] = static_cast<char>(random.below(256));
      if (random.chance(1, 2))
        file[random.below(file.size())] = static_cast<char>(random.below(256));
      const auto result = decode_exact(test::with_fit_crcs(std::move(file)));
      if (!result.has_error()) {
        ++read;
        for (const auto& x : result->fixes)
          REQUIRE((std::abs(x.lat_e7) <= 900'000'000 && std::abs(x.lon_e7) <= 1'800'000'000));
      }
    }
    CHECK(read > 0);
  }
}

TEST_CASE("a FIT is refused with the place and the kind of its damage") {
  auto file_with = [](const std::string& data) {
    fit_writer out{{}};
    out.raw(data);
    return out.file();
  };
  using namespace std::string_literals;
  CHECK_THAT(refusal(file_with("\x05"s)), StartsWith("malformed_file: byte 15: a message before"));
  CHECK_THAT(refusal(file_with("\xA5"s)), StartsWith("malformed_file: byte 15: a message before"));
  CHECK_THAT(refusal(file_with("\x40\x00\x00"s)),
             StartsWith("malformed_file: byte 15: a definition"));
  CHECK_THAT(refusal(file_with("\x40\x00\x02\x14\x00\x00"s)),
             StartsWith("malformed_file: byte 15: a byte order"));
  CHECK_THAT(refusal(file_with("\x40\x00\x00\x14\x00\x02\x00\x04\x85"s)),
             StartsWith("malformed_file: byte 20: a definition"));
  CHECK_THAT(refusal(file_with("\x60\x00\x00\x14\x00\x00"s)),
             StartsWith("malformed_file: byte 20: a definition"));
  CHECK_THAT(refusal(file_with("\x60\x00\x00\x14\x00\x00\x05\x00"s)),
             StartsWith("malformed_file: byte 20: a definition"));
  CHECK_THAT(refusal(file_with("\x40\x00\x00\x14\x00\x01\x00\x04\x85\x00\x01\x02\x03"s)),
             StartsWith("malformed_file: byte 24: a message that goes on"));

  auto file = small_file(1);
  auto changed = [&file](std::size_t at, char to) {
    auto x = file;
    x[at] = to;
    return x;
  };
  CHECK_THAT(refusal(changed(0, 11)), StartsWith("malformed_file: byte 0: no FIT header"));
  CHECK_THAT(refusal(changed(0, 13)), StartsWith("malformed_file: byte 0: no FIT header"));
  CHECK_THAT(refusal(changed(1, 0x30)), StartsWith("unsupported_format: byte 0: a later version"));
  CHECK_THAT(refusal(changed(file.size() - 1, static_cast<char>(file.back() ^ 1))),
             StartsWith("crc_mismatch: byte 0: the checksum of the file"));
  fit_shape shape;
  const auto with_crc = test::fit_of({}, shape);
  file = with_crc;
  CHECK_THAT(refusal(changed(12, static_cast<char>(file[12] ^ 1))),
             StartsWith("crc_mismatch: byte 0: the checksum of the header"));
}

TEST_CASE("messages of no size and definitions of the greatest cost no memory") {
  fit_writer out{{}};
  out.define(0, 20, {});
  out.raw(std::string(1'000'000, '\0')); // A million messages of nothing but their header.
  std::vector<fit_writer::field> most(255, {7, 255, 0x0D});
  for (std::uint8_t local = 0; local < 16; ++local)
    out.define(local, 20, most, most);
  const auto file = test::decoded(out.file());
  CHECK(file.fixes.empty());
  CHECK(file.points_without_place == 1'000'000);
}
