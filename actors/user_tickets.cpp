#include "actors/address.hpp"
#include "actors/user.hpp"

#include <algorithm>

namespace fief::actors {

namespace {

game::event_state state_at(const event_record& event, instant now) {
  return game::state_of(now, event.starts_at, event.cut_at, bool{event.settled_at},
                        bool{event.cancelled_at});
}

} // namespace

caf::result<event_record> user_state::on_host_event(const host_event& x) {
  if ((user_.roles & (role_organiser | role_operator)) == 0)
    return caf::make_error(game::errc::forbidden);
  auto event = x.event;
  auto times = game::compute_event_times(event.tz, event.starts_at, ctx_->rules->events);
  if (!times)
    return caf::make_error(times.error());
  event.organiser = user_.id;
  event.cut_at = times->cut_at;
  event.settle_at = times->settle_at;
  event.created_at = ctx_->now();
  auto reply = self_->make_response_promise<event_record>();
  self_->request(ctx_->store, caf::infinite, create_event{std::move(event), x.action})
    .then([reply](const event_record& stored) mutable { reply.deliver(stored); },
          [reply](const caf::error& why) mutable { reply.deliver(why); });
  return reply;
}

held_tickets user_state::on_list_tickets() const {
  held_tickets out;
  out.now = ctx_->now();
  out.tickets.reserve(tickets_.size());
  for (const auto& [id, held] : tickets_)
    if (game::is_active(held.ticket.state, state_at(held.event, out.now)))
      out.tickets.push_back(held);
  std::ranges::sort(out.tickets, [](const held_ticket& a, const held_ticket& b) {
    return std::tie(a.event.cut_at, a.ticket.id) < std::tie(b.event.cut_at, b.ticket.id);
  });
  return out;
}

void user_state::remember_ticket(const held_ticket& x) {
  tickets_[x.ticket.id] = x;
  hint(ctx_->directory, key_of(x.event.id), roster_changed{x.ticket, user_.username});
}

caf::result<ticket_bought> user_state::on_acquire(const acquire_ticket& x) {
  auto reply = self_->make_response_promise<ticket_bought>();
  buy_ticket buy{x.ticket, user_.id, x.event, x.granted, ctx_->now(), x.action, x.shown_cents};
  ++pending_;
  self_->request(ctx_->store, caf::infinite, std::move(buy))
    .then(
      [this, reply](const ticket_bought& bought) mutable {
        --pending_;
        remember_ticket(bought.held);
        on_account_changed(bought.account);
        reply.deliver(bought);
      },
      [this, reply](const caf::error& why) mutable {
        --pending_;
        reply.deliver(why);
      });
  return reply;
}

caf::result<run_started> user_state::on_spend_ticket(const spend_ticket& x) {
  // The run's id follows from the ticket's: asking twice, or on two devices, proposes one run.
  auto proposed =
    fresh_run(game::run_id{x.ticket.value}, x.sport, x.device_time, recorder_of(x.simulated));
  proposed.kind = run_kind::event;
  proposed.ticket = x.ticket;
  auto reply = self_->make_response_promise<run_started>();
  ++pending_;
  self_->request(ctx_->store, caf::infinite, consume_ticket{x.ticket, proposed, ctx_->now()})
    .then(
      [this, reply](const ticket_consumed& spent) mutable {
        --pending_;
        remember_ticket(spent.held);
        if (spent.run.state == run_state::recording)
          begin_recording(spent.run);
        reply.deliver(run_started{spent.run, spent.created, spent.held.event.cut_at});
      },
      [this, reply](const caf::error& why) mutable {
        --pending_;
        refuse_start(reply, why);
      });
  return reply;
}

void user_state::on_event_changed(const event_record& x) {
  auto holds = false;
  for (auto& [id, held] : tickets_)
    if (held.event.id == x.id && held.event.version <= x.version) {
      held.event = x;
      holds = true;
      if (x.cancelled_at && held.ticket.price_cents > 0)
        held.ticket.state = game::ticket_state::refunded;
    }
  if (holds)
    tell_sessions(event_changed{0, x});
}

} // namespace fief::actors
