// The stored form of fixes: damage is told, and what decodes is exactly what was encoded.

#include "game/fix_chunk.hpp"
#include "base/assert.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace fief::fuzz {

namespace {

/// CRC-32C bit by bit, apart from the code under test.
std::uint32_t crc_of(bytes input) {
  auto crc = 0xffff'ffffU;
  for (auto byte : input) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

/// The encoder may find a smaller form than the one read, so chunks are compared by what they say.
void check(bytes chunk) {
  const auto fixes = game::decode_chunk(chunk);
  if (!fixes)
    return;
  FIEF_ASSERT(fixes->size() <= game::fix_limits::batch_max);
  const auto written = game::encode_chunk(*fixes);
  FIEF_ASSERT(written.size() <= std::max(chunk.size(), std::size_t{8}));
  FIEF_ASSERT(game::decode_chunk(written) == fixes);
  FIEF_ASSERT(game::encode_chunk(*game::decode_chunk(written)) == written);
}

const enlist fix_chunk{"fix_chunk", [](bytes input) {
                         check(input);
                         // The same with a checksum that fits, which no mutation would find.
                         std::vector<std::uint8_t> body{input.begin(), input.end()};
                         const auto crc = crc_of(input);
                         for (unsigned i = 0; i < 4; ++i)
                           body.push_back(static_cast<std::uint8_t>(crc >> (8 * i)));
                         check(body);
                         if (!body.empty() && game::decode_chunk(body)) { // One bit off is noticed.
                           body[crc % body.size()] ^= static_cast<std::uint8_t>(1U << (crc >> 29));
                           FIEF_ASSERT(!game::decode_chunk(body));
                         }
                       }};

} // namespace

} // namespace fief::fuzz
