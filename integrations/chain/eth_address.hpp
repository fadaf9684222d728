#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fief::integrations {

/// An address in lower case: `0x` and 40 digits. Takes one in lower or upper case throughout, and
/// one in both whose letters are the checksum of EIP-55; nothing for any other text.
std::optional<std::string> parse_address(std::string_view text);

/// The address with the letters of its checksum. @pre What `parse_address` gave.
std::string with_checksum(std::string_view address);

} // namespace fief::integrations
