#include "integrations/strava/state_token.hpp"

#include "base/assert.hpp"

#include <array>
#include <charconv>
#include <sodium.h>

namespace fief::integrations {

namespace {

constexpr std::size_t state_bytes_max = 256; ///< Longer ones are refused unread.

std::string sign(std::string_view text, const box_key& key) {
  std::string mac(crypto_auth_BYTES, '\0');
  crypto_auth(reinterpret_cast<unsigned char*>(mac.data()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.bytes.data());
  return mac;
}

} // namespace

static_assert(box_key::size == crypto_auth_KEYBYTES);

std::string make_state(game::user_id user, base::instant now, const box_key& key) {
  FIEF_ASSERT(sodium_init() >= 0);
  std::string nonce(12, '\0');
  randombytes_buf(nonce.data(), nonce.size());
  auto text = base::to_string(user) + '.' + std::to_string(base::to_ms(now + state_life)) + '.'
              + to_base64url(nonce);
  return text + '.' + to_base64url(sign(text, key));
}

std::optional<game::user_id> read_state(std::string_view state, base::instant now,
                                        const box_key& key) {
  const auto dot = state.rfind('.');
  if (state.size() > state_bytes_max || dot == std::string_view::npos)
    return std::nullopt;
  const auto text = state.substr(0, dot);
  const auto mac = from_base64url(state.substr(dot + 1));
  const auto good = sign(text, key);
  if (!mac || mac->size() != good.size()
      || sodium_memcmp(mac->data(), good.data(), good.size()) != 0)
    return std::nullopt;
  const auto first = text.find('.');
  const auto user = base::parse_uuid(text.substr(0, first));
  if (!user || first == std::string_view::npos)
    return std::nullopt;
  std::int64_t until = 0;
  const auto rest = text.substr(first + 1);
  if (std::from_chars(rest.data(), rest.data() + rest.size(), until).ec != std::errc{}
      || base::to_ms(now) >= until)
    return std::nullopt;
  return game::user_id{*user};
}

} // namespace fief::integrations
