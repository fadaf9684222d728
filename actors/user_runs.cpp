#include "actors/convert.hpp"
#include "actors/user.hpp"
#include "game/fix_chunk.hpp"

#include <algorithm>
#include <memory>

namespace fief::actors {

run_record user_state::fresh_run(game::run_id id, game::sport sport,
                                 const caf::optional<instant>& device_time,
                                 run_source source) const {
  run_record run;
  run.id = id;
  run.user = user_.id;
  run.sport = sport;
  run.source = source;
  run.created_at = run.last_data_at = ctx_->now();
  if (device_time)
    run.clock_offset = run.created_at - *device_time;
  return run;
}

void user_state::begin_recording(run_record run) {
  if (recording_ && recording_->run().id == run.id)
    return; // Started before; what it holds is newer than the row.
  recording_.emplace(std::move(run), *ctx_->rules, user_.home_zones);
  recorder_.reset();
  finish_total_.reset();
  closing_ = false;
}

void user_state::refuse_start(promise<run_started> reply, const caf::error& why) {
  if (errc_of(why) == game::errc::run_in_progress && !recording_)
    look_again([reply, why]() mutable { reply.deliver(why); });
  else
    reply.deliver(why);
}

caf::result<run_started> user_state::on_start_run(const start_run& x) {
  auto fresh = fresh_run(x.run, x.sport, x.device_time, recorder_of(x.simulated));
  auto reply = self_->make_response_promise<run_started>();
  ++pending_;
  self_->request(ctx_->store, caf::infinite, create_run{std::move(fresh)})
    .then(
      [this, reply](const run_record& run) mutable {
        --pending_;
        auto known = recording_ && recording_->run().id == run.id;
        if (run.state == run_state::recording)
          begin_recording(run);
        reply.deliver(run_started{run, !known && run.state == run_state::recording, caf::none});
      },
      [this, reply](const caf::error& why) mutable {
        --pending_;
        refuse_start(reply, why);
      });
  return reply;
}

recording_run user_state::on_get_recording() const {
  recording_run out;
  if (!recording_)
    return out;
  const auto& run = recording_->run();
  out.run = run.id;
  out.ack = recording_->ack();
  out.want = recording_->wants();
  if (auto it = tickets_.find(run.ticket); it != tickets_.end())
    out.event_cut_at = it->second.event.cut_at;
  return out;
}

template <class T>
void user_state::refuse_other_run(game::run_id run, promise<T> reply) {
  self_->request(ctx_->reader, caf::infinite, load_run{run, false})
    .then(
      [this, reply](const run_loaded& x) mutable {
        auto own = x.run.user == user_.id;
        reply.deliver(caf::make_error(own ? game::errc::run_not_recording : game::errc::not_found));
      },
      [reply](const caf::error& why) mutable { reply.deliver(why); });
}

template void user_state::refuse_other_run(game::run_id, promise<session_attached>);

fixes_stored user_state::stored_now() const {
  return {recording_->run().id, recording_->ack(), recording_->wants()};
}

caf::result<fixes_stored> user_state::on_add_fixes(const add_fixes& x) {
  auto reply = self_->make_response_promise<fixes_stored>();
  if (!recording_ || recording_->run().id != x.run) {
    refuse_other_run(x.run, reply);
    return reply;
  }
  if (closing_) {
    reply.deliver(caf::make_error(game::errc::run_not_recording));
    return reply;
  }
  auto now = ctx_->now();
  if (x.device_time)
    recording_->observe_clock(*x.device_time, now);
  if (auto ok = recording_->check(x.fixes, now); !ok) {
    reply.deliver(caf::make_error(ok.error()));
    return reply;
  }
  recording_->run().last_data_at = now;
  auto fresh = recording_->admit(x.fixes);
  if (fresh.empty()) // Nothing new; what is durable is known already.
    reply.deliver(stored_now());
  else
    store_fixes(std::move(fresh), reply);
  return reply;
}

void user_state::store_fixes(std::vector<game::fix> fresh, promise<fixes_stored> reply) {
  const auto& run = recording_->run();
  struct batch {
    fix_chunk chunk;
    std::vector<game::fix> fixes;
  };
  auto sent = std::make_shared<batch>();
  sent->chunk = {fresh.front().seq, static_cast<std::uint32_t>(fresh.size()),
                 game::encode_chunk(fresh)};
  sent->fixes = std::move(fresh);
  append_fixes append{run.id, user_.id, sent->chunk, run.drift_max, ctx_->now()};
  auto id = run.id;
  self_->request(ctx_->store, caf::infinite, std::move(append))
    .then(
      [this, id, sent, reply](const store_done&) mutable {
        if (!recording_ || recording_->run().id != id) { // Finished meanwhile, for silence.
          reply.deliver(caf::make_error(game::errc::run_not_recording));
          return;
        }
        auto tiles = recording_->commit(std::move(sent->chunk), sent->fixes);
        reply.deliver(stored_now());
        if (!tiles.empty() && recorder_)
          caf::anon_send(recorder_->gateway,
                         tiles_passed{recorder_->session, id, std::move(tiles)});
        look_at_finish();
      },
      [this, id, sent, reply](const caf::error& why) mutable {
        reply.deliver(why);
        if (errc_of(why) == game::errc::stale) {
          self_->quit(caf::make_error(game::errc::stale)); // Our view is old: load it again.
          return;
        }
        if (!recording_ || recording_->run().id != id)
          return;
        recording_->abandon(sent->fixes);
        look_at_finish();
      });
}

} // namespace fief::actors
