#include "integrations/chain/signature.hpp"

#include <algorithm>
#include <memory>
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <vector>

namespace fief::integrations {

namespace {

constexpr std::size_t signature_bytes = 65;

struct ending {
  void operator()(secp256k1_context* x) const { secp256k1_context_destroy(x); }
};

std::optional<std::array<std::uint8_t, signature_bytes>> bytes_of(std::string_view text) {
  if (text.size() != 2 + 2 * signature_bytes || !text.starts_with("0x"))
    return std::nullopt;
  std::array<std::uint8_t, signature_bytes> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto high = digit_of(text[2 + 2 * i]);
    auto low = digit_of(text[3 + 2 * i]);
    if (high < 0 || low < 0)
      return std::nullopt;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return out;
}

std::optional<int> recovery_of(std::uint8_t v) {
  if (v == 27 || v == 28)
    return v - 27;
  return v <= 1 ? std::optional<int>{v} : std::nullopt;
}

} // namespace

digest32 hash_of_personal(std::string_view text) {
  std::string signed_text = "\x19"
                            "Ethereum Signed Message:\n"
                            + std::to_string(text.size());
  signed_text += text;
  return keccak256(signed_text);
}

std::optional<std::string> signer_of(std::string_view text, std::string_view signature) {
  auto bytes = bytes_of(signature);
  if (!bytes)
    return std::nullopt;
  auto recovery = recovery_of(bytes->back());
  if (!recovery)
    return std::nullopt;
  std::unique_ptr<secp256k1_context, ending> context{
    secp256k1_context_create(SECP256K1_CONTEXT_NONE)};
  secp256k1_ecdsa_signature plain;
  if (secp256k1_ecdsa_signature_parse_compact(context.get(), &plain, bytes->data()) != 1
      || secp256k1_ecdsa_signature_normalize(context.get(), nullptr, &plain) == 1)
    return std::nullopt; // Out of range, or a high s: there would be two signatures of one text.
  secp256k1_ecdsa_recoverable_signature full;
  secp256k1_pubkey key;
  auto hash = hash_of_personal(text);
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context.get(), &full, bytes->data(),
                                                          *recovery)
        != 1
      || secp256k1_ecdsa_recover(context.get(), &key, &full, hash.data()) != 1)
    return std::nullopt;
  std::array<std::uint8_t, 65> point{};
  auto size = point.size();
  secp256k1_ec_pubkey_serialize(context.get(), point.data(), &size, &key,
                                SECP256K1_EC_UNCOMPRESSED);
  auto digest = keccak256(std::span{point}.subspan(1));
  return "0x" + to_hex(std::span{digest}.subspan(12));
}

} // namespace fief::integrations
