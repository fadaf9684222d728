#include "security/secret.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <sodium.h>

namespace fief::security {

static_assert(secret_key::size == crypto_kdf_KEYBYTES);

void prepare_sodium() {
  FIEF_ASSERT(sodium_init() >= 0); // Fails only where the system has no randomness.
}

secret_key::secret_key(std::span<const std::uint8_t, size> bytes) {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

secret_key::~secret_key() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

secret_key secret_key::random() {
  prepare_sodium();
  secret_key result;
  randombytes_buf(result.bytes_.data(), size);
  FIEF_ASSERT(!result.is_zero());
  return result;
}

secret_key secret_key::derive(std::uint64_t purpose) const {
  FIEF_ASSERT(!is_zero());
  prepare_sodium();
  constexpr char context[crypto_kdf_CONTEXTBYTES + 1] = "fief_key";
  secret_key result;
  crypto_kdf_derive_from_key(result.bytes_.data(), size, purpose, context, bytes_.data());
  return result;
}

bool secret_key::is_zero() const {
  return sodium_is_zero(bytes_.data(), size) == 1;
}

bool operator==(const secret_key& x, const secret_key& y) {
  return sodium_memcmp(x.bytes_.data(), y.bytes_.data(), secret_key::size) == 0;
}

void wipe(std::string& text) {
  text.resize(text.capacity()); // Moving from a short string leaves its characters in place.
  sodium_memzero(text.data(), text.size());
  text.clear();
}

} // namespace fief::security
