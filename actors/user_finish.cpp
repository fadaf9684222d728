#include "actors/address.hpp"
#include "actors/convert.hpp"
#include "actors/user.hpp"

#include <algorithm>

namespace fief::actors {

caf::result<run_finished> user_state::on_finish(const finish_run& x) {
  auto reply = self_->make_response_promise<run_finished>();
  if (recording_ && recording_->run().id == x.run) {
    if (x.total_seq < recording_->seq_max()) {
      reply.deliver(caf::make_error(game::errc::invalid_argument));
      return reply;
    }
    finishing_[x.run].push_back(reply);
    if (!closing_) {
      finish_total_ = x.total_seq;
      look_at_finish();
    }
    return reply;
  }
  if (processing_.count(x.run) > 0 || merging_.count(x.run) > 0) {
    finishing_[x.run].push_back(reply);
    return reply;
  }
  // Finished before: the answer is the same as the first time.
  self_->request(ctx_->reader, caf::infinite, load_run{x.run, false})
    .then(
      [this, reply](const run_loaded& found) mutable {
        if (found.run.user != user_.id)
          reply.deliver(caf::make_error(game::errc::not_found));
        else
          reply.deliver(run_finished{false, found.run.total_seq, {}, found.run});
      },
      [reply](const caf::error& why) mutable { reply.deliver(why); });
  return reply;
}

void user_state::look_at_finish() {
  if (!finish_total_ || closing_ || !recording_->is_quiet())
    return;
  auto total = *finish_total_;
  finish_total_.reset();
  if (recording_->is_complete(total)) {
    close_recording(total, false);
    return;
  }
  auto id = recording_->run().id;
  run_finished missing{true, recording_->ack(), recording_->wants(total), recording_->run()};
  for (auto& reply : finishing_[id])
    reply.deliver(missing);
  finishing_.erase(id);
}

void user_state::close_recording(std::uint32_t total_seq, bool partial) {
  closing_ = true;
  auto id = recording_->run().id;
  self_
    ->request(ctx_->store, caf::infinite,
              finish_recording{id, user_.id, total_seq, partial, ctx_->now()})
    .then(
      [this, id](const run_record& run) {
        closing_ = false;
        if (!recording_ || recording_->run().id != id)
          return;
        auto fixes = recording_->fixes();
        recording_.reset();
        recorder_.reset();
        tell_sessions(run_changed{0, run});
        if (run.state == run_state::processing)
          process(run, std::move(fixes), false);
        else
          settle_waiting(run); // Another copy of this user was faster.
      },
      [this, id](const caf::error& why) {
        closing_ = false;
        for (auto& reply : finishing_[id])
          reply.deliver(why);
        finishing_.erase(id);
        unprocessed_.insert(id); // It may have been committed, with the answer lost.
      });
}

void user_state::on_resume() {
  auto now = ctx_->now();
  auto busy = closing_ || pending_ > 0 || !processing_.empty() || !merging_.empty();
  if (!busy && !looking_ && unprocessed_.empty() && unmerged_.empty()) {
    looking_ = true;
    look_again([this] { looking_ = false; });
  }
  if (recording_ && !closing_ && recording_->is_quiet()
      && now - recording_->run().last_data_at >= ctx_->rules->silence_max)
    close_recording(recording_->seq_max(), true);
  for (auto run : std::exchange(unprocessed_, {}))
    load_and_process(run);
  for (auto run : std::exchange(unmerged_, {}))
    load_and_merge(run);
}

void user_state::look_again(std::function<void()> then) {
  self_->request(ctx_->reader, caf::infinite, load_user{user_.id})
    .then(
      [this, then](user_loaded& x) {
        if (x.recording && !recording_ && pending_ == 0) {
          begin_recording(std::move(*x.recording));
          recording_->restore(std::move(x.chunks));
        }
        for (const auto& run : x.unfinished)
          if (!closing_)
            load_and_process(run.id);
        for (auto run : x.outbox)
          load_and_merge(run);
        then();
      },
      [then](const caf::error&) { then(); });
}

void user_state::load_and_process(game::run_id id) {
  if (!processing_.insert(id).second)
    return;
  self_->request(ctx_->reader, caf::infinite, load_run{id, true})
    .then(
      [this, id](const run_loaded& x) {
        processing_.erase(id);
        if (x.run.state == run_state::processing) {
          if (recording_ && recording_->run().id == id && !closing_) {
            recording_.reset(); // It was closed, though the answer was lost.
            recorder_.reset();
          }
          process(x.run, decode_all(x.chunks), false);
        } else if (x.run.state == run_state::accepted) {
          merge(x.run, x.claims); // The verdict's answer was lost. Again changes nothing.
        } else if (x.run.state != run_state::recording) {
          settle_finishing(x.run); // A review of it may be on its way, and answers for itself.
        }
      },
      [this, id](const caf::error&) {
        processing_.erase(id);
        unprocessed_.insert(id);
      });
}

void user_state::process(const run_record& run, std::vector<game::fix> fixes, bool accept_flagged) {
  processing_.insert(run.id);
  run_evidence evidence;
  evidence.run = run;
  evidence.fixes = std::move(fixes);
  evidence.home_zones = user_.home_zones;
  evidence.accept_flagged = accept_flagged;
  if (auto review = reviewing_.find(run.id); accept_flagged && review != reviewing_.end())
    evidence.action = review->second.action;
  if (auto it = tickets_.find(run.ticket); it != tickets_.end()) {
    evidence.event = it->second.event;
    evidence.consumed_at = it->second.ticket.consumed_at.value_or(run.created_at);
  }
  auto query = similar_to(run, evidence.fixes, *ctx_->rules);
  auto shared = std::make_shared<run_evidence>(std::move(evidence));
  self_->request(ctx_->reader, caf::infinite, std::move(query))
    .then(
      [this, shared](similar_runs& found) {
        shared->similar = std::move(found.runs);
        save(*shared);
      },
      [this, shared](const caf::error& why) {
        fail_review(shared->run.id, why);
        postpone(shared->run);
      });
}

void user_state::save(const run_evidence& evidence) {
  auto verdict = judge(evidence, *ctx_->rules, ctx_->now());
  self_->request(ctx_->store, caf::infinite, verdict)
    .then([this, verdict](const run_record& run) { saved(run, verdict); },
          [this, run = evidence.run](const caf::error& why) {
            fail_review(run.id, why);
            unmerged_.insert(run.id); // In case it was committed, with the answer lost.
            postpone(run);
          });
}

void user_state::saved(const run_record& run, const save_run& what) {
  processing_.erase(run.id);
  if (!run.event.is_nil()) {
    run_scored scored{run.event,   user_.id, run.id, what.has_result && run.has_result,
                      what.result, {}};
    if (run.state == run_state::accepted)
      scored.claims = what.claims;
    hint(ctx_->directory, key_of(run.event), std::move(scored));
  }
  tell_sessions(run_changed{0, run});
  if (run.state == run_state::accepted && !what.claims.empty())
    merge(run, what.claims);
  else
    settle_waiting(run);
}

void user_state::settle_finishing(const run_record& run) {
  auto it = finishing_.find(run.id);
  if (it == finishing_.end())
    return;
  for (auto& reply : it->second)
    reply.deliver(run_finished{false, run.total_seq, {}, run});
  finishing_.erase(it);
}

void user_state::settle_waiting(const run_record& run) {
  settle_finishing(run);
  auto it = reviewing_.find(run.id);
  if (it != reviewing_.end() && it->second.accept && run.state != run_state::flagged)
    settle_review(run);
}

void user_state::postpone(const run_record& run) {
  processing_.erase(run.id);
  if (run.state != run_state::processing)
    return;
  unprocessed_.insert(run.id);
  settle_waiting(run); // Durable as processing: CLOCK reminds us of it.
}

} // namespace fief::actors
