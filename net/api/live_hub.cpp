#include "net/api/live_hub.hpp"

#include "net/api/live_session.hpp"
#include "net/entity_routes.hpp"
#include "net/io_thread.hpp"

#include <caf/actor_cast.hpp>

namespace fief::net {

live_hub::live_hub(io_thread& thread, const api_context& api, live_metrics& metrics)
  : thread_(thread), api_(api), metrics_(metrics),
    board_(*this, thread.wheel(), api.tiling, metrics, {.areas_max = api.limits.areas_max}),
    turns_([this](std::uint64_t number) {
      metrics_.turns_waiting.add(-1);
      auto* session = find(number);
      return session != nullptr && session->on_turn(true);
    }),
    look_([this] { look_at_waiting(); }) {
  thread.actors().on_message(
    [this](const caf::strong_actor_ptr&, caf::message& x) { on_message(x); });
}

std::uint64_t live_hub::enlist(live_session& x) {
  sessions_.emplace(++last_number_, &x);
  return last_number_;
}

void live_hub::dismiss(std::uint64_t number) {
  sessions_.erase(number);
}

live_session* live_hub::find(std::uint64_t number) const {
  auto at = sessions_.find(number);
  return at != sessions_.end() ? at->second : nullptr;
}

actors::session_ref live_hub::ref_of(std::uint64_t number) const {
  return {caf::actor_cast<caf::actor>(thread_.actors().self()), number};
}

// -- turns ----------------------------------------------------------------------------------------

bool live_hub::enter_turns(std::uint64_t number) {
  if (turns_.enter(number))
    return true;
  metrics_.turns_waiting.add(1);
  if (!look_.armed())
    thread_.wheel().arm(look_, std::chrono::milliseconds{0});
  if (!pacing_)
    pace_turns();
  return false;
}

void live_hub::pace_turns() {
  pacing_ = true;
  thread_.post_after(read_turns::pace, [this] {
    turns_.next();
    pacing_ = false;
    if (turns_.waiting() > 0)
      pace_turns();
  });
}

void live_hub::leave_turns(std::optional<timer_wheel::clock::duration> took) {
  if (!took)
    return turns_.leave_unused();
  metrics_.turns.add();
  turns_.leave(*took);
}

void live_hub::look_at_waiting() {
  turns_.visit_waiting([this](std::uint64_t number) {
    auto* session = find(number);
    const bool gone = session == nullptr || session->on_turn(false);
    if (gone) // Without a turn: it has waited for too long.
      metrics_.turns_waiting.add(-1);
    return gone;
  });
  if (turns_.waiting() > 0)
    thread_.wheel().arm(look_, std::chrono::milliseconds{0});
}

// -- towards the actors ---------------------------------------------------------------------------

void live_hub::ask(const actors::entity_key& to, caf::message content,
                   std::chrono::milliseconds deadline, gateway::reply_handler handler) {
  thread_.entities().ask(api_.directory, to, std::move(content), deadline,
                         entity_routes::clock::now(), std::move(handler));
}

void live_hub::tell(const actors::entity_key& to, caf::message content) {
  thread_.actors().tell(api_.directory,
                        caf::make_message(actors::deliver{to, std::move(content), true}));
}

void live_hub::watch(game::area_id area,
                     std::function<void(const actors::area_snapshot*)> handler) {
  auto gateway = caf::actor_cast<caf::actor>(thread_.actors().self());
  ask(actors::key_of(area), caf::make_message(actors::watch_area{area, gateway}),
      api_.limits.ask_deadline,
      [handler = std::move(handler)](reply got) { handler(got.get<actors::area_snapshot>()); });
}

void live_hub::unwatch(game::area_id area) {
  auto gateway = caf::actor_cast<caf::actor>(thread_.actors().self());
  tell(actors::key_of(area), caf::make_message(actors::unwatch_area{area, gateway}));
}

// -- from the actors ------------------------------------------------------------------------------

template <class T>
bool live_hub::pass_on(caf::message& x) {
  if (!x.match_elements<T>())
    return false;
  const auto& content = x.get_as<T>(0);
  if (auto* session = find(content.session))
    session->on_push(content);
  return true;
}

void live_hub::on_message(caf::message& x) {
  if (x.match_elements<actors::area_delta>())
    return board_.on_delta(x.get_as<actors::area_delta>(0));
  // In the order of how often they come. Any other message is not for us.
  pass_on<actors::tiles_passed>(x) || pass_on<actors::mining_changed>(x)
    || pass_on<actors::notice_raised>(x) || pass_on<actors::run_changed>(x)
    || pass_on<actors::event_changed>(x) || pass_on<actors::session_superseded>(x)
    || pass_on<actors::session_ended>(x);
}

} // namespace fief::net
