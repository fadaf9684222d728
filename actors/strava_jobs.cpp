#include "actors/address.hpp"
#include "actors/convert.hpp"
#include "actors/strava.hpp"
#include "actors/strava_choice.hpp"
#include "base/assert.hpp"

#include <caf/all.hpp>

namespace fief::actors {

namespace {

constexpr std::chrono::seconds api_deadline{60};
constexpr int revocations_max = 5; ///< Attempts; then Strava is left to find dead tokens.

} // namespace

// -- tokens and ports -----------------------------------------------------------------------------

template <class Port, class Message, class Then>
void strava_duty::ask_rows(const job_ptr& j, const Port& port, Message x, Then then) {
  self_->request(port, caf::infinite, std::move(x))
    .then(std::move(then), [this, j](const caf::error& why) {
      // `stale` and `not_found`: it changed under us, and whatever is due now will be found.
      const auto code = errc_of(why);
      end(j, code != game::errc::stale && code != game::errc::not_found);
    });
}

template <class Reply, class Message, class Then>
void strava_duty::ask_strava(const job_ptr& j, Message x, Then then) {
  if (auto until = budget_.wait(now(), j->lane)) {
    end(j);
    look_again_at(*until);
    return;
  }
  const auto began = budget_.begin(now());
  auto heard = [this, began, then](const Reply& reply) {
    budget_.end(began, now(), reply.rates, reply.outcome == strava_outcome::rate_limited);
    then(reply);
  };
  self_->request(ports_.api, api_deadline, std::move(x)).then(heard, [heard](const caf::error&) {
    heard(Reply{});
  });
}

bool strava_duty::refused(const job_ptr& j, strava_outcome outcome, step again) {
  switch (outcome) {
    case strava_outcome::unauthorized:
      if (j->refreshed)
        give_up(j);
      else
        refresh(j, std::move(again));
      return true;
    case strava_outcome::rate_limited: end(j); return true;
    case strava_outcome::done:
    case strava_outcome::forbidden:
    case strava_outcome::not_found:
    case strava_outcome::refused:
    case strava_outcome::unavailable: return false;
  }
  return false;
}

void strava_duty::with_tokens(const job_ptr& j, step then) {
  ask_rows(j, ports_.reader, load_strava{j->connection.user},
           [this, j, then = std::move(then)](const strava_connection& stored) {
             j->connection = stored;
             if (stored.state != strava_state::active && !stored.suspect)
               end(j); // Nobody asks for it any more.
             else if (stored.expires_at - config_.token_margin <= now())
               refresh(j, then);
             else
               then();
           });
}

void strava_duty::refresh(const job_ptr& j, step then) {
  j->refreshed = true;
  auto heard = [this, j, then = std::move(then)](const strava_grant& grant) {
    if (grant.outcome == strava_outcome::refused || grant.outcome == strava_outcome::unauthorized) {
      give_up(j);
      return;
    }
    if (grant.outcome != strava_outcome::done) {
      end(j, true); // If the answer was lost on its way, the next refresh is refused.
      return;
    }
    rotate_strava_tokens x;
    x.user = j->connection.user;
    x.version = j->connection.version;
    x.sealed = grant.sealed;
    x.expires_at = now() + grant.expires_in;
    unsaved_[x.user] = x;
    ask_rows(j, ports_.store, x, [this, j, then](const strava_connection& stored) {
      unsaved_.erase(stored.user);
      j->connection = stored;
      then();
    });
  };
  self_->request(ports_.api, api_deadline, refresh_strava_tokens{j->connection.sealed})
    .then(heard, [heard](const caf::error&) { heard(strava_grant{}); });
}

/// The tokens are dead. If somebody said that the athlete took his word back, he did.
void strava_duty::give_up(const job_ptr& j) {
  const auto user = j->connection.user;
  if (j->connection.suspect) {
    ask_rows(j, ports_.store, disconnect_strava{user, strava_leave::begin_erased},
             [this, j](const store_done&) { end(j); });
    return;
  }
  mark_strava mark;
  mark.user = user;
  mark.version = j->connection.version;
  mark.mark = strava_mark::broken;
  ask_rows(j, ports_.store, mark, [this, j](const strava_connection&) { end(j); });
}

void strava_duty::forget(const job_ptr& j, std::string external, step then) {
  forget_runs x;
  x.user = j->connection.user;
  x.source = run_source::strava;
  x.external = std::move(external);
  ask(self_, ports_.directory, key_of(x.user), x)
    .then([then](const runs_forgotten&) { then(); },
          [this, j, then](const caf::error& why) {
            if (errc_of(why) == game::errc::not_found)
              then(); // The account is gone, and its runs with it.
            else
              end(j, true);
          });
}

/// Withdraws the run of an import. That it is going to is stored first: if we die now and the
/// activity is as before when somebody looks again, it is imported as a new one.
void strava_duty::forget_import(const job_ptr& j, step then) {
  finish_strava_import x;
  x.state = strava_import_state::queued;
  x.imported = j->import.imported;
  x.forgetting = true;
  x.attempts = j->import.attempts;
  x.not_before = now();
  identify(j, x);
  ask_rows(j, ports_.store, std::move(x), [this, j, then = std::move(then)](const strava_import&) {
    forget(j, std::to_string(j->import.activity), then);
  });
}

// -- an import ------------------------------------------------------------------------------------

void strava_duty::run_import(strava_import import) {
  auto j = start(import.user, import.by_event ? strava_lane::event : strava_lane::catch_up);
  j->import = std::move(import);
  with_tokens(j, [this, j] { fetch_activity(j); });
}

void strava_duty::fetch_activity(const job_ptr& j) {
  fetch_strava_activity x{j->connection.sealed, j->import.activity};
  ask_strava<strava_activity_fetched>(
    j, std::move(x), [this, j](const strava_activity_fetched& got) {
      if (refused(j, got.outcome, [this, j] { fetch_activity(j); }))
        return;
      if (got.outcome == strava_outcome::not_found)
        withdraw(j, "gone");
      else if (got.outcome == strava_outcome::forbidden)
        withdraw(j, "private");
      else if (got.outcome != strava_outcome::done)
        postpone(j, "strava_unavailable");
      else if (got.activity.id != j->import.activity
               || got.activity.athlete != j->connection.athlete)
        withdraw(j, "not_yours");
      else {
        j->activity = got.activity;
        decide(j);
      }
    });
}

void strava_duty::decide(const job_ptr& j) {
  const auto objection = strava_objection(j->activity);
  if (!objection.empty()) {
    withdraw(j, std::string{objection});
    return;
  }
  auto& import = j->import;
  const bool same = !import.run.is_nil() && import.content == strava_content(j->activity);
  if (same && import.imported) {
    finish_strava_import x;
    x.imported = true;
    finish(j, std::move(x));
  } else if (same) { // Planned, and perhaps stored: it is the same run either way.
    fetch_streams(j);
  } else if (import.run.is_nil()) {
    import_anew(j);
  } else {
    forget_import(j, [this, j] { import_anew(j); });
  }
}

/// It is none of ours, or not any more.
void strava_duty::withdraw(const job_ptr& j, std::string reason) {
  auto skip = [this, j, reason = std::move(reason)] {
    finish_strava_import x;
    x.state = strava_import_state::skipped;
    x.reason = reason;
    x.withdrawn = true;
    finish(j, std::move(x));
  };
  if (j->import.run.is_nil())
    skip();
  else
    forget_import(j, skip);
}

void strava_duty::import_anew(const job_ptr& j) {
  plan_strava_import x;
  x.user = j->import.user;
  x.activity = j->import.activity;
  x.generation = j->import.generation;
  x.revision = j->import.revision;
  x.run = game::run_id{base::make_uuid_v7(now(), random_)};
  x.content = strava_content(j->activity);
  x.started_at = j->activity.start;
  x.now = now();
  ask_rows(j, ports_.store, std::move(x), [this, j](const strava_import& planned) {
    j->import = planned;
    fetch_streams(j);
  });
}

void strava_duty::fetch_streams(const job_ptr& j) {
  fetch_strava_streams x{j->connection.sealed, j->import.activity, j->activity.start};
  ask_strava<strava_streams_fetched>(j, std::move(x), [this, j](const strava_streams_fetched& got) {
    if (refused(j, got.outcome, [this, j] { fetch_streams(j); }))
      return;
    if (got.outcome == strava_outcome::not_found || got.outcome == strava_outcome::forbidden)
      withdraw(j, "no_streams");
    else if (got.outcome != strava_outcome::done)
      postpone(j, "strava_unavailable");
    else if (got.fixes.empty())
      withdraw(j, "no_gps");
    else
      hand_over(j, got.fixes);
  });
}

void strava_duty::hand_over(const job_ptr& j, std::vector<game::fix> fixes) {
  import_run x;
  x.user = j->import.user;
  x.run = j->import.run;
  x.source = run_source::strava;
  x.external = std::to_string(j->import.activity);
  x.sport = strava_sport(j->activity.sport_type).value_or(game::sport::other);
  x.fixes = std::move(fixes);
  x.takes_territory = config_.territory;
  ask(self_, ports_.directory, key_of(x.user), std::move(x))
    .then(
      [this, j](const run_finished&) {
        finish_strava_import done;
        done.imported = true;
        finish(j, std::move(done));
      },
      [this, j](const caf::error& why) {
        const auto code = errc_of(why);
        if (code == game::errc::unavailable || code == game::errc::overloaded)
          postpone(j, "busy");
        else
          withdraw(j, std::string{game::to_string(code)});
      });
}

void strava_duty::identify(const job_ptr& j, finish_strava_import& x) const {
  x.user = j->import.user;
  x.activity = j->import.activity;
  x.generation = j->import.generation;
  x.revision = j->import.revision;
  x.now = now();
}

void strava_duty::finish(const job_ptr& j, finish_strava_import x) {
  identify(j, x);
  ask_rows(j, ports_.store, std::move(x), [this, j](const strava_import&) { end(j); });
}

void strava_duty::postpone(const job_ptr& j, std::string reason) {
  finish_strava_import x;
  x.attempts = j->import.attempts + 1;
  const bool last = x.attempts >= config_.attempts_max;
  x.state = last ? strava_import_state::failed : strava_import_state::queued;
  x.reason = std::move(reason);
  x.imported = j->import.imported;
  x.not_before = now() + backoff(x.attempts);
  finish(j, std::move(x));
}

// -- a catch-up -----------------------------------------------------------------------------------

void strava_duty::run_look(const strava_connection& connection) {
  auto j = start(connection.user, strava_lane::catch_up);
  with_tokens(j, [this, j] {
    if (j->connection.look_at)
      list_page(j);
    else
      end(j);
  });
}

void strava_duty::list_page(const job_ptr& j) {
  list_strava_activities x{j->connection.sealed, j->connection.look_from, j->page};
  ask_strava<strava_activities_listed>(j, std::move(x),
                                       [this, j](const strava_activities_listed& got) {
                                         if (refused(j, got.outcome, [this, j] { list_page(j); }))
                                           return;
                                         if (got.outcome == strava_outcome::done)
                                           enqueue(j, got);
                                         else
                                           end(j, true);
                                       });
}

void strava_duty::enqueue(const job_ptr& j, const strava_activities_listed& listed) {
  enqueue_strava_imports x;
  x.user = j->connection.user;
  for (const auto& activity : listed.items)
    if (strava_objection(activity).empty())
      x.found.push_back({activity.id, activity.start});
  const bool done = listed.count == 0;
  x.done = done;
  x.look_at = *j->connection.look_at;
  x.now = now();
  ask_rows(j, ports_.store, std::move(x), [this, j, done](const strava_queued&) {
    if (done) {
      end(j);
      return;
    }
    ++j->page;
    list_page(j);
  });
}

// -- the end of a connection ----------------------------------------------------------------------

/// Somebody said that the athlete took his word back. Only Strava knows.
void strava_duty::run_suspect(const strava_connection& connection) {
  auto j = start(connection.user, strava_lane::event);
  with_tokens(j, [this, j] { probe(j); });
}

void strava_duty::probe(const job_ptr& j) {
  ask_strava<strava_answered>(
    j, probe_strava{j->connection.sealed}, [this, j](const strava_answered& got) {
      if (refused(j, got.outcome, [this, j] { probe(j); }))
        return;
      if (got.outcome != strava_outcome::done) {
        end(j, true);
        return;
      }
      mark_strava mark;
      mark.user = j->connection.user;
      mark.version = j->connection.version;
      mark.mark = strava_mark::cleared;
      ask_rows(j, ports_.store, mark, [this, j](const strava_connection&) { end(j); });
    });
}

void strava_duty::run_leave(const strava_connection& connection) {
  auto j = start(connection.user, strava_lane::event);
  j->connection = connection;
  if (auto found = unsaved_.find(connection.user); found != unsaved_.end()) {
    if (!connection.sealed.empty())
      j->connection.sealed = found->second.sealed; // The stored pair is dead.
    unsaved_.erase(found);
  }
  forget(j, {}, [this, j] {
    for (auto& promise : leaving_[j->connection.user])
      promise.deliver(store_done{});
    leaving_.erase(j->connection.user);
    if (j->connection.sealed.empty())
      drop(j);
    else
      revoke(j);
  });
}

void strava_duty::revoke(const job_ptr& j) {
  auto heard = [this, j](const strava_answered& got) {
    const bool unheard =
      got.outcome == strava_outcome::unavailable || got.outcome == strava_outcome::rate_limited;
    if (unheard && failures_[j->connection.user] < revocations_max)
      end(j, true);
    else
      drop(j);
  };
  self_->request(ports_.api, api_deadline, revoke_strava_tokens{j->connection.sealed})
    .then(heard, [heard](const caf::error&) { heard(strava_answered{}); });
}

void strava_duty::drop(const job_ptr& j) {
  ask_rows(j, ports_.store, disconnect_strava{j->connection.user, strava_leave::end},
           [this, j](const store_done&) { end(j); });
}

} // namespace fief::actors
