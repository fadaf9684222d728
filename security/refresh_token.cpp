#include "security/refresh_token.hpp"

#include "base/assert.hpp"

#include <array>
#include <sodium.h>
#include <string_view>

namespace fief::security {

namespace {

using digest = std::array<unsigned char, 32>;
static_assert(crypto_hash_sha256_BYTES == 32 && crypto_auth_hmacsha256_BYTES == 32);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_base64url(const digest& bytes) {
  constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back(); // The terminator.
  FIEF_ASSERT(text.size() == 43);
  return text;
}

std::string to_hex(const digest& bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

} // namespace

std::string mint_refresh_token() {
  digest bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return to_base64url(bytes);
}

std::string successor_of(const std::string& token, const secret_key& key) {
  FIEF_ASSERT(!key.is_zero());
  constexpr std::string_view purpose = "refresh";
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), secret_key::size);
  crypto_auth_hmacsha256_update(&state, bytes_of(purpose), purpose.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(token), token.size());
  digest bytes;
  crypto_auth_hmacsha256_final(&state, bytes.data());
  sodium_memzero(&state, sizeof state);
  return to_base64url(bytes);
}

std::string digest_of(const std::string& token) {
  digest bytes;
  crypto_hash_sha256(bytes.data(), bytes_of(token), token.size());
  return to_hex(bytes);
}

} // namespace fief::security
