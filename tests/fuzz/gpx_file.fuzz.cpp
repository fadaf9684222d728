// GPX of strangers: what is read, written again, reads the same.

#include "base/assert.hpp"
#include "tests/fuzz/track_files.hpp"
#include "tests/support/files/xml_writer.hpp"

namespace fief::fuzz {

namespace {

const enlist gpx_file{"gpx_file", [](bytes input) {
                        const auto read = checked_track(text_of(input));
                        if (!read || read->fixes.empty())
                          return;
                        const auto again = checked_track(test::gpx_of(read->fixes));
                        FIEF_ASSERT(again && again->fixes == without_accuracy(read->fixes));
                      }};

} // namespace

} // namespace fief::fuzz
