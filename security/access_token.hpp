#pragma once

#include "game/ids.hpp"
#include "security/secret.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace fief::security {

using game::instant;

/// Who an access token speaks for.
struct identity {
  game::user_id user;
  std::uint8_t roles = 0;    ///< Bits of `actors::role`.
  instant expires_at{};      ///< Units: whole seconds.
  std::uint64_t process = 0; ///< Who issued it, as that one calls itself. Range: below 2^53.
  friend bool operator==(const identity&, const identity&) = default;
};

/// Issues and checks access tokens: JWTs signed with HS256 and a key that never leaves the server.
///
/// A token is believed until it expires: a ban or a change of roles reaches it with its successor,
/// which is why its life is short. Tokens that passed are remembered, since every request brings
/// one; the least recently used is forgotten first. Owner: one thread, so an instance per I/O
/// thread; equal keys accept each other's tokens.
class access_tokens {
public:
  struct config {
    std::chrono::seconds ttl{std::chrono::minutes{15}};
    std::chrono::seconds skew_max{60}; ///< How far ahead of ours the issuer's clock may be.
    std::size_t remembered_max = 4096; ///< 0: check every time.
  };
  /// Longer texts are refused unread.
  static constexpr std::size_t size_max = 1024;

  explicit access_tokens(const secret_key& key);
  access_tokens(const secret_key& key, const config& limits);
  access_tokens(access_tokens&&) = default;
  access_tokens& operator=(access_tokens&&) = default;

  /// A token for `who`, good until `now` and the ttl, cut to the second; `who.expires_at` is not
  /// read. Cost: microseconds.
  [[nodiscard]] std::string issue(const identity& who, instant now) const;

  /// Errors: nothing for whatever we did not sign with this key and HS256, for a claim that is
  /// missing or of a wrong type, for one that has expired and for one from the future.
  [[nodiscard]] std::optional<identity> verify(std::string_view token, instant now);

  [[nodiscard]] std::size_t remembered() const { return entries_.size(); }
  [[nodiscard]] std::chrono::seconds ttl() const { return limits_.ttl; }

private:
  struct entry {
    std::string token;
    identity who;
    instant issued_at{};
  };
  using entry_list = std::list<entry>;

  [[nodiscard]] std::optional<entry> decode(std::string_view token) const;
  [[nodiscard]] bool is_current(const entry& x, instant now) const;
  void remember(entry&& x);
  void forget(entry_list::iterator at);

  secret_key key_;
  config limits_;
  entry_list entries_; ///< Most recently used first.
  std::unordered_map<std::string_view, entry_list::iterator> by_token_; ///< Views into `entries_`.
};

} // namespace fief::security
