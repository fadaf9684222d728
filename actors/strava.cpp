#include "actors/strava.hpp"

#include "actors/convert.hpp"
#include "actors/strava_choice.hpp"
#include "base/assert.hpp"

#include <algorithm>
#include <caf/all.hpp>

namespace fief::actors {

namespace {

constexpr std::chrono::seconds api_deadline{60};
constexpr std::chrono::seconds tick_period{1};
constexpr std::uint32_t expire_runs_max = 1'000;

/// What may be told of an error: the game's as it is, any other only as `unavailable`.
caf::error told(const caf::error& x) {
  return caf::make_error(errc_of(x));
}

} // namespace

strava_actor::behavior_type strava_duty::make_behavior(strava_ports ports,
                                                       const strava_config& config) {
  FIEF_ASSERT(ports.store && ports.reader && ports.directory && ports.api && ports.time != nullptr);
  FIEF_ASSERT(config.jobs_max > 0 && config.backoff_min <= config.backoff_max);
  ports_ = std::move(ports);
  config_ = config;
  budget_ = strava_budget{config.budget};
  random_ = base::rng{config.seed};
  self_->send(self_, atom::tick_v);
  return {
    [this](const begin_strava& x) {
      auto promise = self_->make_response_promise<strava_link>();
      self_->request(ports_.api, caf::infinite, make_strava_link{x.user, now()})
        .then([promise](const strava_link& link) mutable { promise.deliver(link); },
              [promise](const caf::error& why) mutable { promise.deliver(told(why)); });
      return promise;
    },
    [this](const complete_strava& x) { return on_complete(x); },
    [this](const get_strava& x) { return on_get(x); },
    [this](const leave_strava& x) { return on_leave(x); },
    [this](const get_strava_imports& x) { return on_imports(x); },
    [this](const strava_event& x) { return on_event(x); },
    [this](atom::tick) { on_tick(); },
  };
}

// -- the edge -------------------------------------------------------------------------------------

caf::result<strava_status> strava_duty::on_complete(const complete_strava& x) {
  auto promise = self_->make_response_promise<strava_status>();
  self_->request(ports_.api, caf::infinite, read_strava_state{x.state, now()})
    .then([this, promise, x](const strava_state_read& who) { exchange(promise, who.user, x); },
          [promise](const caf::error& why) mutable { promise.deliver(told(why)); });
  return promise;
}

void strava_duty::exchange(caf::typed_response_promise<strava_status> promise, game::user_id user,
                           const complete_strava& x) {
  if (!may_read_activities(x.scope)) {
    promise.deliver(caf::make_error(game::errc::strava_scope_missing));
    return;
  }
  self_->request(ports_.api, api_deadline, exchange_strava_code{x.code})
    .then(
      [this, promise, user, scope = x.scope](const strava_grant& grant) mutable {
        if (grant.outcome != strava_outcome::done) {
          promise.deliver(caf::make_error(grant.outcome == strava_outcome::refused
                                            ? game::errc::strava_refused
                                            : game::errc::unavailable));
          return;
        }
        strava_connection made;
        made.user = user;
        made.athlete = grant.athlete;
        made.scope = std::move(scope);
        made.sealed = grant.sealed;
        made.expires_at = now() + grant.expires_in;
        made.connected_at = now();
        made.look_at = now();
        made.look_from = now() - config_.catch_up;
        connect(promise, std::move(made));
      },
      [promise](const caf::error& why) mutable { promise.deliver(told(why)); });
}

void strava_duty::connect(caf::typed_response_promise<strava_status> promise,
                          strava_connection connection) {
  self_->request(ports_.store, caf::infinite, connect_strava{std::move(connection)})
    .then(
      [this, promise](const strava_connection& stored) mutable {
        resting_.erase(stored.user);
        failures_.erase(stored.user);
        unsaved_.erase(stored.user);
        promise.deliver(status_of(stored));
        prompt();
      },
      [promise](const caf::error& why) mutable { promise.deliver(told(why)); });
}

strava_status strava_duty::status_of(strava_connection connection) const {
  connection.sealed.clear();
  strava_status out{std::move(connection), caf::none};
  if (auto until = budget_.wait(now(), strava_lane::catch_up, 2))
    out.quota_until = *until;
  return out;
}

caf::result<strava_status> strava_duty::on_get(const get_strava& x) {
  auto promise = self_->make_response_promise<strava_status>();
  self_->request(ports_.reader, caf::infinite, load_strava{x.user})
    .then([this, promise](const strava_connection& c) mutable { promise.deliver(status_of(c)); },
          [promise](const caf::error& why) mutable {
            promise.deliver(errc_of(why) == game::errc::not_found
                              ? caf::make_error(game::errc::strava_not_connected)
                              : told(why));
          });
  return promise;
}

caf::result<store_done> strava_duty::on_leave(const leave_strava& x) {
  auto promise = self_->make_response_promise<store_done>();
  self_->request(ports_.store, caf::infinite, disconnect_strava{x.user, strava_leave::begin})
    .then(
      [this, promise, user = x.user](const store_done&) {
        leaving_[user].push_back(promise);
        resting_.erase(user);
        prompt();
      },
      [promise](const caf::error& why) mutable {
        promise.deliver(errc_of(why) == game::errc::not_found
                          ? caf::make_error(game::errc::strava_not_connected)
                          : told(why));
      });
  return promise;
}

caf::result<strava_imports> strava_duty::on_imports(const get_strava_imports& x) {
  auto promise = self_->make_response_promise<strava_imports>();
  self_->request(ports_.reader, caf::infinite, list_strava_imports{x.user, x.page})
    .then(
      [this, promise, user = x.user](const strava_import_page& page) mutable {
        strava_imports out;
        out.items = page.items;
        out.next_cursor = page.next_cursor;
        if (auto found = jobs_.find(user); found != jobs_.end())
          out.fetching.push_back(found->second->import.activity);
        if (auto until = budget_.wait(now(), strava_lane::event, 2))
          out.event_quota_until = *until;
        if (auto until = budget_.wait(now(), strava_lane::catch_up, 2))
          out.catch_up_quota_until = *until;
        promise.deliver(std::move(out));
      },
      [promise](const caf::error& why) mutable { promise.deliver(told(why)); });
  return promise;
}

caf::result<store_done> strava_duty::on_event(const strava_event& x) {
  if (events_ >= config_.events_max)
    return caf::make_error(game::errc::overloaded);
  auto promise = self_->make_response_promise<store_done>();
  ++events_;
  auto stored = [this, promise]() mutable {
    --events_;
    promise.deliver(store_done{});
    prompt();
  };
  auto failed = [this, promise, stored](const caf::error& why) mutable {
    if (errc_of(why) == game::errc::not_found) { // Of somebody who is not connected.
      stored();
      return;
    }
    --events_;
    promise.deliver(told(why));
  };
  if (x.activity != 0) {
    self_
      ->request(ports_.store, caf::infinite,
                note_strava_event{x.athlete, x.activity, x.deleted, now()})
      .then([stored](const strava_queued&) mutable { stored(); }, failed);
  } else if (x.deauthorized) {
    mark_strava mark;
    mark.athlete = x.athlete;
    self_->request(ports_.store, caf::infinite, mark)
      .then([stored](const strava_connection&) mutable { stored(); }, failed);
  } else { // His name or his weight: nothing to us.
    --events_;
    promise.deliver(store_done{});
  }
  return promise;
}

// -- whose turn it is -----------------------------------------------------------------------------

void strava_duty::on_tick() {
  self_->delayed_send(self_, tick_period, atom::tick_v);
  const auto at = now();
  if (at >= next_contact_)
    note_contact();
  if (at >= next_expiry_)
    expire();
  save_unsaved();
  // A clock that was set back must not keep us waiting.
  if (prompted_ || at >= next_look_ || next_look_ > at + config_.look_period)
    look();
}

void strava_duty::note_contact() {
  next_contact_ = now() + config_.contact_period;
  note_strava_contact x;
  x.now = now();
  x.gap_max = config_.contact_gap;
  x.look_back = config_.look_back;
  self_->request(ports_.store, caf::infinite, x)
    .then(
      [this](const strava_contact& contact) {
        if (contact.scheduled > 0)
          prompt();
      },
      [](const caf::error&) {});
}

void strava_duty::expire() {
  next_expiry_ = now() + config_.expire_period;
  expire_fixes x;
  x.before = now() - config_.keep_fixes;
  x.runs_max = expire_runs_max;
  self_->request(ports_.store, caf::infinite, x)
    .then(
      [this](const fixes_expired& done) {
        if (done.runs >= expire_runs_max)
          next_expiry_ = now();
      },
      [](const caf::error&) {});
}

void strava_duty::save_unsaved() {
  for (const auto& [user, rotation] : unsaved_) {
    if (jobs_.contains(user))
      continue;
    auto j = start(user, strava_lane::event);
    self_->request(ports_.store, caf::infinite, rotation)
      .then(
        [this, j](const strava_connection& stored) {
          unsaved_.erase(stored.user);
          end(j);
        },
        [this, j, owner = user](const caf::error& why) {
          // Somebody else's pair is there, or the connection is gone: this one is of no use.
          if (errc_of(why) == game::errc::stale || errc_of(why) == game::errc::not_found)
            unsaved_.erase(owner);
          end(j, true);
        });
  }
}

void strava_duty::prompt() {
  prompted_ = true;
  look();
}

void strava_duty::look() {
  if (looking_ || jobs_.size() >= config_.jobs_max)
    return; // Whoever ends looks.
  looking_ = true;
  prompted_ = false;
  touched_.clear();
  for (const auto& [user, j] : jobs_)
    touched_.insert(user);
  find_strava_due x;
  x.now = now();
  self_->request(ports_.reader, caf::infinite, x)
    .then(
      [this](const strava_due& due) {
        looking_ = false;
        start_due(due);
        if (prompted_)
          look();
      },
      [this](const caf::error&) { // Postgres is away: everything stays due.
        looking_ = false;
        prompted_ = true;
      });
}

void strava_duty::start_due(const strava_due& due) {
  const auto at = now();
  next_look_ = at + config_.look_period;
  if (due.next_at)
    look_again_at(*due.next_at);
  std::erase_if(resting_, [at](const auto& x) { return x.second <= at; });
  for (const auto& c : due.connections) {
    if (c.state == strava_state::leaving) {
      if (may_start(c.user, strava_lane::event, 0))
        run_leave(c);
    } else if (c.suspect) {
      if (may_start(c.user, strava_lane::event, 1))
        run_suspect(c);
    } else if (may_start(c.user, strava_lane::catch_up, 1)) {
      run_look(c);
    }
  }
  for (const auto& x : due.imports)
    if (may_start(x.user, x.by_event ? strava_lane::event : strava_lane::catch_up, 2))
      run_import(x);
}

bool strava_duty::may_start(game::user_id user, strava_lane lane, int requests) {
  if (jobs_.size() >= config_.jobs_max || jobs_.contains(user))
    return false; // Whoever ends looks again.
  if (touched_.contains(user)) {
    prompted_ = true;
    return false;
  }
  if (auto found = resting_.find(user); found != resting_.end()) {
    look_again_at(found->second);
    return false;
  }
  if (unsaved_.contains(user) && requests > 0)
    return false;
  if (requests == 0)
    return true;
  if (auto until = budget_.wait(now(), lane, requests)) {
    look_again_at(*until);
    return false;
  }
  return true;
}

strava_duty::job_ptr strava_duty::start(game::user_id user, strava_lane lane) {
  auto j = std::make_shared<job>();
  j->connection.user = user;
  j->lane = lane;
  jobs_[user] = j;
  touched_.insert(user); // One thing of each look.
  return j;
}

void strava_duty::end(const job_ptr& j, bool rest) {
  const auto user = j->connection.user;
  auto found = jobs_.find(user);
  FIEF_ASSERT(found != jobs_.end() && found->second == j);
  jobs_.erase(found);
  touched_.insert(user);
  if (rest)
    resting_[user] = now() + backoff(++failures_[user]);
  else
    failures_.erase(user);
  prompt();
}

milliseconds strava_duty::backoff(std::int32_t attempts) {
  auto wait = config_.backoff_min;
  for (std::int32_t i = 1; i < attempts && wait < config_.backoff_max; ++i)
    wait *= 2;
  wait = std::min(wait, config_.backoff_max);
  // Up to a quarter more, so that those who fell together do not come back together.
  return wait + milliseconds{random_.below(static_cast<std::uint64_t>(wait.count()) / 4 + 1)};
}

strava_actor::behavior_type strava(strava_actor::stateful_pointer<strava_duty> self,
                                   strava_ports ports, strava_config config) {
  return self->state.make_behavior(std::move(ports), config);
}

} // namespace fief::actors
