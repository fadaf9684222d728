#include "tests/support/store/memory_commands.hpp"

#include <algorithm>

namespace fief::test {

using namespace actors;
using game::errc;

namespace {

using run_row = memory_database::run_row;

bool is_open(const memory_database& db, game::event_id event) {
  auto row = db.events.find(event);
  return row != db.events.end() && !row->second.settled_at;
}

bool comes_from(const run_row& row, game::user_id user, run_source source,
                const std::string& external) {
  return row.run.user == user && row.run.source == source && row.run.external == external
         && !row.forgotten;
}

game::outcome<void> may_attach(const run_record& run, const event_record& event) {
  if (event.cancelled_at)
    return errc::event_cancelled;
  if (event.settled_at)
    return errc::event_settled;
  if (!is_imported(run.source) || run.kind != run_kind::free || run.state != run_state::accepted)
    return errc::run_not_attachable;
  if (run.started_at < event.starts_at)
    return errc::event_not_active;
  if (run.started_at >= event.cut_at)
    return errc::event_cut;
  return {};
}

/// Leaves of a run that its source took back what nothing tells of it.
void forget(memory_change& change, run_row& row, runs_forgotten& out) {
  const auto open = is_open(change.db, row.run.event);
  if (open) {
    if (row.result) {
      auto& withdrawn = out.withdrawn.emplace_back();
      withdrawn.event = row.run.event;
      withdrawn.run = row.run.id;
      withdrawn.user = row.run.user;
    }
    row.result = caf::none;
    change.event(row.run.event);
  }
  run_record left;
  left.id = row.run.id;
  left.user = row.run.user;
  left.kind = row.run.kind;
  left.ticket = row.run.ticket;
  left.event = row.run.event;
  left.sport = row.run.sport;
  left.state = run_state::rejected;
  left.reasons = {"withdrawn"};
  left.created_at = row.run.created_at;
  left.last_data_at = row.run.last_data_at;
  left.source = row.run.source;
  left.takes_territory = row.run.takes_territory;
  left.fixes_expired = true;
  left.has_result = row.run.has_result && !open;
  row.run = left;
  row.chunks.clear();
  row.sketch.clear();
  row.in_outbox = false;
  row.forgotten = true;
  change.erase_verdicts(left.id);
  std::erase_if(change.db.notices, [&](const auto& entry) {
    const auto& notice = entry.second.notice;
    return notice.run == left.id && (!entry.second.published || notice.user == left.user);
  });
}

} // namespace

game::outcome<run_record> apply(memory_change& change, const create_imported_run& x) {
  if (!change.find_user(x.run.user))
    return errc::not_found;
  if (auto found = change.db.runs.find(x.run.id); found != change.db.runs.end())
    return found->second.run;
  for (const auto& [id, row] : change.db.runs)
    if (!x.run.external.empty() && comes_from(row, x.run.user, x.run.source, x.run.external))
      return row.run;
  run_row row;
  row.run = x.run;
  row.chunks = x.chunks;
  change.db.runs.emplace(x.run.id, row);
  return x.run;
}

game::outcome<ticket_consumed> apply(memory_change& change, const attach_ticket& x) {
  auto& db = change.db;
  auto held = db.tickets.find(x.ticket);
  auto found = db.runs.find(x.run);
  if (held == db.tickets.end() || held->second.user != x.user || found == db.runs.end()
      || found->second.run.user != x.user)
    return errc::not_found;
  auto& ticket = held->second;
  auto& run = found->second.run;
  const auto& event = db.events.at(ticket.event);
  if (ticket.run == x.run)
    return ticket_consumed{{ticket, event}, run, false};
  if (ticket.state == ticket_state::refunded)
    return errc::ticket_refunded;
  if (ticket.state == ticket_state::used)
    return errc::ticket_used;
  if (auto may = may_attach(run, event); !may)
    return may.error();
  run.kind = run_kind::event;
  run.ticket = ticket.id;
  run.event = ticket.event;
  run.has_result = x.has_result;
  run.result_value = x.has_result ? x.result.value : 0;
  run.result_reached_at = x.has_result ? x.result.reached_at : game::instant{};
  if (x.has_result) {
    found->second.result = x.result;
    found->second.result->consumed_at = x.now;
  }
  ticket.state = ticket_state::used;
  ticket.consumed_at = x.now;
  ticket.run = x.run;
  change.event(ticket.event);
  return ticket_consumed{{ticket, event}, run, true};
}

game::outcome<runs_forgotten> apply(memory_change& change, const forget_runs& x) {
  if (!is_imported(x.source))
    return errc::invalid_argument;
  runs_forgotten out;
  std::vector<memory_database::claim_row*> claims;
  for (auto& [id, row] : change.db.runs) {
    if (row.run.user != x.user || row.run.source != x.source)
      continue;
    if (!row.forgotten && (x.external.empty() || row.run.external == x.external)) {
      forget(change, row, out);
      ++out.count;
    }
    if (row.forgotten)
      for (auto& [key, claim] : change.db.claims)
        if (key.second == id)
          claims.push_back(&claim);
  }
  out.tiles = change.revoke(claims, x.now);
  return out;
}

game::outcome<fixes_expired> apply(memory_change& change, const expire_fixes& x) {
  fixes_expired out;
  for (auto& [id, row] : change.db.runs) {
    auto& run = row.run;
    if (!is_imported(run.source) || run.source != x.source || run.fixes_expired
        || run.state == run_state::processing || run.created_at >= x.before
        || out.runs >= x.runs_max)
      continue;
    run.fixes_expired = true;
    row.chunks.clear();
    row.sketch.clear();
    ++out.runs;
  }
  return out;
}

} // namespace fief::test
