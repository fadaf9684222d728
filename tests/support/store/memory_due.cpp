#include "tests/support/store/memory_queries.hpp"

#include <algorithm>

namespace fief::test {

using namespace actors;

namespace {

void keep_earliest(caf::optional<game::instant>& earliest, game::instant t) {
  if (!earliest || t < *earliest)
    earliest = t;
}

void find_events(const memory_database& db, const find_due& x, due_found& due) {
  std::vector<std::pair<game::instant, game::event_id>> settle;
  std::vector<std::pair<game::instant, game::event_id>> cut;
  for (const auto& [id, event] : db.events) {
    if (event.settled_at || event.cancelled_at)
      continue;
    if (event.settle_at <= x.now)
      settle.emplace_back(event.settle_at, id);
    else if (event.cut_at <= x.now)
      cut.emplace_back(event.cut_at, id);
    if (event.settle_at > x.now)
      keep_earliest(due.next_event, event.cut_at > x.now ? event.cut_at : event.settle_at);
  }
  std::sort(settle.begin(), settle.end());
  std::sort(cut.begin(), cut.end());
  for (const auto& [at, id] : settle)
    due.events.push_back(id);
  for (const auto& [at, id] : cut)
    due.cut_events.push_back(id);
}

void find_unfinished(const memory_database& db, const find_due& x, due_found& due) {
  std::set<game::user_id> users;
  for (const auto& [id, row] : db.runs)
    if (row.run.state == run_state::processing || row.in_outbox
        || (row.run.state == run_state::recording && row.run.last_data_at < x.silent_since))
      users.insert(row.run.user);
  due.unfinished.assign(users.begin(), users.end());
}

bool was_told(const memory_database& db, const game::account& account) {
  return std::any_of(db.notices.begin(), db.notices.end(), [&](const auto& entry) {
    const auto& notice = entry.second.notice;
    return notice.user == account.user && notice.kind == notice_kind::mining_full
           && notice.at >= account.mining.claimed_at;
  });
}

} // namespace

game::outcome<due_found> query(const memory_database& db, const find_due& x,
                               const game::mining_rules& rules) {
  due_found due;
  find_events(db, x, due);
  find_unfinished(db, x, due);
  std::set<game::user_id> expiring;
  for (const auto& [user, holds_until, tile] : db.counted) {
    if (holds_until <= x.now)
      expiring.insert(user);
    else
      keep_earliest(due.next_expiry, holds_until);
  }
  due.expiring.assign(expiring.begin(), expiring.end());
  for (const auto& [user, row] : db.users)
    if (row.account.mining.tiles > 0 && game::full_at(row.account.mining, rules) <= x.now
        && !was_told(db, row.account))
      due.mining_full.push_back(user);
  for (auto* list : {&due.expiring, &due.unfinished, &due.mining_full})
    list->resize(std::min<std::size_t>(list->size(), x.limit));
  for (auto* list : {&due.events, &due.cut_events})
    list->resize(std::min<std::size_t>(list->size(), x.limit));
  return due;
}

} // namespace fief::test
