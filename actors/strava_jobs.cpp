#include "actors/address.hpp"
#include "actors/strava_ask.hpp"
#include "actors/strava_choice.hpp"

namespace fief::actors {

// -- tokens and ports -----------------------------------------------------------------------------

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
  self_->request(ports_.api, strava_api_deadline, refresh_strava_tokens{j->connection.sealed})
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

} // namespace fief::actors
