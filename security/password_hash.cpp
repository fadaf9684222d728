#include "security/password_hash.hpp"

#include <cerrno>
#include <charconv>
#include <sodium.h>
#include <string_view>
#include <utility>

namespace fief::security {

namespace {

std::size_t memory_bytes(const password_cost& cost) {
  return std::size_t{cost.memory_kib} * 1024;
}

/// The number after `label` in a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$...`.
std::optional<std::uint32_t> parameter(std::string_view hash, std::string_view label) {
  const auto at = hash.find(label);
  if (at == std::string_view::npos)
    return std::nullopt;
  const auto rest = hash.substr(at + label.size());
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  return error == std::errc{} ? std::optional{value} : std::nullopt;
}

} // namespace

std::optional<std::string> hash_of(const std::string& password, const password_cost& cost) {
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes,
                            memory_bytes(cost), crypto_pwhash_ALG_ARGON2ID13)
      != 0)
    return std::nullopt;
  hash.resize(hash.find('\0'));
  return hash;
}

std::optional<bool> matches(const std::string& password, const std::string& hash,
                            const password_cost& cost) {
  if (hash.empty())
    return hash_of(password, cost) ? std::optional{false} : std::nullopt;
  errno = 0;
  const bool same = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  if (!same && errno == ENOMEM)
    return std::nullopt;
  return same;
}

bool is_weaker(const std::string& hash, const password_cost& cost) {
  const auto differs =
    crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, memory_bytes(cost));
  if (differs <= 0)
    return differs < 0;
  const auto memory_kib = parameter(hash, "$m=");
  const auto passes = parameter(hash, ",t=");
  return !memory_kib || !passes || *memory_kib < cost.memory_kib || *passes < cost.passes;
}

password_worker::behavior_type password_thread(password_worker::pointer, password_cost cost) {
  return {
    [cost](actors::hash_password& request) -> caf::result<actors::password_hashed> {
      auto hash = hash_of(request.password, cost);
      wipe(request.password);
      if (!hash)
        return game::errc::overloaded;
      return actors::password_hashed{*std::move(hash)};
    },
    [cost](actors::check_password& request) -> caf::result<actors::password_checked> {
      const auto same = matches(request.password, request.hash, cost);
      wipe(request.password);
      if (!same)
        return game::errc::overloaded;
      return actors::password_checked{*same, *same && is_weaker(request.hash, cost)};
    },
  };
}

} // namespace fief::security
