#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fief::integrations {

using digest32 = std::array<std::uint8_t, 32>;

/// Keccak-256 as Ethereum has it: the original padding, not that of SHA-3.
digest32 keccak256(std::span<const std::uint8_t> bytes);
digest32 keccak256(std::string_view text);

/// Lower case hexadecimal digits, without `0x`.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// The value of a hexadecimal digit in either case; -1 for another character.
int digit_of(char c);

} // namespace fief::integrations
