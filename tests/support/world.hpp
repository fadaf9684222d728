#pragma once

#include "actors/system.hpp"
#include "base/assert.hpp"
#include "base/rng.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace fief::test {

inline caf::actor_system_config& testing(caf::actor_system_config& config) {
  actors::configure(config);
  config.set("scheduler.policy", caf::atom("testing"));
  return config;
}

/// An actor system whose message order and time come from one seed.
class world {
public:
  explicit world(std::uint64_t seed)
    : rng(seed), sys(testing(config_)),
      sched_(dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler())) {}

  ~world() {
    for (auto& actor : actors_)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    drain(); // A live tick loop would keep the coordinator's stop() busy for ever.
  }

  template <class... Ts>
  auto spawn(Ts&&... xs) {
    auto handle = sys.spawn(std::forward<Ts>(xs)...);
    actors_.push_back(caf::actor_cast<caf::actor>(handle));
    drain();
    return handle;
  }

  /// Delivers one message to a randomly picked runnable actor.
  bool step() {
    auto& jobs = sched_.jobs;
    if (jobs.empty())
      return false;
    std::swap(jobs.front(), jobs[rng.below(jobs.size())]);
    return sched_.try_run_once();
  }

  void drain() {
    for (std::size_t steps = 0; step(); ++steps)
      FIEF_ASSERT(steps < steps_max);
  }

  void run_for(caf::timespan duration, caf::timespan quantum = std::chrono::milliseconds{1}) {
    for (auto t = caf::timespan{0}; t < duration; t += quantum) {
      sched_.advance_time(quantum);
      drain();
    }
  }

  template <class State, class Handle>
  static const State& state(const Handle& handle) {
    return caf::actor_cast<typename Handle::template stateful_pointer<State>>(handle)->state;
  }

  static constexpr std::size_t steps_max = 1'000'000;

private:
  caf::actor_system_config config_;
  std::vector<caf::actor> actors_;

public:
  base::rng rng;
  caf::actor_system sys;

private:
  caf::scheduler::test_coordinator& sched_;
};

} // namespace fief::test
