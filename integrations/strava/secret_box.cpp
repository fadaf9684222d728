#include "integrations/strava/secret_box.hpp"

#include "base/assert.hpp"

#include <sodium.h>

namespace fief::integrations {

namespace {

constexpr auto base64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
static_assert(box_key::size == crypto_secretbox_KEYBYTES && box_key::size == crypto_kdf_KEYBYTES);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

} // namespace

box_key::~box_key() {
  sodium_memzero(bytes.data(), bytes.size());
}

box_key box_key::derive(std::uint64_t purpose) const {
  FIEF_ASSERT(sodium_init() >= 0);
  constexpr char context[crypto_kdf_CONTEXTBYTES + 1] = "strava__";
  box_key out;
  crypto_kdf_derive_from_key(out.bytes.data(), size, purpose, context, bytes.data());
  return out;
}

std::string to_base64url(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), base64), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), base64);
  out.pop_back(); // The terminating zero.
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes_of(out), out.size(), text.data(), text.size(), nullptr, &size, &end,
                        base64)
        != 0
      || end != text.data() + text.size())
    return std::nullopt;
  out.resize(size);
  return out;
}

std::string secret_box::seal(std::string_view text) const {
  FIEF_ASSERT(sodium_init() >= 0);
  std::string out(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size(), '\0');
  randombytes_buf(out.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(bytes_of(out) + crypto_secretbox_NONCEBYTES, bytes_of(text), text.size(),
                        bytes_of(out), key_.bytes.data());
  return to_base64url(out);
}

std::optional<std::string> secret_box::open(std::string_view sealed) const {
  constexpr auto extra = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  const auto bytes = from_base64url(sealed);
  if (!bytes || bytes->size() < extra)
    return std::nullopt;
  std::string out(bytes->size() - extra, '\0');
  if (crypto_secretbox_open_easy(bytes_of(out), bytes_of(*bytes) + crypto_secretbox_NONCEBYTES,
                                 bytes->size() - crypto_secretbox_NONCEBYTES, bytes_of(*bytes),
                                 key_.bytes.data())
      != 0)
    return std::nullopt;
  return out;
}

} // namespace fief::integrations
