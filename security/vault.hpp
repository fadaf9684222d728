#pragma once

#include "actors/interfaces.hpp"
#include "base/queue_gauge.hpp"
#include "security/secret.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace fief::security {

/// What one argon2id costs us, and an attacker per guess.
struct password_cost {
  std::uint32_t memory_kib = 19 * 1024; ///< Range: from 8. Per thread at work.
  std::uint32_t passes = 2;             ///< Range: from 1.
};

struct vault_config {
  std::uint32_t threads = 2; ///< Range: from 1.
  password_cost cost;
  std::size_t queue_max = 256; ///< Passwords that wait for a thread; one more is `overloaded`.
  std::shared_ptr<base::queue_gauge> gauge = std::make_shared<base::queue_gauge>();
  secret_key refresh_key; ///< Rotates refresh tokens; must stay the same over restarts.
};

/// One thread of VAULT, which gives it one password at a time.
using password_worker =
  caf::typed_actor<caf::replies_to<actors::hash_password>::with<actors::password_hashed>,
                   caf::replies_to<actors::check_password>::with<actors::password_checked>>;

/// State of VAULT. argon2id takes tens of milliseconds and MiB on purpose, so passwords wait in a
/// bounded queue for detached workers; tokens take microseconds and are answered at once.
class vault_state {
public:
  static inline const char* name = "vault"; // shown in logs and metrics
  explicit vault_state(actors::vault_actor::pointer self) : self_(self) {}
  actors::vault_actor::behavior_type make_behavior(const vault_config& config);

private:
  using job = std::function<void(const password_worker&)>;

  template <class Reply, class Request>
  caf::result<Reply> on_password(Request& request);
  void dispatch();
  void on_worker_free(const password_worker& worker);
  [[nodiscard]] actors::token_rotated on_rotate(const actors::rotate_token& request) const;

  actors::vault_actor::pointer self_;
  vault_config config_;
  std::vector<password_worker> idle_;
  std::deque<job> queue_; ///< Empty while a worker is idle.
};

/// Spawn entry: `sys.spawn(security::vault, config)`. Ends on exit messages, its threads with it.
actors::vault_actor::behavior_type vault(actors::vault_actor::stateful_pointer<vault_state> self,
                                         vault_config config);

} // namespace fief::security
