#include "actors/strava_ask.hpp"
#include "actors/strava_choice.hpp"

namespace fief::actors {

namespace {

constexpr int revocations_max = 5; ///< Attempts; then Strava is left to find dead tokens.

} // namespace

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
  self_->request(ports_.api, strava_api_deadline, revoke_strava_tokens{j->connection.sealed})
    .then(heard, [heard](const caf::error&) { heard(strava_answered{}); });
}

void strava_duty::drop(const job_ptr& j) {
  ask_rows(j, ports_.store, disconnect_strava{j->connection.user, strava_leave::end},
           [this, j](const store_done&) { end(j); });
}

} // namespace fief::actors
