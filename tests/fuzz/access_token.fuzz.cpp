// Access tokens: nothing that was not signed with the key is believed, whatever it claims; what was
// signed is believed only with the claims of an access token.

#include "security/access_token.hpp"
#include "base/assert.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>

namespace fief::fuzz {

namespace {

using security::access_tokens;
using security::secret_key;

const auto now = base::from_ms(1'778'414'400'000);

secret_key key_of(std::uint8_t first) {
  security::prepare_sodium();
  std::array<std::uint8_t, secret_key::size> raw{first};
  return secret_key{raw};
}

std::string base64url(const unsigned char* data, std::size_t size) {
  constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(size, variant), '\0');
  sodium_bin2base64(text.data(), text.size(), data, size, variant);
  text.pop_back(); // The terminator.
  return text;
}

std::string base64url(std::string_view text) {
  return base64url(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

/// Two lines, header and claims, as a token that is signed properly.
std::string signed_token(std::string_view lines, const secret_key& key) {
  const auto header = lines.substr(0, lines.find('\n'));
  const auto claims = lines.substr(std::min(header.size() + 1, lines.size()));
  auto token = base64url(header) + "." + base64url(claims);
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256(mac.data(), reinterpret_cast<const unsigned char*>(token.data()),
                         token.size(), key.data());
  return token += "." + base64url(mac.data(), mac.size());
}

void check_signed(access_tokens& tokens, access_tokens& others, std::string_view lines,
                  const secret_key& key) {
  const auto token = signed_token(lines, key);
  FIEF_ASSERT(!others.verify(token, now));
  const auto who = tokens.verify(token, now);
  if (!who)
    return;
  FIEF_ASSERT(token.size() <= access_tokens::size_max);
  FIEF_ASSERT(lines.substr(0, lines.find('\n')).find("HS256") != lines.npos);
  FIEF_ASSERT(!who->user.is_nil() && who->expires_at > now);
  FIEF_ASSERT(tokens.verify(token, now) == who);       // Remembered.
  FIEF_ASSERT(!tokens.verify(token, who->expires_at)); // And forgotten.
  const auto again = tokens.verify(tokens.issue(*who, now), now);
  FIEF_ASSERT(again && again->user == who->user && again->roles == who->roles);
}

const enlist access_token{"access_token", [](bytes input) {
                            static const auto key = key_of(1);
                            static access_tokens tokens{key, {.remembered_max = 8}};
                            static access_tokens others{key_of(2)};
                            static_cast<void>(
                              tokens.verify(text_of(input), now)); // Ours, for all we know.
                            FIEF_ASSERT(!others.verify(text_of(input), now));
                            check_signed(tokens, others, text_of(input), key);
                            FIEF_ASSERT(tokens.remembered() <= 8);
                          }};

} // namespace

} // namespace fief::fuzz
