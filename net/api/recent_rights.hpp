#pragma once

#include "actors/messages/records.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>

namespace fief::net {

/// What is left of the roles in access tokens that were issued before their user's roles changed.
///
/// A token says what its user might do when it was issued, and lives on for minutes. Whoever was
/// banned, deleted or lost a role since then must not use it: this remembers the roles that a user
/// has now, for the life of a token, after which every token tells them itself. A role gained comes
/// with the next token, as ever.
/// Threads: any. Cost: a look at the clock while nobody's rights changed lately.
class recent_rights {
public:
  using clock = std::chrono::steady_clock;
  using roles_by_user = std::map<game::user_id, std::uint8_t>;

  explicit recent_rights(std::chrono::seconds token_life) : token_life_(token_life) {}

  /// `roles` is what the user has from now on; 0 is somebody banned or deleted.
  void set(game::user_id user, std::uint32_t roles) {
    std::lock_guard hold{mutex_};
    auto now = clock::now();
    std::erase_if(changed_, [now](const auto& x) { return x.second.until <= now; });
    changed_[user] = {roles, now + token_life_};
    watch_until_ = (now + token_life_).time_since_epoch().count();
  }

  /// Before the first request: what this process did not see change. `others` are all users who are
  /// not plain runners, so a token of another process for anybody else is a runner's, whatever it
  /// says.
  void begin(const roles_by_user& others) {
    for (auto [user, roles] : others)
      changed_[user] = {roles, clock::now() + token_life_};
    watch_until_ = (clock::now() + token_life_).time_since_epoch().count();
  }

  /// Those of a token's roles that still count; 0: the token is nobody's any more.
  [[nodiscard]] std::uint32_t allowed(game::user_id user, std::uint32_t roles,
                                      bool issued_here) const {
    auto now = clock::now();
    if (now.time_since_epoch().count() >= watch_until_)
      return roles;
    std::lock_guard hold{mutex_};
    auto it = changed_.find(user);
    if (it != changed_.end() && it->second.until > now)
      return roles & it->second.roles;
    return issued_here ? roles : roles & actors::role_runner;
  }

private:
  struct change {
    std::uint32_t roles = 0;
    clock::time_point until;
  };

  std::chrono::seconds token_life_;
  std::atomic<clock::rep> watch_until_{std::numeric_limits<clock::rep>::min()};
  mutable std::mutex mutex_;
  std::map<game::user_id, change> changed_;
};

} // namespace fief::net
