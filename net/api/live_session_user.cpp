#include "net/api/live_session.hpp"

#include "base/assert.hpp"
#include "net/api/status_of.hpp"
#include "net/io_thread.hpp"

namespace fief::net {

namespace {

using game::errc;

/// Then a message is read out of turn: turns may rest while Postgres does.
constexpr std::chrono::seconds wait_for_turn_max{10};
/// A message that has come is read within some passes of the thread's loop, one for each part of
/// it; a socket that has a turn and nothing to say must not keep it longer.
constexpr unsigned turn_passes_max = 32;

/// Why there is no answer. A deadline is as good as `unavailable`: it may have happened or not,
/// and sending again is safe.
errc why_not(const reply& x) {
  return x.error != nullptr ? errc_of(*x.error) : errc::unavailable;
}

/// Whether the USER may have ended meanwhile, and forgotten who listens.
bool may_have_ended(errc x) {
  return x == errc::unavailable || x == errc::stale || x == errc::overloaded;
}

/// What the client is told: that a writer's view was stale is no affair of its.
live_error error_of(errc x, std::string ref) {
  const auto shown = x == errc::stale ? errc::unavailable : x;
  return {std::string{game::to_string(shown)}, std::string{detail_of(shown)}, std::move(ref)};
}

} // namespace

bool live_session::authenticate(std::string_view token, std::string_view ref) {
  if (token.empty()) {
    refuse("unauthenticated", "An access token is needed, here or in the Authorization header.",
           ref);
    return false;
  }
  const auto who = hub_.api().access->verify(hub_.thread().index(), token);
  if (!who) {
    refuse("token_expired", "The access token is not valid any more.", ref);
    return false;
  }
  if (user_ && *user_ != who->user) {
    refuse("forbidden", "This socket belongs to another user; open a new one.", ref);
    return false;
  }
  if (!user_)
    hub_.metrics().sessions.add(1);
  leave_anonymous();
  user_ = who->user;
  hello_deadline_.cancel();
  return true;
}

// -- attaching ------------------------------------------------------------------------------------

void live_session::attach(game::run_id run, const caf::optional<game::instant>& device_time,
                          bool welcome) {
  attaching_ = true;
  actors::attach_session ask{*user_, hub_.ref_of(number_), run, device_time};
  ask_user(caf::make_message(std::move(ask)), [run, welcome](live_session& self, reply got) {
    self.attaching_ = false;
    self.on_attached(run, welcome, got);
  });
}

void live_session::ensure_attached() {
  if (!attached_ && !attaching_)
    attach(run_, {}, false);
}

void live_session::on_attached(game::run_id run, bool welcome, reply got) {
  if (const auto* x = got.get<actors::session_attached>()) {
    attached_ = true;
    if (!run.is_nil())
      run_ = run;
    if (welcome)
      socket_->send_command(write_welcome(*x, run));
    return;
  }
  const auto why = why_not(got);
  attached_ = false;
  if (why == errc::user_banned || (why == errc::not_found && run.is_nil())) {
    fail(error_of(why, "hello"));
    return end(why == errc::user_banned ? "banned" : "deleted", close_code::policy);
  }
  if (welcome)
    fail(error_of(why, run.is_nil() ? "hello" : base::to_string(run)));
  if (may_have_ended(why))
    return;  // The client says hello again; fixes attach by themselves.
  run_ = {}; // There is no such run to record, but somebody who listens.
  if (!run.is_nil())
    attach({}, {}, welcome);
}

// -- the run --------------------------------------------------------------------------------------

void live_session::on_stored(game::run_id run, std::size_t count, reply got) {
  if (const auto* x = got.get<actors::fixes_stored>()) {
    hub_.metrics().fixes_acked.add(count);
    socket_->send_command(write_ack(*x));
    return;
  }
  const auto why = why_not(got);
  attached_ = attached_ && !may_have_ended(why);
  fail(error_of(why, base::to_string(run)));
}

void live_session::on_finished(game::run_id run, reply got) {
  if (const auto* x = got.get<actors::run_finished>()) {
    if (!x->missing) {
      socket_->send_command(write_run(x->run));
      return;
    }
    auto error = error_of(errc::fixes_missing, base::to_string(run));
    error.missing = x;
    return fail(std::move(error));
  }
  if (got.timed_out() && finished_run_ == run)
    return; // It was told that the run is saved; the result follows the same way.
  const auto why = why_not(got);
  attached_ = attached_ && !may_have_ended(why);
  fail(error_of(why, base::to_string(run)));
}

// -- credit ---------------------------------------------------------------------------------------

void live_session::ask_user(caf::message content, then_handler then) {
  ++asked_;
  look_at_reading();
  hub_.ask(actors::key_of(*user_), std::move(content), hub_.api().limits.ask_deadline,
           [hub = &hub_, number = number_, then = std::move(then)](reply got) {
             auto* self = hub->find(number);
             if (self == nullptr)
               return;
             self->return_credit();
             then(*self, got);
           });
}

void live_session::return_credit() {
  --asked_;
  if (standing_ == standing::asking) {
    end_turn(true);
    if (!allowance_.left(timer_wheel::clock::now()))
      begin_turn();
  }
  look_at_reading();
}

// -- how much of the thread it gets ---------------------------------------------------------------

void live_session::look_at_reading() {
  const bool rest = asked_ >= hub_.api().limits.fixes_in_flight_max
                    || standing_ == standing::waiting || standing_ == standing::asking;
  if (rest == paused_)
    return;
  paused_ = rest;
  if (rest) {
    hub_.metrics().pauses.add();
    socket_->pause_reading();
  } else {
    socket_->resume_reading();
  }
}

void live_session::after_message(bool asked) {
  const auto now = timer_wheel::clock::now();
  allowance_.spend(cost_, now);
  if (!allowance_.left(now))
    hub_.charge_turns(cost_);
  if (standing_ == standing::reading && asked) {
    standing_ = standing::asking;
  } else {
    end_turn(false);
    if (standing_ == standing::free && !allowance_.left(now))
      begin_turn();
  }
  look_at_reading();
}

void live_session::begin_turn() {
  const bool now = hub_.enter_turns(number_);
  turn_began_ = timer_wheel::clock::now();
  standing_ = now ? standing::reading : standing::waiting;
  if (now)
    await_message(turn_passes_max);
}

void live_session::await_message(unsigned passes) {
  hub_.thread().post([hub = &hub_, number = number_, turn = turn_began_, passes] {
    auto* self = hub->find(number);
    if (self == nullptr || self->standing_ != standing::reading || self->turn_began_ != turn)
      return;
    if (passes > 0)
      return self->await_message(passes - 1);
    self->end_turn(false);
    self->look_at_reading();
  });
}

bool live_session::on_turn(bool offered) {
  FIEF_ASSERT(standing_ == standing::waiting);
  const auto now = timer_wheel::clock::now();
  if (!offered && now - turn_began_ < wait_for_turn_max)
    return false;
  allowance_.pass(now);
  turn_began_ = now;
  standing_ = offered ? standing::reading : standing::free;
  look_at_reading();
  if (offered)
    await_message(turn_passes_max);
  return true;
}

void live_session::end_turn(bool used) {
  if (standing_ != standing::reading && standing_ != standing::asking)
    return;
  standing_ = standing::free;
  if (used)
    hub_.leave_turns(timer_wheel::clock::now() - turn_began_);
  else
    hub_.leave_turns(std::nullopt);
}

// -- what the USER pushes -------------------------------------------------------------------------

void live_session::on_push(const actors::tiles_passed& x) {
  socket_->send_command(write_tiles(x));
}

void live_session::on_push(const actors::run_changed& x) {
  if (x.run.state != actors::run_state::recording)
    finished_run_ = x.run.id;
  if (x.run.id == run_ && finished_run_ == run_)
    run_ = {};
  socket_->send_command(write_run(x.run));
}

void live_session::on_push(const actors::event_changed& x) {
  socket_->send_command(write_event(x.event, hub_.now()));
}

void live_session::on_push(const actors::mining_changed& x) {
  socket_->send_command(write_mining(x.account, hub_.now(), hub_.api().mining));
}

void live_session::on_push(const actors::notice_raised& x) {
  socket_->send_command(write_notice(x.notice));
}

void live_session::on_push(const actors::session_superseded&) {
  hub_.metrics().superseded.add();
  end("superseded", close_code::normal);
}

void live_session::on_push(const actors::session_ended& x) {
  end(x.reason == "account_closed" ? "deleted" : x.reason, close_code::policy);
}

} // namespace fief::net
