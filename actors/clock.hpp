#pragma once

#include "actors/context.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <functional>

namespace fief::actors {

/// State of CLOCK: nothing that matters. Once a period it asks READER what is due at the game's
/// `now` and prompts whoever has to act. A tick that is lost or late changes no result: every due
/// thing is settled as of its own instant, whenever somebody looks.
class clock_state {
public:
  static inline const char* name = "clock";

  explicit clock_state(clock_actor::pointer self) : self_(self) {}

  clock_actor::behavior_type make_behavior(context_ptr ctx);

private:
  void on_tick();
  void prompt(const due_found& due);
  void settle(game::user_id user, std::function<void(const game::account&)> then);
  void tell_full(game::user_id user);

  clock_actor::pointer self_;
  context_ptr ctx_;
  std::size_t settling_ = 0; ///< Accounts at STORE. None of the same again before it has answered.
};

/// Spawn entry: one per node.
clock_actor::behavior_type clock(clock_actor::stateful_pointer<clock_state> self, context_ptr ctx);

} // namespace fief::actors
