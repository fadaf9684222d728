#include "integrations/files/fit_format.hpp"

namespace fief::integrations::fit {

namespace {

using crc_table = std::array<std::array<std::uint16_t, 256>, 8>;

/// `table[k][b]` is what byte b does to the checksum k bytes further on.
constexpr crc_table make_table() {
  crc_table table{};
  for (unsigned b = 0; b < 256; ++b) {
    auto crc = b;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xA001U : 0U);
    table[0][b] = static_cast<std::uint16_t>(crc);
  }
  for (unsigned k = 1; k < table.size(); ++k)
    for (unsigned b = 0; b < 256; ++b) {
      const unsigned before = table[k - 1][b];
      table[k][b] = static_cast<std::uint16_t>((before >> 8) ^ table[0][before & 0xFF]);
    }
  return table;
}

constexpr auto table = make_table();

} // namespace

std::uint16_t crc16(byte_view bytes, std::uint16_t crc) {
  unsigned x = crc;
  const auto* p = bytes.data();
  auto left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    const unsigned low = p[0] ^ (x & 0xFF);
    const unsigned high = p[1] ^ (x >> 8);
    x = unsigned{table[7][low]} ^ table[6][high] ^ table[5][p[2]] ^ table[4][p[3]] ^ table[3][p[4]]
        ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
  }
  for (; left > 0; --left, ++p)
    x = (x >> 8) ^ table[0][(x ^ *p) & 0xFF];
  return static_cast<std::uint16_t>(x);
}

} // namespace fief::integrations::fit
