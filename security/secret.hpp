#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace fief::security {

/// Sets libsodium up. Every entry of this folder calls it; only the first call does something.
void prepare_sodium();

/// A key of 256 bits that does not stay behind in memory: each copy is zeroed when it dies.
class secret_key {
public:
  static constexpr std::size_t size = 32;

  /// All zero: nobody's key, for a config that is not filled yet.
  secret_key() = default;
  explicit secret_key(std::span<const std::uint8_t, size> bytes);
  secret_key(const secret_key&) = default;
  secret_key& operator=(const secret_key&) = default;
  ~secret_key();

  /// From the operating system's randomness.
  static secret_key random();

  /// The key for one purpose: different for each, and none tells about `this` or another.
  /// Source: libsodium's crypto_kdf (BLAKE2b).
  [[nodiscard]] secret_key derive(std::uint64_t purpose) const;

  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
  [[nodiscard]] bool is_zero() const;
  /// Cost: the same time whatever the bytes are.
  friend bool operator==(const secret_key& x, const secret_key& y);

private:
  std::array<std::uint8_t, size> bytes_{};
};

/// Zeroes all that a string holds or held, its spare capacity too, and empties it.
void wipe(std::string& text);

} // namespace fief::security
