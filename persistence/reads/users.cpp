#include "game/fix_chunk.hpp"
#include "persistence/reads/reads.hpp"

namespace fief::persistence {

namespace {

constexpr query q_login{"find_login",
                        "select " FIEF_USER_COLUMNS ", a.password_hash"
                        " from app_user a where not a.deleted"
                        " and lower(a.email collate \"C\") = lower($1 collate \"C\")"};
constexpr query q_login_by_id{"find_login_by_id", "select " FIEF_USER_COLUMNS ", a.password_hash"
                                                  " from app_user a where a.id = $1::uuid"};
constexpr query q_names{"find_usernames", "select a.id, a.username"
                                          " from unnest($1::uuid[]) with ordinality u (id, n)"
                                          " join app_user a on a.id = u.id order by u.n"};
constexpr query q_ranks_everywhere{
  "rank_everywhere",
  // Expiry is counted promptly but not at once: those few that ran out meanwhile are taken off.
  // Their order is the index that finds them.
  "with gone as (select owner, count(*) as n from (select owner from tile where counted"
  " and holds_until + 0 <= $1::bigint order by holds_until + 0 offset 0) t group by owner),"
  " best as (select id, username, tiles from app_user where tiles > 0"
  " order by tiles desc, id limit $2::bigint + (select count(*) from gone))"
  " select b.id, b.username, b.tiles - coalesce(g.n, 0) as held from best b"
  " left join gone g on g.owner = b.id where b.tiles > coalesce(g.n, 0)"
  " order by held desc, b.id limit $2::bigint"};
constexpr query q_ranks_in_areas{
  "rank_in_areas",
  // Lateral, and behind `offset 0`: a plan for any areas expects more owners than there are, and
  // would read every user to name fifty.
  "select h.owner as id, a.username, h.held from (select t.owner, count(*) as held"
  " from unnest($3::bigint[], $4::bigint[]) u (lo, hi), lateral (select owner from tile"
  " where tile between u.lo and u.hi and holds_until > $1::bigint and owner is not null"
  " offset 0) t group by t.owner order by held desc, t.owner limit $2::bigint) h,"
  " lateral (select username from app_user where id = h.owner offset 0) a"
  " order by h.held desc, h.owner"};
constexpr query q_export{
  "export_user",
  "select json_build_object("
  "'user', (select json_build_object('id', a.id, 'username', a.username, 'email', a.email,"
  " 'roles', a.roles, 'created_at_ms', a.created_at, 'coins_cents', a.coins_cents,"
  " 'tokens_micro', a.tokens_micro, 'tiles', a.tiles) from app_user a where a.id = $1::uuid),"
  "'home_zones', (select coalesce(json_agg(json_build_object('lat_e7', lat_e7, 'lon_e7', lon_e7,"
  " 'radius_m', radius_m) order by position), '[]') from home_zone where user_id = $1::uuid),"
  "'sessions', (select coalesce(json_agg(json_build_object('started_at_ms', started_at,"
  " 'ended_at_ms', ended_at) order by started_at), '[]') from session_family"
  " where user_id = $1::uuid),"
  "'ledger', (select coalesce(json_agg(json_build_object('currency', currency, 'amount', amount,"
  " 'cause', cause, 'note', note, 'at_ms', at) order by id), '[]') from ledger"
  " where user_id = $1::uuid),"
  "'tickets', (select coalesce(json_agg(to_json(k) order by bought_at, id), '[]') from ticket k"
  " where user_id = $1::uuid),"
  "'runs', (select coalesce(json_agg(to_json(r) order by created_at, id), '[]') from run r"
  " where user_id = $1::uuid and not forgotten),"
  "'claims', (select coalesce(json_agg(json_build_object('run', c.run_id, 'tile', c.tile::text,"
  " 'crossed_at_ms', c.crossed_at, 'holds_until_ms', c.holds_until, 'enclosed', c.enclosed,"
  " 'revoked_at_ms', c.revoked_at)), '[]') from claim c join run r on r.id = c.run_id"
  " where r.user_id = $1::uuid),"
  "'event_standings', (select coalesce(json_agg(to_json(s) order by event_id), '[]')"
  " from event_standing s where user_id = $1::uuid),"
  "'events', (select coalesce(json_agg(to_json(e) order by created_at, id), '[]') from event e"
  " where organiser = $1::uuid),"
  // What was done with an organiser's or operator's rights; the details are of others.
  "'actions', (select coalesce(json_agg(json_build_object('at_ms', at, 'kind', kind,"
  " 'target', target) order by at, id), '[]') from action where by_id = $1::uuid),"
  "'strava', (select to_jsonb(k) - 'sealed' from strava_connection k where user_id = $1::uuid),"
  "'strava_imports', (select coalesce(json_agg(to_json(i) order by queued_at, activity), '[]')"
  " from strava_import i where user_id = $1::uuid),"
  "'wallets', (select coalesce(json_agg(json_build_object('address', w.address,"
  " 'linked_at_ms', w.linked_at) order by w.address), '[]') from wallet w"
  " where w.user_id = $1::uuid),"
  "'deposits', (select coalesce(json_agg(json_build_object('chain', d.chain, 'tx', d.tx,"
  " 'log', d.log_index, 'sender', d.sender, 'amount', d.amount::text, 'coins_cents', d.cents,"
  " 'dust', d.dust::text, 'seen_at_ms', d.seen_at, 'credited_at_ms', d.credited_at)"
  " order by d.id), '[]') from deposit d where d.user_id = $1::uuid),"
  // A lost tile's cause is somebody else's run.
  "'notifications', (select coalesce(json_agg(case when n.kind = 'tiles_lost'"
  " then to_jsonb(n) - 'run_id' - 'cause' else to_jsonb(n) end order by at, id), '[]')"
  " from notification n where user_id = $1::uuid and published))::text"
  " where exists (select 1 from app_user where id = $1::uuid)"};
constexpr query q_export_chunks{
  "export_chunks", "select c.run_id, c.data from fix_chunk c join run r on r.id = c.run_id"
                   " where r.user_id = $1::uuid order by c.run_id, c.first_seq"};

void append_fix(std::string& json, const game::fix& f) {
  json += '[' + std::to_string(f.seq) + ',' + std::to_string(base::to_ms(f.t)) + ','
          + std::to_string(f.lat_e7) + ',' + std::to_string(f.lon_e7) + ','
          + std::to_string(f.acc_dm) + ']';
}

/// `"tracks":{"<run>":[[seq,t_ms,lat_e7,lon_e7,acc_dm],...],...}`
std::string tracks_of(read_context& c, game::user_id user) {
  std::string json = "\"tracks\":{";
  base::uuid open;
  bool first = true;
  for (const auto& fields : c.tx.run(q_export_chunks, user)) {
    row_reader row{fields};
    auto run = row.uuid();
    auto fixes = game::decode_chunk(row.bytes());
    if (run != open) {
      json += (open == base::uuid{} ? "\"" : "],\"") + base::to_string(run) + "\":[";
      open = run;
      first = true;
    }
    if (!fixes)
      continue;
    for (const auto& f : *fixes) {
      if (!std::exchange(first, false))
        json += ',';
      append_fix(json, f);
    }
  }
  return json + (open == base::uuid{} ? "}" : "]}");
}

actors::territory_ranks read_ranks(const pqxx::result& rows) {
  actors::territory_ranks ranks;
  for (const auto& fields : rows) {
    row_reader row{fields};
    ranks.users.push_back(row.id<game::user_id>());
    ranks.usernames.push_back(row.text());
    ranks.tiles.push_back(row.integer());
  }
  return ranks;
}

} // namespace

outcome<actors::login_found> answer(read_context& c, const actors::find_login& x) {
  auto rows = x.user.is_nil() ? c.tx.run(q_login, x.email) : c.tx.run(q_login_by_id, x.user);
  if (rows.empty())
    return game::errc::not_found;
  return read_first(rows, [](row_reader& row) {
    auto user = read_user(row);
    return actors::login_found{std::move(user), row.text()};
  });
}

outcome<actors::usernames_found> answer(read_context& c, const actors::find_usernames& x) {
  actors::usernames_found found;
  for (const auto& fields : c.tx.run(q_names, array_of(x.users))) {
    row_reader row{fields};
    found.users.push_back(row.id<game::user_id>());
    found.usernames.push_back(row.text());
  }
  return found;
}

outcome<actors::territory_ranks> answer(read_context& c, const actors::rank_territory& x) {
  if (x.areas.empty())
    return read_ranks(c.tx.run(q_ranks_everywhere, x.now, x.limit));
  sql_array first, last;
  for (auto area : x.areas) {
    auto reach = (area.value & (~area.value + 1)) - 1;
    first.add(static_cast<std::int64_t>(area.value - reach));
    last.add(static_cast<std::int64_t>(area.value + reach));
  }
  return read_ranks(c.tx.run(q_ranks_in_areas, x.now, x.limit, first.str(), last.str()));
}

outcome<actors::user_export> answer(read_context& c, const actors::export_user& x) {
  auto rows = c.tx.run(q_export, x.user);
  if (rows.empty())
    return game::errc::not_found;
  auto json = read_first(rows, [](row_reader& row) { return row.text(); });
  FIEF_ASSERT(json.ends_with('}'));
  json.pop_back();
  return actors::user_export{json + "," + tracks_of(c, x.user) + "}"};
}

} // namespace fief::persistence
