#include "actors/auth.hpp"

#include "base/assert.hpp"
#include "game/names.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <optional>
#include <utility>

namespace fief::actors {

namespace {

/// Longer texts are no refresh token of ours.
constexpr std::size_t refresh_token_size_max = 256;

bool is_refresh_token(const std::string& text) {
  return !text.empty() && text.size() <= refresh_token_size_max;
}

/// What may be told of an error: the game's as it is, any other only as `unavailable`.
caf::error public_error(caf::error x) {
  return x.category() == caf::atom("game") ? std::move(x)
                                           : caf::make_error(game::errc::unavailable);
}

caf::error throttled(milliseconds wait) {
  return caf::make_error(game::errc::too_many_attempts, static_cast<std::int64_t>(wait.count()));
}

/// Names the field and its fault, never its value.
caf::error fault_of(const char* field, game::text_fault fault) {
  return caf::make_error(game::errc::invalid_argument, std::string{field},
                         std::string{game::to_string(fault)});
}

caf::error check_fields(const register_user& x) {
  if (const auto fault = game::check_email(x.email))
    return fault_of("email", *fault);
  if (const auto fault = game::check_password(x.password))
    return fault_of("password", *fault);
  if (const auto fault = game::check_username(x.username))
    return fault_of("username", *fault);
  return {};
}

} // namespace

auth_actor::behavior_type auth_state::make_behavior(auth_ports ports, const auth_config& config) {
  FIEF_ASSERT(ports.store && ports.reader && ports.vault && ports.time != nullptr);
  FIEF_ASSERT(config.session_life.count() > 0);
  ports_ = std::move(ports);
  config_ = config;
  rng_ = base::rng{config.seed};
  accounts_ = {config.attempts_per_account, config.throttled_keys_max};
  login_addresses_ = {config.logins_per_address, config.throttled_keys_max};
  register_addresses_ = {config.registrations_per_address, config.throttled_keys_max};
  return {
    [this](register_user& request) { return on_register(request); },
    [this](login& request) { return on_login(request); },
    [this](const refresh_session& request) { return on_refresh(request); },
    [this](const logout& request) { return on_logout(request); },
  };
}

template <class Port, class Message, class Reply, class Then>
void auth_state::ask(const Port& port, Message message, caf::typed_response_promise<Reply> promise,
                     Then then) {
  self_->request(port, caf::infinite, std::move(message))
    .then(std::move(then), [promise](caf::error& error) mutable {
      promise.deliver(public_error(std::move(error)));
    });
}

template <class Port, class Message, class Then>
void auth_state::try_ask(const Port& port, Message message, const attempt_ptr& x, Then then) {
  self_->request(port, caf::infinite, std::move(message))
    .then(std::move(then), [this, x](caf::error& error) { refuse(x, std::move(error)); });
}

// -- throttling -----------------------------------------------------------------------------------

caf::error auth_state::admit(const attempt& x) {
  const auto at = self_->clock().now();
  const auto wait = std::max(accounts_.wait(x.account, at), x.by_address->wait(x.address, at));
  if (wait > milliseconds{0})
    return throttled(wait);
  accounts_.take(x.account, at);
  x.by_address->take(x.address, at);
  return {};
}

void auth_state::give_back(const attempt& x) {
  accounts_.give_back(x.account);
  x.by_address->give_back(x.address);
}

void auth_state::refuse(const attempt_ptr& x, caf::error error) {
  auto told = public_error(std::move(error));
  if (told == game::errc::unavailable || told == game::errc::overloaded)
    give_back(*x);
  x->promise.deliver(std::move(told));
}

// -- register -------------------------------------------------------------------------------------

caf::result<signed_in> auth_state::on_register(register_user& request) {
  if (auto error = check_fields(request))
    return error;
  auto x = std::make_shared<attempt>();
  x->account = "register:" + game::fold_case(request.email);
  x->address = throttle_key_of(request.address);
  x->by_address = &register_addresses_;
  if (auto error = admit(*x))
    return error;
  x->promise = self_->make_response_promise<signed_in>();
  user_record user;
  user.id = game::user_id{base::make_uuid_v7(now(), rng_)};
  user.username = std::move(request.username);
  user.email = std::move(request.email);
  user.created_at = now();
  try_ask(
    ports_.vault, hash_password{std::move(request.password)}, x,
    [this, x, user](password_hashed& hashed) { create_account(x, user, std::move(hashed.hash)); });
  return x->promise;
}

void auth_state::create_account(const attempt_ptr& x, const user_record& user, std::string hash) {
  try_ask(ports_.store, create_user{user, std::move(hash), config_.welcome_cents}, x,
          [this, x](const user_record& created) { open_session(x->promise, created.id); });
}

// -- login ----------------------------------------------------------------------------------------

caf::result<signed_in> auth_state::on_login(login& request) {
  auto x = std::make_shared<attempt>();
  x->account = "login:" + game::fold_case(request.email);
  x->address = throttle_key_of(request.address);
  x->by_address = &login_addresses_;
  if (auto error = admit(*x))
    return error;
  x->promise = self_->make_response_promise<signed_in>();
  x->password = std::move(request.password);
  self_->request(ports_.reader, caf::infinite, find_login{std::move(request.email), {}})
    .then([this, x](login_found& found) { check(x, std::move(found)); },
          [this, x](caf::error& error) {
            if (error == game::errc::not_found)
              check(x, {}); // As slow as for an account that exists.
            else
              refuse(x, std::move(error));
          });
  return x->promise;
}

void auth_state::check(const attempt_ptr& x, login_found found) {
  auto question = check_password{x->password, found.password_hash};
  try_ask(ports_.vault, std::move(question), x,
          [this, x, user = std::move(found.user)](const password_checked& result) {
            on_checked(x, user, result);
          });
}

void auth_state::on_checked(const attempt_ptr& x, const user_record& user,
                            const password_checked& result) {
  if (!result.matches || user.id.is_nil() || user.deleted)
    return refuse(x, game::errc::wrong_credentials);
  give_back(*x);
  if (user.banned) // Told to the owner only.
    return refuse(x, game::errc::user_banned);
  open_session(x->promise, user.id);
  if (result.outdated)
    rehash(user.id, std::move(x->password));
}

/// Best effort: whatever fails, the next login tries again.
void auth_state::rehash(game::user_id user, std::string password) {
  self_->request(ports_.vault, caf::infinite, hash_password{std::move(password)})
    .then(
      [this, user](password_hashed& hashed) {
        update_user change;
        change.user = user;
        change.password_hash = std::move(hashed.hash);
        self_->request(ports_.store, caf::infinite, std::move(change))
          .then([](const user_record&) {}, [](const caf::error&) {});
      },
      [](const caf::error&) {});
}

// -- sessions -------------------------------------------------------------------------------------

void auth_state::open_session(const signed_in_promise& promise, game::user_id user) {
  ask(ports_.vault, mint_token{}, promise, [this, promise, user](const token_minted& minted) {
    start_session session;
    session.family = base::make_uuid_v7(now(), rng_);
    session.user = user;
    session.token_hash = minted.hash;
    session.now = now();
    session.expires_at = session.now + config_.session_life;
    ask(ports_.store, session, promise,
        [this, promise, user, token = minted.token](store_done) { welcome(promise, user, token); });
  });
}

void auth_state::welcome(signed_in_promise promise, game::user_id user, std::string refresh_token) {
  ask(ports_.reader, load_user{user}, promise,
      [promise, token = std::move(refresh_token)](user_loaded& loaded) mutable {
        promise.deliver(
          signed_in{std::move(loaded.user), std::move(loaded.account), std::move(token)});
      });
}

caf::result<signed_in> auth_state::on_refresh(const refresh_session& request) {
  if (!is_refresh_token(request.refresh_token))
    return game::errc::token_expired;
  auto promise = self_->make_response_promise<signed_in>();
  ask(ports_.vault, rotate_token{request.refresh_token}, promise,
      [this, promise](const token_rotated& x) {
        rotate_session step{x.old_hash, x.hash, now(), now() + config_.session_life};
        ask(ports_.store, step, promise, [this, promise, token = x.token](const user_record& user) {
          welcome(promise, user.id, token);
        });
      });
  return promise;
}

caf::result<logged_out> auth_state::on_logout(const logout& request) {
  if (!is_refresh_token(request.refresh_token))
    return logged_out{};
  auto promise = self_->make_response_promise<logged_out>();
  ask(ports_.vault, digest_token{request.refresh_token}, promise,
      [this, promise](const token_minted& digest) {
        ask(ports_.store, end_session{digest.hash, now()}, promise,
            [promise](store_done) mutable { promise.deliver(logged_out{}); });
      });
  return promise;
}

auth_actor::behavior_type auth(auth_actor::stateful_pointer<auth_state> self, auth_ports ports,
                               auth_config config) {
  return self->state.make_behavior(std::move(ports), config);
}

} // namespace fief::actors
