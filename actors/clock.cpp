#include "actors/clock.hpp"

#include "actors/address.hpp"

namespace fief::actors {

clock_actor::behavior_type clock_state::make_behavior(context_ptr ctx) {
  ctx_ = std::move(ctx);
  self_->send(self_, atom::tick_v);
  return {
    [this](atom::tick) { on_tick(); },
  };
}

void clock_state::on_tick() {
  auto next = [this] { self_->delayed_send(self_, ctx_->rules->clock_period, atom::tick_v); };
  auto now = ctx_->now();
  find_due query;
  query.now = now;
  query.silent_since = now - ctx_->rules->silence_max;
  self_->request(ctx_->reader, caf::infinite, std::move(query))
    .then(
      [this, next](const due_found& due) {
        prompt(due);
        next();
      },
      [next](const caf::error&) { next(); }); // Postgres is away: everything stays due.
}

void clock_state::prompt(const due_found& due) {
  // In order of (settle_at, id): one event's prizes may pay the next one's fee.
  for (auto event : due.events)
    tell(ctx_->directory, key_of(event), look_at_clock{event});
  for (auto event : due.cut_events)
    tell(ctx_->directory, key_of(event), look_at_clock{event});
  for (auto user : due.unfinished)
    tell(ctx_->directory, key_of(user), resume_unfinished{user});
  if (settling_ > 0)
    return; // STORE is slow; what it has not done yet is still due next time.
  // Straight to STORE: waking every owner whose tiles run out would load the whole city.
  for (auto user : due.expiring)
    settle(user, [](const game::account&) {});
  for (auto user : due.mining_full)
    tell_full(user);
}

void clock_state::settle(game::user_id user, std::function<void(const game::account&)> then) {
  ++settling_;
  self_->request(ctx_->store, caf::infinite, settle_mining{user, ctx_->now()})
    .then(
      [this, then = std::move(then)](const game::account& account) {
        --settling_;
        then(account);
      },
      [this](const caf::error&) { --settling_; });
}

void clock_state::tell_full(game::user_id user) {
  settle(user, [this, user](const game::account& account) {
    put_notification put;
    put.notice.user = user;
    put.notice.kind = notice_kind::mining_full;
    // Once per filling: the next claim starts another.
    put.notice.cause = "mining_full:" + std::to_string(base::to_ms(account.mining.claimed_at));
    put.notice.at = ctx_->now();
    self_->request(ctx_->store, caf::infinite, std::move(put))
      .then([](const store_done&) {}, [](const caf::error&) {});
  });
}

clock_actor::behavior_type clock(clock_actor::stateful_pointer<clock_state> self, context_ptr ctx) {
  return self->state.make_behavior(std::move(ctx));
}

} // namespace fief::actors
