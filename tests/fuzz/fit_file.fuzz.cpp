// FIT of strangers, also with checksums that fit, which no mutation would find; and a file that is
// read is refused with any bit of it changed.

#include "base/assert.hpp"
#include "tests/fuzz/track_files.hpp"
#include "tests/support/files/fit_writer.hpp"

namespace fief::fuzz {

namespace {

/// The input as the data of one file, with a header and a checksum made for it.
std::string as_file(bytes input) {
  test::fit_writer out{{}};
  out.raw(text_of(input));
  return out.file();
}

constexpr std::size_t header_size = 14;

/// One bit of the data or of its checksum; the header's could make it another file.
std::string changed(std::string file, std::size_t bit) {
  auto& byte = file[header_size + bit / 8 % (file.size() - header_size)];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 1U << bit % 8);
  return file;
}

const enlist fit_file{"fit_file", [](bytes input) {
                        const std::string raw{text_of(input)};
                        checked_track(raw);
                        checked_track(test::with_fit_crcs(raw));
                        const auto file = as_file(input);
                        if (checked_track(file))
                          FIEF_ASSERT(!checked_track(changed(file, test::fit_crc(raw))));
                      }};

} // namespace

} // namespace fief::fuzz
