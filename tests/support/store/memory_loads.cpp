#include "game/regions.hpp"
#include "tests/support/store/memory_queries.hpp"

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>
#include <sstream>

namespace fief::test {

using namespace actors;
using game::errc;

namespace {

run_loaded load(const memory_database& db, const memory_database::run_row& row, bool with_fixes,
                bool with_claims) {
  run_loaded loaded;
  loaded.run = row.run;
  if (with_fixes)
    loaded.chunks = row.chunks;
  if (with_claims)
    for (const auto& [key, claim] : db.claims)
      if (key.second == row.run.id && !claim.revoked)
        loaded.claims.push_back(claim.claim);
  return loaded;
}

/// The area of a tile: its cell five levels up.
game::area_id area_of(game::tile_id tile) {
  auto lowest = (tile.value & (~tile.value + 1)) << 10;
  return {(tile.value & (~lowest + 1)) | lowest};
}

bool is_similar(const memory_database::run_row& row, const find_similar_runs& x) {
  if (row.run.id == x.run || row.run.track_hash == base::uuid{})
    return false;
  if (row.run.track_hash == x.track_hash)
    return true;
  if (row.run.user == x.user && row.run.started_at <= x.to && row.run.finished_at >= x.from)
    return true;
  return std::any_of(row.sketch.begin(), row.sketch.end(), [&](std::uint64_t hash) {
    return std::find(x.sketch.begin(), x.sketch.end(), hash) != x.sketch.end();
  });
}

} // namespace

game::outcome<user_loaded> query(const memory_database& db, const load_user& x) {
  auto row = db.users.find(x.user);
  if (row == db.users.end())
    return errc::not_found;
  user_loaded loaded;
  loaded.user = row->second.user;
  loaded.account = row->second.account;
  for (const auto& [id, ticket] : db.tickets) {
    const auto& event = db.events.at(ticket.event);
    if (ticket.user == x.user && (!event.settled_at || ticket.state == ticket_state::unused))
      loaded.tickets.push_back({ticket, event});
  }
  for (const auto& [id, run] : db.runs) {
    if (run.run.user != x.user)
      continue;
    if (run.run.state == run_state::recording) {
      loaded.recording = run.run;
      loaded.chunks = run.chunks;
    }
    if (run.run.state == run_state::processing)
      loaded.unfinished.push_back(run.run);
    if (run.in_outbox)
      loaded.outbox.push_back(id);
  }
  return loaded;
}

game::outcome<event_loaded> query(const memory_database& db, const load_event& x) {
  auto event = db.events.find(x.event);
  if (event == db.events.end())
    return errc::not_found;
  event_loaded loaded;
  loaded.event = event->second;
  for (const auto& [id, ticket] : db.tickets) {
    if (ticket.event != x.event)
      continue;
    participant entry{ticket, db.users.at(ticket.user).user.username, false};
    if (!ticket.run.is_nil()) {
      auto state = db.runs.at(ticket.run).run.state;
      entry.run_open = state == run_state::recording || state == run_state::processing;
    }
    loaded.roster.push_back(entry);
  }
  for (const auto& [id, row] : db.runs) {
    if (!row.result || row.result->event != x.event)
      continue;
    loaded.results.push_back(*row.result);
    if (event->second.metric == game::metric::territory) {
      auto claims = load(db, row, false, true).claims;
      loaded.claims.insert(loaded.claims.end(), claims.begin(), claims.end());
    }
  }
  if (auto final = db.standings.find(x.event); final != db.standings.end())
    loaded.standings = final->second;
  for (auto& standing : loaded.standings)
    standing.username = db.users.at(standing.result.user).user.username;
  return loaded;
}

game::outcome<area_loaded> query(const memory_database& db, const load_area& x) {
  area_loaded loaded;
  std::set<game::user_id> owners;
  for (const auto& [id, tile] : db.tiles) {
    if (area_of(id) != x.area)
      continue;
    loaded.tiles.push_back(tile);
    if (!tile.top.user.is_nil())
      owners.insert(tile.top.user);
  }
  for (auto owner : owners) {
    loaded.owners.push_back(owner);
    loaded.usernames.push_back(db.users.at(owner).user.username);
  }
  return loaded;
}

game::outcome<run_loaded> query(const memory_database& db, const load_run& x) {
  auto row = db.runs.find(x.run);
  if (row == db.runs.end() || row->second.forgotten)
    return errc::not_found;
  return load(db, row->second, x.with_fixes, true);
}

game::outcome<similar_runs> query(const memory_database& db, const find_similar_runs& x) {
  similar_runs found;
  for (const auto& [id, row] : db.runs)
    if (found.runs.size() < 16 && is_similar(row, x))
      found.runs.push_back(load(db, row, true, false));
  return found;
}

game::outcome<tiles_of_user> query(const memory_database& db, const list_tiles_of_user& x) {
  std::set<game::tile_id> tiles;
  for (const auto& [key, row] : db.claims)
    if (row.claim.user == x.user)
      tiles.insert(key.first);
  return tiles_of_user{{tiles.begin(), tiles.end()}};
}

game::outcome<regions_found> query(const memory_database& db, const find_regions& x) {
  regions_found found;
  std::uint64_t region_end = 0;
  std::uint64_t area_end = 0;
  std::uint32_t regions = 0;
  std::uint32_t areas = 0;
  for (const auto& [id, tile] : db.tiles) { // Ascending.
    if (tile.top.user.is_nil() || tile.top.holds_until <= x.now || id.value <= area_end)
      continue;
    if (id.value > region_end) {
      if (++regions > x.limit)
        break;
      region_end = id.value | game::reach_of(game::region_level);
      areas = 0;
    }
    area_end = id.value | game::reach_of(x.area_level);
    if (++areas <= x.areas_max)
      found.tiles.push_back(id);
  }
  return found;
}

game::outcome<territory_ranks> query(const memory_database& db, const rank_territory& x) {
  std::map<game::user_id, std::int64_t> counts;
  for (const auto& [id, tile] : db.tiles)
    if (!tile.top.user.is_nil() && tile.top.holds_until > x.now
        && (x.areas.empty()
            || std::find(x.areas.begin(), x.areas.end(), area_of(id)) != x.areas.end()))
      ++counts[tile.top.user];
  std::vector<std::pair<game::user_id, std::int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (order.size() > x.limit)
    order.resize(x.limit);
  territory_ranks ranks;
  for (const auto& [user, tiles] : order) {
    ranks.users.push_back(user);
    ranks.usernames.push_back(db.users.at(user).user.username);
    ranks.tiles.push_back(tiles);
  }
  return ranks;
}

game::outcome<login_found> query(const memory_database& db, const find_login& x) {
  auto email = boost::to_lower_copy(x.email);
  for (const auto& [id, row] : db.users)
    if (!row.user.deleted
        && (x.user.is_nil() ? boost::to_lower_copy(row.user.email) == email : id == x.user))
      return login_found{row.user, row.password_hash};
  return errc::not_found;
}

game::outcome<usernames_found> query(const memory_database& db, const find_usernames& x) {
  usernames_found found;
  for (auto user : x.users) {
    auto row = db.users.find(user);
    if (row == db.users.end())
      continue;
    found.users.push_back(user);
    found.usernames.push_back(row->second.user.username);
  }
  return found;
}

game::outcome<user_export> query(const memory_database& db, const export_user& x) {
  auto row = db.users.find(x.user);
  if (row == db.users.end())
    return errc::not_found;
  std::ostringstream json; // What tests look for: whose it is, and that runs are in it.
  json << R"({"user":{"id":")" << to_string(x.user) << R"(","username":")"
       << row->second.user.username << R"(","email":")" << row->second.user.email
       << R"("},"runs":[)";
  const char* comma = "";
  for (const auto& [id, run] : db.runs)
    if (run.run.user == x.user)
      json << std::exchange(comma, ",") << '"' << to_string(id) << '"';
  json << "]}";
  return user_export{json.str()};
}

} // namespace fief::test
