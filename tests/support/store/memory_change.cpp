#include "tests/support/store/memory_change.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::test {

using game::claim;
using game::instant;
using game::user_id;

memory_database::user_row* memory_change::find_user(user_id user, bool also_deleted) {
  auto row = db.users.find(user);
  if (row == db.users.end() || (row->second.user.deleted && !also_deleted))
    return nullptr;
  return &row->second;
}

game::account& memory_change::account(user_id user) {
  auto& account = db.users.at(user).account;
  accounts_before_.try_emplace(user, account);
  return account;
}

const game::account& memory_change::seal(user_id user) {
  auto& now = account(user);
  const auto& before = accounts_before_.at(user);
  auto first = db.counted.lower_bound({user, instant::min(), {}});
  now.next_expiry = first != db.counted.end() && std::get<0>(*first) == user
                      ? std::get<1>(*first)
                      : game::account::no_expiry;
  now.version = before.version;
  if (now != before)
    ++now.version;
  FIEF_ASSERT(now.coins_cents >= 0 && now.tokens_micro >= 0);
  return now;
}

void memory_change::post(user_id user, const actors::ledger_entry& entry) {
  if (entry.amount == 0 || !db.causes.insert(entry.cause).second)
    return;
  auto row = memory_database::ledger_row{user, entry};
  row.entry.id = static_cast<std::int64_t>(db.ledger.size()) + 1;
  db.ledger.emplace(row.entry.id, row);
  auto& balance = account(user);
  (entry.currency == game::currency::coins ? balance.coins_cents : balance.tokens_micro) +=
    entry.amount;
}

void memory_change::log(const actors::action_note& note, actors::action_kind kind,
                        const base::uuid& target, const std::string& detail, instant at) {
  if (note.id != base::uuid{})
    db.actions.try_emplace(
      note.id, actors::action_record{note.id, at, note.by, "", kind, target, "", detail});
}

void memory_change::erase_verdicts(game::run_id run) {
  for (auto& [id, action] : db.actions)
    if (action.target == run.value)
      action.detail = "{}";
}

memory_database::notice_row& memory_change::notify(actors::notification notice) {
  auto key = std::pair{notice.user, notice.cause};
  auto found = db.notices.find(key);
  if (found != db.notices.end())
    return found->second;
  if (notice.id.is_nil()) {
    auto time = static_cast<std::uint64_t>(base::to_ms(notice.at));
    notice.id.value = {time << 16 | 0x7000, 0x8000000000000000 | db.notices.size()};
  }
  return db.notices.emplace(key, memory_database::notice_row{std::move(notice), false})
    .first->second;
}

void memory_change::publish(memory_database::notice_row& row) {
  if (!row.published)
    notices_.push_back(row.notice);
  row.published = true;
}

actors::event_record& memory_change::event(game::event_id event) {
  auto& row = db.events.at(event);
  if (events_.insert(event).second)
    ++row.version;
  return row;
}

void memory_change::settle(user_id user, instant now) {
  auto& mining = account(user).mining;
  for (auto it = db.counted.lower_bound({user, instant::min(), {}});
       it != db.counted.end() && std::get<0>(*it) == user && std::get<1>(*it) <= now;
       it = db.counted.erase(it))
    game::change_tiles(mining, -1, std::get<1>(*it), rules_);
  game::settle(mining, now, rules_);
}

void memory_change::uncount(const claim& top, instant now) {
  if (db.counted.erase({top.user, top.holds_until, top.tile}) > 0)
    game::change_tiles(account(top.user).mining, -1, now, rules_);
}

void memory_change::count(const claim& top, instant now) {
  if (top.holds_until <= now)
    return;
  if (db.counted.emplace(top.user, top.holds_until, top.tile).second)
    game::change_tiles(account(top.user).mining, +1, now, rules_);
}

void memory_change::recompute(game::tile_id tile, instant now) {
  auto& record = db.tiles.at(tile);
  if (!record.top.user.is_nil()) {
    settle(record.top.user, now);
    uncount(record.top, now);
  }
  auto best = db.claims.end();
  for (auto it = db.claims.lower_bound({tile, {}});
       it != db.claims.end() && it->first.first == tile; ++it)
    if (!it->second.revoked
        && (best == db.claims.end() || game::beats(it->second.claim, best->second.claim)))
      best = it;
  record.top = claim{tile, {}, {}, {}, {}, false};
  ++record.generation;
  if (best != db.claims.end()) {
    best->second.was_top = true;
    record.top = best->second.claim;
    settle(record.top.user, now);
    count(record.top, now);
  }
}

std::vector<actors::tile_record>
memory_change::revoke(const std::vector<memory_database::claim_row*>& rows, instant now) {
  std::set<game::tile_id> touched;
  std::set<game::tile_id> all;
  for (auto* row : rows) {
    auto fresh = !std::exchange(row->revoked, true);
    if (!db.tiles.contains(row->claim.tile))
      continue;
    all.insert(row->claim.tile);
    if (fresh)
      touched.insert(row->claim.tile);
  }
  for (auto tile : touched)
    recompute(tile, now);
  std::vector<actors::tile_record> out;
  for (auto tile : all)
    out.push_back(db.tiles.at(tile));
  return out;
}

actors::committed memory_change::finish() {
  actors::committed feed;
  for (const auto& [user, before] : accounts_before_)
    if (const auto& now = seal(user); now != before)
      feed.accounts.push_back(now);
  for (auto event : events_)
    feed.events.push_back(db.events.at(event));
  feed.notices = std::move(notices_);
  return feed;
}

} // namespace fief::test
