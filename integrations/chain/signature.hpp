#pragma once

#include "integrations/chain/keccak.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fief::integrations {

/// What a wallet signs for a text (EIP-191, `personal_sign`).
digest32 hash_of_personal(std::string_view text);

/// The address, in lower case, whose key made this signature of the text: `0x` and 65 bytes of r, s
/// and v. Nothing for another form, a v but 0, 1, 27 and 28, an s in the upper half of the curve's
/// order, and what no key can have made.
std::optional<std::string> signer_of(std::string_view text, std::string_view signature);

} // namespace fief::integrations
