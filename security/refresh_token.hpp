#pragma once

#include "security/secret.hpp"

#include <string>

namespace fief::security {

/// 256 random bits in base64url, 43 characters.
std::string mint_refresh_token();

/// HMAC-SHA256 of "refresh" and the token in base64url: whoever has the old token but not the key
/// cannot tell the next, while the server finds the same next one every time.
std::string successor_of(const std::string& token, const secret_key& key);

/// SHA-256 of the token in lower-case hex: what Postgres may know of it.
std::string digest_of(const std::string& token);

} // namespace fief::security
