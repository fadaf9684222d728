#include "integrations/chain/keccak.hpp"

#include <cryptopp/keccak.h>

namespace fief::integrations {

digest32 keccak256(std::span<const std::uint8_t> bytes) {
  digest32 out{};
  CryptoPP::Keccak_256 hash;
  hash.Update(bytes.data(), bytes.size());
  hash.Final(out.data());
  return out;
}

digest32 keccak256(std::string_view text) {
  return keccak256(std::span{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

} // namespace fief::integrations
