#include "actors/address.hpp"
#include "actors/convert.hpp"
#include "actors/user.hpp"

#include <algorithm>

namespace fief::actors {

// -- merging --------------------------------------------------------------------------------------

void user_state::load_and_merge(game::run_id id) {
  if (merging_.count(id) > 0 || processing_.count(id) > 0)
    return;
  self_->request(ctx_->reader, caf::infinite, load_run{id, false})
    .then(
      [this, id](const run_loaded& x) {
        if (x.run.state == run_state::accepted)
          merge(x.run, x.claims);
      },
      [this, id](const caf::error&) { unmerged_.insert(id); });
}

void user_state::merge(const run_record& run, const std::vector<game::claim>& claims) {
  if (merging_.count(run.id) > 0)
    return; // An answer to one attempt must not count for another; who waits hears of the first.
  std::map<game::area_id, merge_claims> by_area;
  for (const auto& claim : claims)
    if (ctx_->rules->tiling.is_tile(claim.tile)) // Stored ones may be damaged: no map has those.
      by_area[ctx_->rules->tiling.area_of(claim.tile)].claims.push_back(claim);
  if (by_area.empty()) { // Every claim was revoked meanwhile.
    close_merge(run, 0);
    return;
  }
  auto& progress = merging_[run.id];
  progress = {run, by_area.size(), 0, false};
  for (auto& [area, request] : by_area) {
    request.area = area;
    request.run = run.id;
    request.username = user_.username;
    ask(self_, ctx_->directory, key_of(area), std::move(request))
      .then([this, id = run.id](const claims_merged& x) { area_merged(id, &x); },
            [this, id = run.id](const caf::error&) { area_merged(id, nullptr); });
  }
}

void user_state::area_merged(game::run_id id, const claims_merged* x) {
  auto it = merging_.find(id);
  if (it == merging_.end())
    return;
  auto& progress = it->second;
  if (x != nullptr)
    progress.taken += x->taken;
  else
    progress.failed = true;
  if (--progress.areas_left > 0)
    return;
  auto done = std::move(progress);
  merging_.erase(it);
  if (!done.failed) {
    close_merge(done.run, done.taken);
    return;
  }
  unmerged_.insert(id);
  settle_waiting(done.run); // Accepted for good; its tiles follow.
}

void user_state::close_merge(const run_record& run, std::int32_t taken) {
  ++pending_;
  self_->request(ctx_->store, caf::infinite, close_outbox{run.id, taken, ctx_->now()})
    .then(
      [this](const run_record& stored) {
        --pending_;
        tell_sessions(run_changed{0, stored});
        settle_waiting(stored);
      },
      [this, run](const caf::error&) {
        --pending_;
        unmerged_.insert(run.id);
        settle_waiting(run);
      });
}

// -- reviews --------------------------------------------------------------------------------------

caf::result<run_record> user_state::on_review(const review_run& x) {
  if (closed_) // What is said of a run would outlive the account.
    return caf::make_error(game::errc::not_found);
  auto reply = self_->make_response_promise<run_record>();
  auto [waiting, fresh] = reviewing_.try_emplace(x.run);
  waiting->second.askers.push_back(reply);
  if (!fresh) // One verdict at a time; this asker hears what it became.
    return reply;
  waiting->second.accept = x.accept;
  waiting->second.action = x.action;
  self_->request(ctx_->reader, caf::infinite, load_run{x.run, x.accept})
    .then(
      [this, x](const run_loaded& found) {
        if (found.run.user != user_.id)
          fail_review(x.run, caf::make_error(game::errc::not_found));
        else if (x.accept)
          accept_reviewed(found, x.note);
        else
          reject_reviewed(found, x);
      },
      [this, x](const caf::error& why) { fail_review(x.run, why); });
  return reply;
}

void user_state::fail_review(game::run_id run, const caf::error& why) {
  auto it = reviewing_.find(run);
  if (it == reviewing_.end())
    return;
  for (auto& reply : it->second.askers)
    reply.deliver(why);
  reviewing_.erase(it);
}

void user_state::settle_review(const run_record& run) {
  auto it = reviewing_.find(run.id);
  if (it == reviewing_.end())
    return;
  for (auto& reply : it->second.askers)
    reply.deliver(run);
  reviewing_.erase(it);
}

void user_state::accept_reviewed(const run_loaded& x, const std::string& note) {
  // Asked again: the first answer was lost.
  if (x.run.state == run_state::accepted && !note.empty() && x.run.note == note) {
    settle_review(x.run);
    return;
  }
  if (x.run.state != run_state::flagged) {
    fail_review(x.run.id, caf::make_error(game::errc::run_not_flagged));
    return;
  }
  if (x.run.fixes_expired) {
    fail_review(x.run.id, caf::make_error(game::errc::fixes_expired));
    return;
  }
  auto run = x.run;
  run.note = note;
  process(run, decode_all(x.chunks), true);
}

void user_state::reject_reviewed(const run_loaded& x, const review_run& by) {
  constexpr auto by_review = "rejected_by_review";
  auto fail = [this, id = x.run.id](const caf::error& why) { fail_review(id, why); };
  if (x.run.state == run_state::flagged) {
    save_run verdict;
    verdict.run = x.run;
    verdict.run.state = run_state::rejected;
    verdict.run.has_result = false;
    verdict.run.note = by.note;
    verdict.run.reasons.emplace_back(by_review);
    verdict.from = run_state::flagged;
    verdict.now = ctx_->now();
    verdict.action = by.action;
    self_->request(ctx_->store, caf::infinite, verdict)
      .then(
        [this, verdict](const run_record& run) {
          saved(run, verdict);
          settle_review(run);
        },
        fail);
    return;
  }
  // Asked again: the first answer was lost, and with it the map may not know of it yet.
  auto again = x.run.state == run_state::rejected
               && std::ranges::find(x.run.reasons, by_review) != x.run.reasons.end();
  if (x.run.state != run_state::accepted && !again) {
    fail(caf::make_error(game::errc::run_not_flagged));
    return;
  }
  revoke_run revoke{x.run.id, x.run.reasons, by.note, ctx_->now(), by.action};
  auto rejected = x.run;
  if (!again) {
    revoke.reasons.emplace_back(by_review);
    rejected.note = by.note;
  }
  rejected.state = run_state::rejected;
  rejected.reasons = revoke.reasons;
  rejected.has_result = false;
  rejected.tiles_taken = 0;
  self_->request(ctx_->store, caf::infinite, std::move(revoke))
    .then(
      [this, rejected](const tiles_changed& changed) {
        if (!rejected.event.is_nil())
          hint(ctx_->directory, key_of(rejected.event),
               result_withdrawn{rejected.event, rejected.id});
        refresh_areas(changed.tiles, [this, rejected] {
          tell_sessions(run_changed{0, rejected});
          settle_finishing(rejected);
          settle_review(rejected);
        });
      },
      fail);
}

} // namespace fief::actors
