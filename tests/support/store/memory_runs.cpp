#include "actors/messages/action_detail.hpp"
#include "tests/support/store/memory_commands.hpp"

#include <algorithm>

namespace fief::test {

using namespace actors;
using game::errc;

std::string join(const std::vector<std::string>& reasons) {
  std::string text;
  for (const auto& reason : reasons)
    text += (text.empty() ? "" : ",") + reason;
  return text;
}

namespace {

void tell_verdict(memory_change& change, const run_record& run, notice_kind kind,
                  game::instant now) {
  if (!change.find_user(run.user))
    return;
  notification notice;
  notice.user = run.user;
  notice.kind = kind;
  notice.cause = "run:" + to_string(run.id) + ":" + std::to_string(static_cast<int>(kind));
  notice.at = now;
  notice.run = run.id;
  notice.event = run.event;
  notice.text = run.note.empty() ? join(run.reasons) : run.note;
  change.publish(change.notify(notice));
}

bool is_open(const memory_database& db, game::event_id event) {
  auto row = db.events.find(event);
  return row != db.events.end() && !row->second.settled_at;
}

void store_result(memory_change& change, memory_database::run_row& row, const save_run& x) {
  bool counts = x.has_result && is_open(change.db, x.run.event);
  row.run.has_result = counts;
  row.run.result_value = counts ? x.result.value : 0;
  row.run.result_reached_at = counts ? x.result.reached_at : game::instant{};
  if (counts)
    row.result = x.result;
  if (!row.run.event.is_nil())
    change.event(row.run.event);
}

} // namespace

game::outcome<run_record> apply(memory_change& change, const create_run& x) {
  auto found = change.db.runs.find(x.run.id);
  if (found != change.db.runs.end())
    return found->second.run;
  if (!change.find_user(x.run.user))
    return errc::not_found;
  for (const auto& [id, row] : change.db.runs)
    if (row.run.user == x.run.user && row.run.state == run_state::recording)
      return errc::run_in_progress;
  memory_database::run_row row;
  row.run = x.run;
  change.db.runs.emplace(x.run.id, row);
  return x.run;
}

game::outcome<store_done> apply(memory_change& change, const append_fixes& x) {
  auto found = change.db.runs.find(x.run);
  if (found == change.db.runs.end() || found->second.run.user != x.user)
    return errc::not_found;
  auto& run = found->second.run;
  auto& chunks = found->second.chunks;
  auto place = std::lower_bound(
    chunks.begin(), chunks.end(), x.chunk.first_seq,
    [](const fix_chunk& chunk, std::uint32_t seq) { return chunk.first_seq < seq; });
  bool is_there = place != chunks.end() && place->first_seq == x.chunk.first_seq;
  if (is_there && place->data != x.chunk.data)
    return errc::stale;
  if (!is_there && run.state != run_state::recording)
    return errc::run_not_recording;
  if (!is_there)
    chunks.insert(place, x.chunk);
  if (run.state == run_state::recording) {
    run.last_data_at = std::max(run.last_data_at, x.now);
    run.drift_max = std::max(run.drift_max, x.drift_max);
  }
  return store_done{};
}

game::outcome<run_record> apply(memory_change& change, const finish_recording& x) {
  auto found = change.db.runs.find(x.run);
  if (found == change.db.runs.end() || found->second.run.user != x.user)
    return errc::not_found;
  auto& run = found->second.run;
  if (run.state != run_state::recording)
    return run;
  run.state = run_state::processing;
  run.total_seq = x.total_seq;
  run.partial = x.partial;
  return run;
}

game::outcome<run_record> apply(memory_change& change, const save_run& x) {
  auto found = change.db.runs.find(x.run.id);
  if (found == change.db.runs.end())
    return errc::not_found;
  auto& row = found->second;
  if (row.run.state != x.from)
    return row.run;
  auto stored = row.run;
  row.run = x.run;
  row.run.user = stored.user; // What was fixed at the start stays.
  row.run.kind = stored.kind;
  row.run.ticket = stored.ticket;
  row.run.event = stored.event;
  row.run.created_at = stored.created_at;
  row.run.total_seq = stored.total_seq;
  row.run.partial = stored.partial;
  row.run.source = stored.source;
  row.run.external = stored.external;
  row.run.takes_territory = stored.takes_territory;
  row.sketch = x.sketch;
  for (const auto& claim : x.claims)
    change.db.claims.try_emplace({claim.tile, x.run.id},
                                 memory_database::claim_row{claim, false, false, {}});
  row.in_outbox = !x.claims.empty();
  store_result(change, row, x);
  if (row.run.state == run_state::flagged)
    tell_verdict(change, row.run, notice_kind::run_flagged, x.now);
  if (row.run.state == run_state::rejected)
    tell_verdict(change, row.run, notice_kind::run_rejected, x.now);
  if (row.run.state == run_state::accepted && x.from == run_state::flagged)
    tell_verdict(change, row.run, notice_kind::run_accepted, x.now);
  if (row.run.state == run_state::accepted && x.from == run_state::processing
      && is_imported(row.run.source))
    tell_verdict(change, row.run, notice_kind::import_finished, x.now);
  if (row.run.state == run_state::accepted || row.run.state == run_state::rejected)
    change.log(x.action,
               row.run.state == run_state::accepted ? action_kind::run_accepted
                                                    : action_kind::run_rejected,
               x.run.id.value, verdict_detail(stored, row.run.note), x.now);
  return row.run;
}

game::outcome<tiles_changed> apply(memory_change& change, const revoke_run& x) {
  auto found = change.db.runs.find(x.run);
  if (found == change.db.runs.end())
    return errc::not_found;
  auto& row = found->second;
  std::vector<memory_database::claim_row*> claims;
  for (auto& [key, claim] : change.db.claims)
    if (key.second == x.run)
      claims.push_back(&claim);
  if (row.run.state != run_state::accepted)
    return tiles_changed{change.revoke(claims, x.now)};
  change.log(x.action, action_kind::run_rejected, x.run.value, verdict_detail(row.run, x.note),
             x.now);
  row.run.state = run_state::rejected;
  row.run.reasons = x.reasons;
  row.run.note = x.note;
  row.in_outbox = false;
  if (row.result && is_open(change.db, row.run.event)) {
    row.result = caf::none;
    row.run.has_result = false;
    change.event(row.run.event);
  }
  std::erase_if(change.db.notices, [&](const auto& entry) {
    return entry.second.notice.run == x.run && !entry.second.published;
  });
  tell_verdict(change, row.run, notice_kind::run_rejected, x.now);
  return tiles_changed{change.revoke(claims, x.now)};
}

} // namespace fief::test
