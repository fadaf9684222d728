#include "actors/address.hpp"
#include "actors/convert.hpp"
#include "actors/user.hpp"
#include "game/fix_chunk.hpp"

#include <algorithm>
#include <memory>
#include <span>

namespace fief::actors {

namespace {

std::vector<fix_chunk> chunks_of(const std::vector<game::fix>& fixes) {
  std::vector<fix_chunk> out;
  std::span rest{fixes};
  while (!rest.empty()) {
    auto part = rest.first(std::min<std::size_t>(rest.size(), game::fix_limits::batch_max));
    rest = rest.subspan(part.size());
    out.push_back(
      {part.front().seq, static_cast<std::uint32_t>(part.size()), game::encode_chunk(part)});
  }
  return out;
}

} // namespace

caf::result<run_finished> user_state::on_import(const import_run& x) {
  if (!is_imported(x.source))
    return caf::make_error(game::errc::invalid_argument);
  if (x.fixes.size() > game::fix_limits::fixes_max)
    return caf::make_error(game::errc::too_many_fixes);
  auto latest = ctx_->now() + game::fix_limits::future_max;
  if (std::ranges::any_of(x.fixes, [&](const game::fix& fix) { return fix.t > latest; }))
    return caf::make_error(game::errc::fix_in_future);
  create_imported_run create;
  create.run = fresh_run(x.run, x.sport, caf::none, x.source);
  create.run.state = run_state::processing;
  create.run.total_seq = static_cast<std::uint32_t>(x.fixes.size());
  create.run.external = x.external;
  create.run.takes_territory = x.takes_territory;
  create.chunks = chunks_of(x.fixes);
  auto reply = self_->make_response_promise<run_finished>();
  auto fixes = std::make_shared<std::vector<game::fix>>(x.fixes);
  ++pending_;
  self_->request(ctx_->store, caf::infinite, std::move(create))
    .then(
      [this, id = x.run, fixes, reply](const run_record& run) mutable {
        --pending_;
        // Another id: this activity came before, and its fixes are the stored ones.
        take_import(run, run.id == id ? fixes.get() : nullptr, reply);
      },
      [this, reply](const caf::error& why) mutable {
        --pending_;
        reply.deliver(why);
      });
  return reply;
}

void user_state::take_import(const run_record& run, std::vector<game::fix>* fixes,
                             promise<run_finished> reply) {
  auto under_way = processing_.count(run.id) > 0 || merging_.count(run.id) > 0;
  if (run.state != run_state::processing && !under_way) {
    reply.deliver(run_finished{false, run.total_seq, {}, run});
    return;
  }
  finishing_[run.id].push_back(reply);
  if (under_way)
    return;
  unprocessed_.erase(run.id);
  if (fixes != nullptr)
    process(run, std::move(*fixes), false);
  else
    load_and_process(run.id);
}

caf::result<run_started> user_state::on_attach_run(const attach_run& x) {
  if (tickets_.count(x.ticket) == 0)
    return caf::make_error(game::errc::not_found);
  auto reply = self_->make_response_promise<run_started>();
  self_->request(ctx_->reader, caf::infinite, load_run{x.run, true})
    .then([this, x, reply](const run_loaded& found) mutable { attach(x, found, reply); },
          [reply](const caf::error& why) mutable { reply.deliver(why); });
  return reply;
}

void user_state::attach(const attach_run& x, const run_loaded& found, promise<run_started> reply) {
  auto held = tickets_.find(x.ticket);
  if (held == tickets_.end() || found.run.user != user_.id) {
    reply.deliver(caf::make_error(game::errc::not_found));
    return;
  }
  attach_ticket attach{x.ticket, user_.id, x.run, false, {}, ctx_->now()};
  if (found.run.ticket != x.ticket) { // Otherwise it was attached before.
    if (found.run.fixes_expired) {
      reply.deliver(caf::make_error(game::errc::fixes_expired));
      return;
    }
    run_evidence evidence;
    evidence.run = found.run;
    evidence.fixes = decode_all(found.chunks);
    evidence.event = held->second.event;
    evidence.consumed_at = attach.now;
    if (auto result = result_of(evidence, found.claims, *ctx_->rules)) {
      attach.has_result = true;
      attach.result = *result;
    }
  }
  ++pending_;
  self_->request(ctx_->store, caf::infinite, attach)
    .then(
      [this, attach, claims = found.claims, reply](const ticket_consumed& spent) mutable {
        --pending_;
        remember_ticket(spent.held);
        if (spent.created)
          hint(ctx_->directory, key_of(spent.run.event),
               run_scored{spent.run.event, user_.id, spent.run.id, attach.has_result, attach.result,
                          std::move(claims)});
        tell_sessions(run_changed{0, spent.run});
        reply.deliver(run_started{spent.run, spent.created, spent.held.event.cut_at});
      },
      [this, reply](const caf::error& why) mutable {
        --pending_;
        reply.deliver(why);
      });
}

caf::result<runs_forgotten> user_state::on_forget_runs(const forget_runs& x) {
  auto reply = self_->make_response_promise<runs_forgotten>();
  auto forget = x;
  forget.user = user_.id;
  forget.now = ctx_->now();
  ++pending_;
  self_->request(ctx_->store, caf::infinite, std::move(forget))
    .then(
      [this, reply](const runs_forgotten& gone) mutable {
        --pending_;
        for (const auto& result : gone.withdrawn)
          hint(ctx_->directory, key_of(result.event), result_withdrawn{result.event, result.run});
        refresh_areas(gone.tiles, [gone, reply]() mutable { reply.deliver(gone); });
      },
      [this, reply](const caf::error& why) mutable {
        --pending_;
        reply.deliver(why);
      });
  return reply;
}

} // namespace fief::actors
