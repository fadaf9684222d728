#include "tests/support/store/memory_commands.hpp"
#include "tests/support/store/memory_queries.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace fief::test {

using namespace actors;
using game::errc;

namespace {

strava_connection* of_user(memory_change& change, game::user_id user) {
  auto found = change.db.strava.find(user);
  return found != change.db.strava.end() ? &found->second : nullptr;
}

strava_connection* of_athlete(memory_change& change, std::int64_t athlete) {
  for (auto& [user, connection] : change.db.strava)
    if (connection.athlete == athlete)
      return &connection;
  return nullptr;
}

strava_import* find_import(memory_change& change, game::user_id user, std::int64_t activity) {
  auto found = change.db.strava_imports.find({user, activity});
  return found != change.db.strava_imports.end() ? &found->second : nullptr;
}

strava_connection shown(const memory_database& db, strava_connection x) {
  x.queued = std::ranges::count_if(db.strava_imports, [&](const auto& row) {
    return row.second.user == x.user && row.second.state == strava_import_state::queued;
  });
  return x;
}

void raise(strava_import& row, instant now) {
  row.state = strava_import_state::queued;
  row.by_event = true;
  ++row.generation;
  row.attempts = 0;
  row.not_before = row.updated_at = now;
}

bool is_due(const strava_connection& x, instant now) {
  return x.state == strava_state::leaving || x.suspect
         || (x.state == strava_state::active && x.look_at && *x.look_at <= now);
}

void sooner(caf::optional<instant>& next, instant at, instant now) {
  if (at > now && (!next || at < *next))
    next = at;
}

} // namespace

game::outcome<strava_connection> apply(memory_change& change, const connect_strava& x) {
  const auto& made = x.connection;
  if (!change.find_user(made.user))
    return errc::not_found;
  auto* athlete = of_athlete(change, made.athlete);
  if (athlete && athlete->user != made.user)
    return errc::strava_taken;
  auto* own = of_user(change, made.user);
  if (own && own->state == strava_state::leaving)
    return errc::stale;
  if (own && own->athlete != made.athlete)
    return errc::strava_taken;
  if (own && own->sealed == made.sealed)
    return shown(change.db, *own);
  if (!own) {
    own = &change.db.strava.emplace(made.user, made).first->second;
    own->version = 1;
    own->served_at = {};
  } else {
    own->look_from = std::min(own->look_from, made.look_from);
    own->scope = made.scope;
    own->sealed = made.sealed;
    own->expires_at = made.expires_at;
    own->look_at = made.look_at;
    ++own->version;
  }
  own->state = strava_state::active;
  own->suspect = false;
  return shown(change.db, *own);
}

game::outcome<strava_connection> apply(memory_change& change, const rotate_strava_tokens& x) {
  auto* own = of_user(change, x.user);
  if (!own)
    return errc::not_found;
  if (own->sealed == x.sealed)
    return shown(change.db, *own);
  if (own->version != x.version || own->state == strava_state::leaving)
    return errc::stale;
  own->sealed = x.sealed;
  own->expires_at = x.expires_at;
  ++own->version;
  return shown(change.db, *own);
}

game::outcome<strava_connection> apply(memory_change& change, const mark_strava& x) {
  const bool suspect = x.mark == strava_mark::suspect;
  auto* own = suspect ? of_athlete(change, x.athlete) : of_user(change, x.user);
  if (!own)
    return errc::not_found;
  if (suspect && own->state != strava_state::leaving)
    own->suspect = true;
  if (!suspect && own->version == x.version) {
    if (x.mark == strava_mark::cleared)
      own->suspect = false;
    else if (own->state == strava_state::active)
      own->state = strava_state::broken;
  }
  return shown(change.db, *own);
}

game::outcome<store_done> apply(memory_change& change, const disconnect_strava& x) {
  auto* own = of_user(change, x.user);
  if (x.step == strava_leave::end) {
    if (own && own->state == strava_state::leaving)
      change.db.strava.erase(x.user);
    return store_done{};
  }
  if (!own)
    return errc::not_found;
  own->state = strava_state::leaving;
  own->suspect = false;
  own->look_at = caf::none;
  if (x.step == strava_leave::begin_erased)
    own->sealed.clear();
  std::erase_if(change.db.strava_imports,
                [&](const auto& row) { return row.second.user == x.user; });
  return store_done{};
}

game::outcome<strava_queued> apply(memory_change& change, const note_strava_event& x) {
  auto* of = of_athlete(change, x.athlete);
  if (!of || of->state == strava_state::leaving)
    return strava_queued{};
  if (auto* row = find_import(change, of->user, x.activity)) {
    raise(*row, x.now);
    return strava_queued{1};
  }
  if (x.deleted)
    return strava_queued{};
  strava_import row;
  row.user = of->user;
  row.activity = x.activity;
  row.by_event = true;
  row.not_before = row.queued_at = row.updated_at = x.now;
  change.db.strava_imports[{row.user, row.activity}] = row;
  return strava_queued{1};
}

game::outcome<strava_queued> apply(memory_change& change, const enqueue_strava_imports& x) {
  auto* own = of_user(change, x.user);
  if (!own || own->state == strava_state::leaving)
    return errc::not_found;
  strava_queued out;
  for (const auto& found : x.found) {
    strava_import row;
    row.user = x.user;
    row.activity = found.activity;
    row.not_before = row.queued_at = row.updated_at = x.now;
    row.started_at = found.started_at;
    if (change.db.strava_imports.try_emplace({x.user, found.activity}, row).second)
      ++out.count;
  }
  if (x.done && own->look_at && *own->look_at == x.look_at)
    own->look_at = caf::none;
  return out;
}

game::outcome<strava_import> apply(memory_change& change, const plan_strava_import& x) {
  auto* row = find_import(change, x.user, x.activity);
  if (!row)
    return errc::not_found;
  if (row->generation != x.generation)
    return errc::stale;
  if (row->revision == x.revision + 1 && row->content == x.content && !row->run.is_nil())
    return *row;
  if (row->revision != x.revision)
    return errc::stale;
  ++row->revision;
  row->run = x.run;
  row->imported = false;
  row->content = x.content;
  row->started_at = x.started_at;
  row->updated_at = x.now;
  return *row;
}

game::outcome<strava_import> apply(memory_change& change, const finish_strava_import& x) {
  auto* row = find_import(change, x.user, x.activity);
  if (!row)
    return errc::not_found;
  if (row->revision == x.revision) {
    row->imported = x.imported && !row->run.is_nil() && !x.withdrawn;
    if (x.withdrawn)
      row->run = {};
    if (x.withdrawn || x.forgetting)
      row->content.clear();
    if (row->generation == x.generation) {
      row->state = x.state;
      row->reason = x.reason;
      row->attempts = x.attempts;
      row->not_before = x.not_before;
      row->updated_at = x.now;
      row->by_event = row->by_event && x.state == strava_import_state::queued;
    }
  }
  if (auto* own = of_user(change, x.user))
    own->served_at = std::max(own->served_at, x.now);
  return *row;
}

game::outcome<strava_contact> apply(memory_change& change, const note_strava_contact& x) {
  strava_contact out;
  auto& last = change.db.strava_alive_at;
  if (last && x.now - *last > x.gap_max)
    for (auto& [user, own] : change.db.strava) {
      if (own.state != strava_state::active)
        continue;
      const auto from = *last - x.look_back;
      own.look_from = own.look_at ? std::min(own.look_from, from) : from;
      own.look_at = own.look_at ? *own.look_at : x.now;
      ++out.scheduled;
    }
  last = last ? std::max(*last, x.now) : x.now;
  return out;
}

game::outcome<strava_connection> query(const memory_database& db, const load_strava& x) {
  auto found = db.strava.find(x.user);
  if (found == db.strava.end())
    return errc::not_found;
  return shown(db, found->second);
}

game::outcome<strava_due> query(const memory_database& db, const find_strava_due& x) {
  strava_due out;
  for (const auto& [user, own] : db.strava) {
    if (is_due(own, x.now))
      out.connections.push_back(shown(db, own));
    if (own.state == strava_state::active && own.look_at)
      sooner(out.next_at, *own.look_at, x.now);
  }
  std::ranges::sort(out.connections, [](const auto& a, const auto& b) {
    auto key = [](const auto& c) {
      return std::tuple{c.state != strava_state::leaving, !c.suspect, c.served_at, c.user};
    };
    return key(a) < key(b);
  });
  std::map<game::user_id, std::vector<strava_import>> due;
  for (const auto& [key, row] : db.strava_imports) {
    if (row.state != strava_import_state::queued)
      continue;
    sooner(out.next_at, row.not_before, x.now);
    const auto& own = db.strava.at(row.user);
    if (row.not_before <= x.now && own.state == strava_state::active && !own.suspect)
      due[row.user].push_back(row);
  }
  using key = std::tuple<bool, std::size_t, instant, instant, game::user_id>;
  std::vector<std::pair<key, strava_import>> turns;
  for (auto& [user, rows] : due) {
    std::ranges::sort(rows, [](const auto& a, const auto& b) {
      return std::tuple{!a.by_event, a.queued_at, a.activity}
             < std::tuple{!b.by_event, b.queued_at, b.activity};
    });
    for (std::size_t turn = 0; turn < rows.size(); ++turn)
      turns.emplace_back(
        key{!rows[turn].by_event, turn, db.strava.at(user).served_at, rows[turn].queued_at, user},
        rows[turn]);
  }
  std::ranges::sort(turns, {}, [](const auto& each) { return each.first; });
  for (const auto& [at, row] : turns)
    out.imports.push_back(row);
  out.connections.resize(std::min<std::size_t>(out.connections.size(), x.limit));
  out.imports.resize(std::min<std::size_t>(out.imports.size(), x.limit));
  return out;
}

game::outcome<strava_import_page> query(const memory_database& db, const list_strava_imports& x) {
  if (x.page.limit < 1 || x.page.limit > 200)
    return errc::invalid_argument;
  std::size_t first = 0;
  const auto& cursor = x.page.cursor;
  if (!cursor.empty()) {
    auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), first);
    if (error != std::errc{} || end != cursor.data() + cursor.size())
      return errc::invalid_argument;
  }
  std::vector<strava_import> all;
  for (const auto& [key, row] : db.strava_imports)
    if (row.user == x.user)
      all.push_back(row);
  std::ranges::sort(all, [](const auto& a, const auto& b) {
    return std::tuple{a.queued_at, a.activity} > std::tuple{b.queued_at, b.activity};
  });
  strava_import_page page;
  for (; first < all.size() && page.items.size() < x.page.limit; ++first)
    page.items.push_back(all[first]);
  if (first < all.size())
    page.next_cursor = std::to_string(first);
  return page;
}

} // namespace fief::test
