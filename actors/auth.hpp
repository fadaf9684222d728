#pragma once

#include "actors/auth_throttle.hpp"
#include "actors/interfaces.hpp"
#include "actors/time_source.hpp"
#include "base/rng.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace fief::actors {

struct auth_config {
  std::uint64_t seed = 0; ///< Of ids, which are no secrets.
  std::int64_t welcome_cents = 0;
  std::chrono::hours session_life{24 * 30}; ///< Of a refresh token, from its last rotation.

  /// Per e-mail: failed logins, and registrations, counted apart.
  throttle_rate attempts_per_account{.burst = 10, .refill = std::chrono::seconds{30}};
  throttle_rate logins_per_address{.burst = 50, .refill = std::chrono::seconds{3}}; ///< Failed.
  throttle_rate registrations_per_address{.burst = 100, .refill = std::chrono::seconds{3}};
  std::size_t throttled_keys_max = 100'000; ///< Per throttle, about 200 B each.
};

/// Whom AUTH works through.
struct auth_ports {
  store_actor store;
  reader_actor reader;
  vault_actor vault;
  std::shared_ptr<const time_source> time;
};

/// State of AUTH: who may sign in. It holds nothing but how often was tried; accounts and sessions
/// are Postgres's, secrets are VAULT's.
///
/// A password or token goes to VAULT and nowhere else: not to a log, nor into an error, which is
/// why an error that is not of the game is answered as `unavailable` (CAF's own may quote a
/// message).
class auth_state {
public:
  static inline const char* name = "auth"; // shown in logs and metrics
  explicit auth_state(auth_actor::pointer self) : self_(self) {}
  auth_actor::behavior_type make_behavior(auth_ports ports, const auth_config& config);

private:
  using signed_in_promise = caf::typed_response_promise<signed_in>;

  /// A login or registration under way.
  struct attempt {
    std::string account; ///< Throttle key: the e-mail in lower case.
    std::string address; ///< Throttle key.
    std::string password;
    auth_throttle* by_address = nullptr;
    signed_in_promise promise;
  };
  using attempt_ptr = std::shared_ptr<attempt>;

  caf::result<signed_in> on_register(register_user& request);
  caf::result<signed_in> on_login(login& request);
  caf::result<signed_in> on_refresh(const refresh_session& request);
  caf::result<logged_out> on_logout(const logout& request);

  /// Books an attempt, or answers what to reply instead.
  caf::error admit(const attempt& x);
  void give_back(const attempt& x);
  /// Ends an attempt. Trouble of ours is given back: it tells a guesser nothing.
  void refuse(const attempt_ptr& x, caf::error error);

  void create_account(const attempt_ptr& x, const user_record& user, std::string hash);
  void check(const attempt_ptr& x, login_found found);
  void on_checked(const attempt_ptr& x, const user_record& user, const password_checked& result);
  void rehash(game::user_id user, std::string password);

  void open_session(const signed_in_promise& promise, game::user_id user);
  void welcome(signed_in_promise promise, game::user_id user, std::string refresh_token);

  /// Sends `message` and goes on with `then`; an error ends the promise.
  template <class Port, class Message, class Reply, class Then>
  void ask(const Port& port, Message message, caf::typed_response_promise<Reply> promise,
           Then then);

  /// The same for an attempt, which an error ends by `refuse`.
  template <class Port, class Message, class Then>
  void try_ask(const Port& port, Message message, const attempt_ptr& x, Then then);

  [[nodiscard]] instant now() const { return ports_.time->now(); }

  auth_actor::pointer self_;
  auth_ports ports_;
  auth_config config_;
  base::rng rng_{0};
  auth_throttle accounts_{{}, 1};
  auth_throttle login_addresses_{{}, 1};
  auth_throttle register_addresses_{{}, 1};
};

/// Spawn entry: `sys.spawn(auth, ports, config)`. Ends on exit messages only.
auth_actor::behavior_type auth(auth_actor::stateful_pointer<auth_state> self, auth_ports ports,
                               auth_config config);

} // namespace fief::actors
