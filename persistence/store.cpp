#include "persistence/store.hpp"

#include "persistence/logger.hpp"

#include <caf/send.hpp>
#include <functional>

namespace fief::persistence {

namespace {

constexpr base::milliseconds watch_period{500};

/// Looks after connections whose threads wait for an answer that never comes.
caf::behavior watch(caf::event_based_actor* self, std::shared_ptr<pulse> over) {
  self->delayed_send(self, watch_period, atom::tick_v);
  return {
    [self, over](atom::tick) {
      self->delayed_send(self, watch_period, atom::tick_v);
      if (const auto count = over->cut_hung(pulse::clock::now()); count > 0)
        logger()->warn("{} connections to Postgres were cut: no answer came", count);
    },
  };
}

} // namespace

template <class Op>
caf::typed_response_promise<reply_t<Op>> store_state::on_operation(const Op& x) {
  auto asker = self_->make_response_promise<reply_t<Op>>();
  auto& to = port_for(x);
  if (refuses(to)) {
    ++refused_;
    return asker.deliver(caf::make_error(game::errc::unavailable));
  }
  to.gauge->queued += 1;
  asker.delegate(to.lane, x);
  return asker;
}

/// The lane's thread may be waiting for Postgres and cannot say so; this actor never waits.
bool store_state::refuses(const port& to) const {
  return to.gauge->queued >= config_.queue_max
         || config_.pulse->silent_for(pulse::clock::now()) > config_.silence_max;
}

template <class... Ops>
actors::store_actor::behavior_type store_state::handlers(std::variant<Ops...>*) {
  return {
    [this](const Ops& x) { return on_operation(x); }...,
    [this](const actors::observe_commits& x) { on_observe(x); },
    [this](const actors::get_store_health&) { return health(); },
  };
}

actors::store_actor::behavior_type store_state::make_behavior(const store_config& config) {
  FIEF_ASSERT(config.fix_lanes > 0 && game::is_valid(config.mining));
  config_ = config;
  if (!config_.pulse)
    config_.pulse = std::make_shared<pulse>();
  self_->spawn<caf::linked>(watch, config_.pulse);
  auto lines = std::make_shared<base::log_limiter>();
  base::rng seeds{config.seed};
  for (std::uint32_t i = 0; i <= config.fix_lanes; ++i) {
    lane_config each;
    each.options = config.options;
    each.name = config.name;
    each.batch_max = config.batch_max;
    each.patience = config.patience;
    each.seed = seeds.next();
    each.mining = config.mining;
    each.gauge = std::make_shared<lane_gauge>();
    each.pulse = config_.pulse;
    each.lines = lines;
    auto gauge = each.gauge;
    ports_.push_back({self_->spawn<caf::detached + caf::linked>(lane, std::move(each)), gauge});
  }
  return handlers(static_cast<operation*>(nullptr));
}

store_state::port& store_state::port_for(const actors::append_fixes& x) {
  auto lanes = ports_.size() - 1;
  return ports_[1 + std::hash<game::user_id>{}(x.user) % lanes];
}

void store_state::on_observe(const actors::observe_commits& x) {
  for (auto& each : ports_)
    caf::anon_send(each.lane, x);
}

actors::store_health store_state::health() const {
  actors::store_health x;
  x.connected = !config_.pulse->silent(pulse::clock::now());
  x.queued_max = config_.queue_max * ports_.size();
  x.refused = refused_;
  for (const auto& each : ports_) {
    const auto& gauge = *each.gauge;
    x.connected = x.connected && gauge.connected;
    x.queued += gauge.queued;
    x.commits += gauge.commits;
    x.operations += gauge.operations;
    x.refused += gauge.refused;
    x.retries += gauge.retries;
  }
  x.commit_us_last = ports_.front().gauge->commit_us_last;
  return x;
}

actors::store_actor::behavior_type store(actors::store_actor::stateful_pointer<store_state> self,
                                         store_config config) {
  return self->state.make_behavior(config);
}

} // namespace fief::persistence
