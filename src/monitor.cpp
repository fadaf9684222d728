#include "src/monitor.hpp"

#include "base/assert.hpp"

#include <utility>

namespace fief {

actors::monitor_actor::behavior_type monitor_state::make_behavior(monitor_ports ports,
                                                                  monitor_config config) {
  FIEF_ASSERT(config.answer_max * 2 < config.period); // A sample is done before the next begins.
  ports_ = std::move(ports);
  config_ = config;
  started_at_ = ports_.now();
  self_->send(self_, atom::tick_v);
  return {
    [this](const actors::get_status&) { return on_get_status(); },
    [this](atom::tick) { on_tick(); },
  };
}

void monitor_state::on_tick() {
  self_->delayed_send(self_, config_.period, atom::tick_v);
  self_->request(ports_.store, config_.answer_max, actors::get_store_health{})
    .then(
      [this](const actors::store_health& x) {
        store_ = x;
        ask_directory();
      },
      [this](const caf::error&) { ask_directory(); });
}

void monitor_state::ask_directory() {
  self_->request(ports_.directory, config_.answer_max, actors::get_directory_status{})
    .then(
      [this](const actors::directory_status& x) {
        live_ = x;
        take_sample();
      },
      [this](const caf::error&) { take_sample(); });
}

void monitor_state::take_sample() {
  auto now = ports_.read(store_, live_);
  now.at = ports_.now();
  now.moment = self_->clock().now();
  samples_.push_back(sample_of(last_ ? &*last_ : nullptr, now));
  if (samples_.size() > config_.samples_max)
    samples_.pop_front();
  last_ = std::move(now);
  for (auto& each : std::exchange(waiting_, {}))
    answer(std::move(each));
}

caf::result<actors::server_status> monitor_state::on_get_status() {
  auto reply = self_->make_response_promise<actors::server_status>();
  if (samples_.empty())
    waiting_.push_back(reply);
  else
    answer(reply);
  return reply;
}

/// Samples may be ten seconds old; whether Postgres answers is asked now.
void monitor_state::answer(status_promise reply) {
  self_->request(ports_.store, config_.answer_max, actors::get_store_health{})
    .then(
      [this, reply](const actors::store_health& x) mutable { reply.deliver(status(x.connected)); },
      [this, reply](const caf::error&) mutable { reply.deliver(status(false)); });
}

actors::server_status monitor_state::status(bool connected) const {
  actors::server_status out;
  out.version = ports_.version;
  out.started_at = started_at_;
  out.now = ports_.now();
  out.connected = connected;
  out.silent = ports_.silent();
  out.samples.assign(samples_.begin(), samples_.end());
  out.errors = ports_.errors();
  return out;
}

actors::monitor_actor::behavior_type
monitor(actors::monitor_actor::stateful_pointer<monitor_state> self, monitor_ports ports,
        monitor_config config) {
  return self->state.make_behavior(std::move(ports), config);
}

} // namespace fief
