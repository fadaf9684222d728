#include "security/vault.hpp"

#include "base/assert.hpp"
#include "security/password_hash.hpp"
#include "security/refresh_token.hpp"

#include <caf/all.hpp>
#include <utility>

namespace fief::security {

actors::vault_actor::behavior_type vault_state::make_behavior(const vault_config& config) {
  FIEF_ASSERT(config.threads >= 1 && config.cost.memory_kib >= 8 && config.cost.passes >= 1);
  FIEF_ASSERT(!config.refresh_key.is_zero());
  prepare_sodium();
  config_ = config;
  for (std::uint32_t i = 0; i < config_.threads; ++i)
    idle_.push_back(self_->spawn<caf::detached + caf::linked>(password_thread, config_.cost));
  return {
    [this](actors::hash_password& x) { return on_password<actors::password_hashed>(x); },
    [this](actors::check_password& x) { return on_password<actors::password_checked>(x); },
    [](const actors::mint_token&) {
      auto token = mint_refresh_token();
      auto hash = digest_of(token);
      return actors::token_minted{std::move(token), std::move(hash)};
    },
    [this](const actors::rotate_token& x) { return on_rotate(x); },
    [](const actors::digest_token& x) {
      return actors::token_minted{"", digest_of(x.token)};
    },
  };
}

template <class Reply, class Request>
caf::result<Reply> vault_state::on_password(Request& request) {
  if (idle_.empty() && queue_.size() >= config_.queue_max) {
    config_.gauge->refused += 1;
    return game::errc::overloaded;
  }
  auto promise = self_->template make_response_promise<Reply>();
  auto work = [this, promise, held = request](const password_worker& worker) mutable {
    self_->request(worker, caf::infinite, std::move(held))
      .then(
        [this, promise, worker](Reply& reply) mutable {
          promise.deliver(std::move(reply));
          on_worker_free(worker);
        },
        [this, promise, worker](caf::error& error) mutable {
          promise.deliver(std::move(error));
          on_worker_free(worker);
        });
    wipe(held.password);
  };
  wipe(request.password);
  queue_.emplace_back(std::move(work));
  dispatch();
  return promise;
}

void vault_state::dispatch() {
  while (!idle_.empty() && !queue_.empty()) {
    const auto worker = std::move(idle_.back());
    const auto next = std::move(queue_.front());
    idle_.pop_back();
    queue_.pop_front();
    next(worker);
  }
  FIEF_ASSERT(queue_.size() <= config_.queue_max);
  config_.gauge->waiting = queue_.size();
}

void vault_state::on_worker_free(const password_worker& worker) {
  idle_.push_back(worker);
  FIEF_ASSERT(idle_.size() <= config_.threads);
  dispatch();
}

actors::token_rotated vault_state::on_rotate(const actors::rotate_token& request) const {
  auto token = successor_of(request.token, config_.refresh_key);
  auto hash = digest_of(token);
  return {digest_of(request.token), std::move(token), std::move(hash)};
}

actors::vault_actor::behavior_type vault(actors::vault_actor::stateful_pointer<vault_state> self,
                                         vault_config config) {
  return self->state.make_behavior(config);
}

} // namespace fief::security
