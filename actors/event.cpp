#include "actors/event.hpp"

#include "actors/address.hpp"
#include "actors/convert.hpp"

#include <algorithm>

namespace fief::actors {

event_actor::behavior_type event_state::make_behavior(context_ptr ctx, event_loaded loaded) {
  ctx_ = std::move(ctx);
  load(loaded);
  return {
    [this](const get_event&) { return event_; },
    [this](const edit_event& x) { return on_edit(x); },
    [this](const call_off_event& x) { return on_call_off(x); },
    [this](const get_leaderboard& x) { return on_leaderboard(x); },
    [this](const roster_changed& x) { board_by_hint().put_ticket(x.ticket, x.username); },
    [this](const run_scored& x) { on_scored(x); },
    [this](const result_withdrawn& x) { board_by_hint().withdraw(x.run); },
    [this](const event_row_changed& x) { on_row_changed(x.event); },
    [this](const look_at_clock&) { on_look(); },
    [this](atom::retire) { on_retire(); },
  };
}

void event_state::load(const event_loaded& x) {
  event_ = x.event;
  board_.load(x);
  standings_ = x.standings;
  ranked_ = false;
  as_loaded_ = true;
}

scoreboard& event_state::board_by_hint() {
  ranked_ = false;
  as_loaded_ = false;
  return board_;
}

game::event_state event_state::state_now() const {
  return game::state_of(ctx_->now(), event_.starts_at, event_.cut_at, bool{event_.settled_at},
                        bool{event_.cancelled_at});
}

void event_state::put_record(const event_record& x) {
  if (x.version <= event_.version)
    return;
  event_ = x;
  as_loaded_ = false;
}

void event_state::on_row_changed(const event_record& x) {
  // The answer to our settlement brings that row together with the standings it is about.
  if (!settling_ || !x.settled_at)
    put_record(x);
}

bool event_state::may_change(const asker& by) const {
  return (by.roles & role_operator) != 0
         || ((by.roles & role_organiser) != 0 && by.user == event_.organiser);
}

// -- changes --------------------------------------------------------------------------------------

namespace {

/// What must not change once people run by it.
bool touches_the_race(const edit_event& x) {
  return x.tz || x.starts_at || x.metric || x.entry_fee_cents || x.distance_m || x.course
         || x.checkpoints || x.area || x.live_spectators;
}

} // namespace

caf::result<event_record> event_state::on_edit(const edit_event& x) {
  using game::errc;
  if (!may_change(x.by))
    return caf::make_error(errc::forbidden);
  switch (state_now()) {
    case game::event_state::settled: return caf::make_error(errc::event_settled);
    case game::event_state::cancelled: return caf::make_error(errc::event_cancelled);
    case game::event_state::cut: return caf::make_error(errc::event_cut);
    case game::event_state::active:
      if (touches_the_race(x))
        return caf::make_error(errc::event_active);
      break;
    case game::event_state::scheduled: break;
  }
  auto changed = edited(event_, x);
  if (x.tz || x.starts_at) {
    auto times = game::compute_event_times(changed.tz, changed.starts_at, ctx_->rules->events);
    if (!times)
      return caf::make_error(times.error());
    changed.cut_at = times->cut_at;
    changed.settle_at = times->settle_at;
  }
  auto reply = self_->make_response_promise<event_record>();
  ++pending_;
  self_
    ->request(ctx_->store, caf::infinite,
              update_event{std::move(changed), ctx_->now(), {x.action, x.by.user}})
    .then(
      [this, reply](const event_record& stored) mutable {
        --pending_;
        put_record(stored);
        tell_holders();
        reply.deliver(stored);
      },
      [this, reply](const caf::error& why) mutable {
        --pending_;
        reply.deliver(why);
        if (errc_of(why) == game::errc::stale)
          self_->quit(); // Our view is old: whoever asks again loads it anew.
      });
  return reply;
}

caf::result<event_record> event_state::on_call_off(const call_off_event& x) {
  if (!may_change(x.by))
    return caf::make_error(game::errc::forbidden);
  auto reply = self_->make_response_promise<event_record>();
  ++pending_;
  self_
    ->request(ctx_->store, caf::infinite,
              cancel_event{event_.id, ctx_->now(), {x.action, x.by.user}})
    .then(
      [this, reply](const event_record& stored) mutable {
        --pending_;
        put_record(stored);
        tell_holders();
        reply.deliver(stored);
      },
      [this, reply](const caf::error& why) mutable {
        --pending_;
        reply.deliver(why);
      });
  return reply;
}

void event_state::tell_holders() {
  for (auto user : board_.holders())
    hint(ctx_->directory, key_of(user), ticket_event_changed{user, event_});
}

// -- ranking --------------------------------------------------------------------------------------

leaderboard event_state::on_leaderboard(const get_leaderboard& x) {
  if (!event_.settled_at && !ranked_) {
    standings_ = board_.rank(event_, *ctx_->rules);
    ranked_ = true;
  }
  leaderboard out;
  out.event = event_;
  out.total = static_cast<std::uint32_t>(standings_.size());
  auto first = std::min<std::size_t>(x.offset, standings_.size());
  auto last = std::min<std::size_t>(first + x.limit, standings_.size());
  out.items.assign(standings_.begin() + static_cast<std::ptrdiff_t>(first),
                   standings_.begin() + static_cast<std::ptrdiff_t>(last));
  return out;
}

void event_state::on_scored(const run_scored& x) {
  board_by_hint().put_result(x);
  if (state_now() == game::event_state::cut)
    on_look(); // It may have been the last one out.
}

// -- settlement -----------------------------------------------------------------------------------

bool event_state::is_due() const {
  if (event_.settled_at || event_.cancelled_at)
    return false;
  auto now = ctx_->now();
  return now >= event_.settle_at || (now >= event_.cut_at && board_.is_complete());
}

void event_state::on_look() {
  if (is_due() && !settling_)
    settle();
}

void event_state::settle() {
  settling_ = true;
  // Claims are revoked without a new version of the event, so those are always looked at anew.
  if (as_loaded_ && event_.metric != game::metric::territory) {
    settle_as_loaded();
    return;
  }
  self_->request(ctx_->reader, caf::infinite, load_event{event_.id})
    .then(
      [this](const event_loaded& x) {
        load(x);
        settle_as_loaded();
      },
      [this](const caf::error&) { settling_ = false; }); // Still due; CLOCK asks again.
}

void event_state::settle_as_loaded() {
  if (!is_due()) {
    settling_ = false;
    return;
  }
  settle_event settlement;
  settlement.event = event_.id;
  settlement.version = event_.version;
  settlement.pool_cents = board_.pool_cents(event_, *ctx_->rules);
  settlement.standings = board_.rank(event_, *ctx_->rules);
  settlement.now = ctx_->now();
  auto standings = settlement.standings;
  self_->request(ctx_->store, caf::infinite, std::move(settlement))
    .then(
      [this, standings](const event_record& stored) {
        settling_ = false;
        put_record(stored);
        standings_ = standings;
        tell_holders();
      },
      [this](const caf::error&) {
        settling_ = false;
        as_loaded_ = false;
        reload(); // Stale, away, or settled with the answer lost. While it is due CLOCK asks again.
      });
}

void event_state::reload() {
  self_->request(ctx_->reader, caf::infinite, load_event{event_.id})
    .then(
      [this](const event_loaded& x) {
        if (!settling_ && x.event.version >= event_.version)
          load(x);
      },
      [](const caf::error&) {});
}

void event_state::on_retire() {
  if (pending_ == 0 && !settling_)
    self_->quit();
  else
    self_->send(caf::actor_cast<directory_actor>(ctx_->directory), entity_stays{key_of(event_.id)});
}

event_actor::behavior_type event(event_actor::stateful_pointer<event_state> self, context_ptr ctx,
                                 event_loaded loaded) {
  return self->state.make_behavior(std::move(ctx), std::move(loaded));
}

} // namespace fief::actors
