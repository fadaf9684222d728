#include "game/prizes.hpp"
#include "persistence/reads/reads.hpp"

namespace fief::persistence {

namespace {

constexpr query q_user{"load_user",
                       "select " FIEF_USER_COLUMNS " from app_user a where a.id = $1::uuid"};
constexpr query q_account{"load_account",
                          "select " FIEF_ACCOUNT_COLUMNS " from app_user a where a.id = $1::uuid"};
constexpr query q_tickets{"load_tickets", "select " FIEF_TICKET_COLUMNS ", " FIEF_EVENT_COLUMNS
                                          " from ticket k join event e on e.id = k.event_id"
                                          " where k.user_id = $1::uuid"
                                          " and (e.settled_at is null or k.state = 'unused')"
                                          " order by k.bought_at, k.id"};
constexpr query q_recording{"load_recording",
                            "select " FIEF_RUN_COLUMNS " from run r where r.user_id = $1::uuid"
                            " and r.state = 'recording'"};
constexpr query q_processing{"load_processing",
                             "select " FIEF_RUN_COLUMNS " from run r where r.user_id = $1::uuid"
                             " and r.state = 'processing'"
                             " order by r.created_at, r.id"};
constexpr query q_outbox{"load_outbox",
                         "select run_id from outbox where user_id = $1::uuid order by run_id"};
constexpr query q_chunks{"load_chunks", "select first_seq, count, data from fix_chunk"
                                        " where run_id = $1::uuid order by first_seq"};
constexpr query q_event{"load_event",
                        "select " FIEF_EVENT_COLUMNS " from event e where e.id = $1::uuid"};
constexpr query q_roster{"load_roster",
                         "select " FIEF_TICKET_COLUMNS ", a.username,"
                         " coalesce(r.state in ('recording', 'processing'), false)"
                         " from ticket k join app_user a on a.id = k.user_id"
                         " left join run r on r.id = k.run_id where k.event_id = $1::uuid"
                         " order by k.bought_at, k.id"};
constexpr query q_results{"load_results", "select " FIEF_RESULT_COLUMNS " from event_result s"
                                          " where s.event_id = $1::uuid order by s.run_id"};
constexpr query q_event_claims{"load_event_claims",
                               "select " FIEF_CLAIM_COLUMNS " from event_result s"
                               " join claim c on c.run_id = s.run_id"
                               " where s.event_id = $1::uuid and c.revoked_at is null"
                               " order by c.tile, c.run_id"};
constexpr query q_standings{"load_standings",
                            "select " FIEF_RESULT_COLUMNS ", s.rank, s.prize_cents, a.username"
                            " from event_standing s join app_user a on a.id = s.user_id"
                            " where s.event_id = $1::uuid order by s.rank"};
constexpr query q_area{"load_area", "select " FIEF_TILE_COLUMNS
                                    " from tile t where t.tile between $1::bigint and $2::bigint"
                                    " order by t.tile"};
// Lateral: a plan for any area must not come to read every user.
constexpr query q_area_owners{"load_area_owners",
                              "select o.owner as id, a.username from (select distinct t.owner"
                              " from tile t where t.tile between $1::bigint and $2::bigint"
                              " and t.owner is not null) o, lateral (select username from app_user"
                              " where id = o.owner offset 0) a order by o.owner"};
constexpr query q_run{"load_run", "select " FIEF_RUN_COLUMNS " from run r where r.id = $1::uuid"
                                  " and not r.forgotten"};
constexpr query q_claims{"load_claims",
                         "select " FIEF_CLAIM_COLUMNS " from claim c where c.run_id = $1::uuid"
                         " and c.revoked_at is null order by c.tile"};
constexpr query q_similar{
  "find_similar_runs",
  "select run_id from ("
  " select id as run_id, 1000000 as weight from run where track_hash = $3::uuid"
  " union all"
  " select id, 500000 from run where user_id = $2::uuid and started_at <= $5::bigint"
  " and finished_at >= $4::bigint and finished_at > 0"
  " union all"
  " select run_id, count(*) from run_sketch where hash = any ($6::bigint[]) group by run_id"
  ") found where run_id <> $1::uuid group by run_id order by sum(weight) desc, run_id limit 16"};
constexpr query q_tiles{"tiles_of_user",
                        "select distinct c.tile from run r join claim c on c.run_id = r.id"
                        " where r.user_id = $1::uuid order by c.tile"};

/// The ids of the tiles in a cell: S2 numbers them in one piece around its own id.
struct id_range {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

id_range tiles_in(game::area_id area) {
  auto reach = (area.value & (~area.value + 1)) - 1;
  return {static_cast<std::int64_t>(area.value - reach),
          static_cast<std::int64_t>(area.value + reach)};
}

/// The chunks that are whole. Those fixes of a recording that are left out are asked for again.
std::vector<actors::fix_chunk> load_chunks(read_context& c, game::run_id run) {
  auto decodes = [run](row_reader& row) {
    auto chunk = read_chunk(row);
    if (!is_whole(chunk))
      row.refuse_all("which does not decode, in run " + to_string(run));
    return chunk;
  };
  return c.whole<actors::fix_chunk>(c.tx.run(q_chunks, run), decodes);
}

game::claim read_claim_of(const read_context& c, row_reader& row) {
  auto claim = read_claim(row);
  c.check_tile(row, claim.tile);
  return claim;
}

/// What would overflow the pool of the event, whose parts are in range each.
bool is_payable(const actors::event_loaded& x) {
  auto left = game::pool_cents_max - x.event.pot_cents;
  for (const auto& p : x.roster) {
    left -= p.ticket.price_cents;
    if (left < 0)
      return false;
  }
  return true;
}

} // namespace

outcome<actors::user_loaded> answer(read_context& c, const actors::load_user& x) {
  auto user = c.tx.run(q_user, x.user);
  if (user.empty())
    return game::errc::not_found;
  actors::user_loaded loaded;
  loaded.user = read_first(user, read_user);
  loaded.account = read_first(c.tx.run(q_account, x.user), read_account);
  // A damaged ticket or run costs the user that one, and not the account.
  loaded.tickets = c.whole<actors::held_ticket>(c.tx.run(q_tickets, x.user), read_held_ticket);
  auto recording = c.whole<actors::run_record>(c.tx.run(q_recording, x.user), read_run);
  if (!recording.empty()) {
    loaded.recording = std::move(recording.front());
    loaded.chunks = load_chunks(c, loaded.recording->id);
  }
  loaded.unfinished = c.whole<actors::run_record>(c.tx.run(q_processing, x.user), read_run);
  loaded.outbox = read_all<game::run_id>(c.tx.run(q_outbox, x.user),
                                         [](row_reader& row) { return row.id<game::run_id>(); });
  return loaded;
}

outcome<actors::event_loaded> answer(read_context& c, const actors::load_event& x) {
  auto event = c.tx.run(q_event, x.event);
  if (event.empty())
    return game::errc::not_found;
  actors::event_loaded loaded;
  // All or nothing: prizes follow from every row together.
  loaded.event = read_first(event, read_event);
  loaded.roster = read_all<actors::participant>(c.tx.run(q_roster, x.event), [](row_reader& row) {
    auto ticket = read_ticket(row);
    auto username = row.text();
    return actors::participant{std::move(ticket), std::move(username), row.boolean()};
  });
  loaded.results = read_all<actors::event_result>(c.tx.run(q_results, x.event), read_result);
  if (loaded.event.metric == game::metric::territory)
    loaded.claims = read_all<game::claim>(c.tx.run(q_event_claims, x.event),
                                          [&](row_reader& row) { return read_claim_of(c, row); });
  if (!is_payable(loaded))
    throw damaged_row{"event " + to_string(x.event) + " is damaged: its pool has no bound"};
  loaded.standings =
    read_all<actors::event_standing>(c.tx.run(q_standings, x.event), [](row_reader& row) {
      actors::event_standing s;
      s.result = read_result(row);
      s.rank = row.small<std::int32_t>();
      s.prize_cents = row.integer();
      s.username = row.text();
      return s;
    });
  return loaded;
}

outcome<actors::area_loaded> answer(read_context& c, const actors::load_area& x) {
  if (x.area.value == 0)
    return game::errc::invalid_argument;
  auto range = tiles_in(x.area);
  actors::area_loaded loaded;
  loaded.tiles =
    c.whole<actors::tile_record>(c.tx.run(q_area, range.first, range.last), [&](row_reader& row) {
      auto tile = read_tile(row);
      c.check_tile(row, tile.top.tile);
      return tile;
    });
  for (const auto& fields : c.tx.run(q_area_owners, range.first, range.last)) {
    row_reader row{fields};
    loaded.owners.push_back(row.id<game::user_id>());
    loaded.usernames.push_back(row.text());
  }
  return loaded;
}

outcome<actors::run_loaded> answer(read_context& c, const actors::load_run& x) {
  auto run = c.tx.run(q_run, x.run);
  if (run.empty())
    return game::errc::not_found;
  actors::run_loaded loaded;
  loaded.run = read_first(run, read_run);
  if (x.with_fixes)
    loaded.chunks = load_chunks(c, x.run);
  loaded.claims = c.whole<game::claim>(c.tx.run(q_claims, x.run),
                                       [&](row_reader& row) { return read_claim_of(c, row); });
  return loaded;
}

outcome<actors::similar_runs> answer(read_context& c, const actors::find_similar_runs& x) {
  sql_array sketch;
  for (auto hash : x.sketch)
    sketch.add(static_cast<std::int64_t>(hash));
  actors::similar_runs similar;
  for (const auto& fields :
       c.tx.run(q_similar, x.run, x.user, x.track_hash, x.from, x.to, sketch.str())) {
    auto id = row_reader{fields}.id<game::run_id>();
    for (auto& run : c.whole<actors::run_record>(c.tx.run(q_run, id), read_run)) {
      actors::run_loaded loaded;
      loaded.run = std::move(run);
      loaded.chunks = load_chunks(c, id);
      similar.runs.push_back(std::move(loaded));
    }
  }
  return similar;
}

outcome<actors::tiles_of_user> answer(read_context& c, const actors::list_tiles_of_user& x) {
  return actors::tiles_of_user{
    c.whole<game::tile_id>(c.tx.run(q_tiles, x.user), [&](row_reader& row) {
      auto tile = row.number<game::tile_id>();
      c.check_tile(row, tile);
      return tile;
    })};
}

} // namespace fief::persistence
