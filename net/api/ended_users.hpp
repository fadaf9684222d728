#pragma once

#include "game/ids.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

namespace fief::net {

/// Users whose access tokens no longer count, though they have not expired: accounts deleted or
/// banned on this node. Kept for the life of a token, after which none is left. A restart forgets
/// them, so such a token may then work for the rest of its minutes.
/// Threads: any. Cost: nothing while empty.
class ended_users {
public:
  using clock = std::chrono::steady_clock;

  explicit ended_users(std::chrono::seconds token_life) : token_life_(token_life) {}

  void end(game::user_id user) {
    std::lock_guard hold{mutex_};
    auto now = clock::now();
    std::erase_if(until_, [now](const auto& x) { return x.second <= now; });
    until_[user] = now + token_life_;
    count_ = until_.size();
  }

  /// A ban was lifted.
  void restore(game::user_id user) {
    std::lock_guard hold{mutex_};
    until_.erase(user);
    count_ = until_.size();
  }

  [[nodiscard]] bool contains(game::user_id user) const {
    if (count_ == 0)
      return false;
    std::lock_guard hold{mutex_};
    auto it = until_.find(user);
    return it != until_.end() && it->second > clock::now();
  }

private:
  std::chrono::seconds token_life_;
  std::atomic<std::size_t> count_{0};
  mutable std::mutex mutex_;
  std::map<game::user_id, clock::time_point> until_;
};

} // namespace fief::net
