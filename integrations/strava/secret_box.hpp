#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fief::integrations {

/// A key of 256 bits for this folder. Zeroed when it dies.
struct box_key {
  static constexpr std::size_t size = 32;
  std::array<std::uint8_t, size> bytes{};

  box_key() = default;
  box_key(const box_key&) = default;
  box_key& operator=(const box_key&) = default;
  ~box_key();

  /// The key for one purpose: none tells about this one or another.
  /// Source: libsodium's crypto_kdf (BLAKE2b).
  [[nodiscard]] box_key derive(std::uint64_t purpose) const;
};

/// Seals texts that Postgres keeps and may not read: XSalsa20 and Poly1305 under a random nonce
/// each, so equal texts look different and a changed one does not open.
class secret_box {
public:
  explicit secret_box(const box_key& key) : key_(key) {}

  /// Base64url of the nonce and the sealed text.
  [[nodiscard]] std::string seal(std::string_view text) const;
  /// Nothing for what this key did not seal.
  [[nodiscard]] std::optional<std::string> open(std::string_view sealed) const;

private:
  box_key key_;
};

/// Bytes as base64url without padding, and back; nothing for any other text.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

} // namespace fief::integrations
