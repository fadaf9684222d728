#include "integrations/chain/eth_address.hpp"

#include "integrations/chain/keccak.hpp"

#include <algorithm>

namespace fief::integrations {

namespace {

constexpr std::size_t address_size = 42;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

} // namespace

std::string with_checksum(std::string_view address) {
  auto hash = keccak256(address.substr(2));
  std::string out{address};
  for (std::size_t i = 2; i < out.size(); ++i) {
    auto nibble = (i % 2 == 0 ? hash[(i - 2) / 2] >> 4 : hash[(i - 2) / 2]) & 15;
    if (nibble >= 8 && out[i] >= 'a')
      out[i] = static_cast<char>(out[i] - 32);
  }
  return out;
}

std::optional<std::string> parse_address(std::string_view text) {
  if (text.size() != address_size || !text.starts_with("0x"))
    return std::nullopt;
  bool has_lower = false;
  bool has_upper = false;
  for (auto c : text.substr(2)) {
    if (digit_of(c) < 0)
      return std::nullopt;
    has_lower = has_lower || (c >= 'a' && c <= 'f');
    has_upper = has_upper || (c >= 'A' && c <= 'F');
  }
  std::string plain{text};
  std::ranges::transform(plain, plain.begin(), lower);
  if (has_lower && has_upper && with_checksum(plain) != text)
    return std::nullopt;
  return plain;
}

} // namespace fief::integrations
