#include "base/ids.hpp"

#include "base/text_form.hpp"

namespace fief::base {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

/// Value of one hexadecimal digit, or -1.
constexpr int digit_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

constexpr bool is_dash_position(std::size_t index) {
  return index == 8 || index == 13 || index == 18 || index == 23;
}

} // namespace

uuid make_uuid_v7(instant now, rng& random) {
  auto ms = static_cast<std::uint64_t>(to_ms(now)) & 0xffff'ffff'ffffULL;
  uuid x;
  x.hi = (ms << 16) | 0x7000ULL | (random.next() & 0x0fffULL);
  x.lo = 0x8000'0000'0000'0000ULL | (random.next() >> 2);
  return x;
}

void put_uuid(const uuid& x, char* to) {
  int nibble = 0;
  for (std::size_t i = 0; i < uuid_text_size; ++i) {
    if (is_dash_position(i)) {
      to[i] = '-';
      continue;
    }
    auto half = nibble < 16 ? x.hi : x.lo;
    to[i] = digits[(half >> (60 - 4 * (nibble % 16))) & 0xf];
    ++nibble;
  }
}

std::string to_string(const uuid& x) {
  std::string text(uuid_text_size, '-');
  put_uuid(x, text.data());
  return text;
}

std::optional<uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36)
    return std::nullopt;
  uuid x;
  int nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-')
        return std::nullopt;
      continue;
    }
    auto value = digit_value(text[i]);
    if (value < 0)
      return std::nullopt;
    auto& half = nibble < 16 ? x.hi : x.lo;
    half = (half << 4) | static_cast<std::uint64_t>(value);
    ++nibble;
  }
  return x;
}

} // namespace fief::base
