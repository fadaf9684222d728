#pragma once

// How rows and records correspond: for each record its columns, in the order in which `read_x`
// takes them, with the alias that queries give the table.

#include "actors/messages/store_chain.hpp"
#include "base/assert.hpp"
#include "persistence/sql.hpp"

#define FIEF_USER_COLUMNS                                                                          \
  "a.id, a.username, a.email, a.roles, a.banned, a.deleted, a.created_at, "                        \
  "coalesce((select array_agg(v.x order by z.position, v.i) from home_zone z, "                    \
  "lateral (values (0, z.lat_e7), (1, z.lon_e7), (2, z.radius_m)) v (i, x) "                       \
  "where z.user_id = a.id), '{}') as home_zones"

#define FIEF_ACCOUNT_COLUMNS                                                                       \
  "a.id, a.version, a.coins_cents, a.tokens_micro, a.mined_total_micro, a.tiles, a.settled_at, "   \
  "a.claimed_at, a.acc, "                                                                          \
  "(select min(t.holds_until) from tile t where t.owner = a.id and t.counted)"

#define FIEF_EVENT_COLUMNS                                                                         \
  "e.id, e.organiser, e.name, e.city, e.tz, e.starts_at, e.cut_at, e.settle_at, e.metric, "        \
  "e.entry_fee_cents, e.pot_cents, e.distance_m, e.course, e.checkpoints, e.area_lat_e7, "         \
  "e.area_lon_e7, e.area_radius_m, e.live_spectators, e.created_at, e.settled_at, "                \
  "e.cancelled_at, e.version, e.pool_cents, e.tickets_sold, e.tickets_cents"

#define FIEF_TICKET_COLUMNS                                                                        \
  "k.id, k.event_id, k.user_id, k.price_cents, k.state, k.bought_at, k.consumed_at, k.run_id"

#define FIEF_RUN_COLUMNS                                                                           \
  "r.id, r.user_id, r.kind, r.ticket_id, r.event_id, r.sport, r.state, r.reasons, r.created_at, "  \
  "r.clock_offset, r.drift_max, r.last_data_at, r.total_seq, r.partial, r.started_at, "            \
  "r.finished_at, r.distance_m, r.moving, r.tiles_passed, r.tiles_enclosed, r.tiles_taken, "       \
  "r.track_hash, r.has_result, r.result_value, r.result_reached_at, r.note, r.source, "            \
  "r.external, r.takes_territory, r.fixes_expired"

#define FIEF_TILE_COLUMNS                                                                          \
  "t.tile, t.owner, t.run_id, t.crossed_at, t.holds_until, t.enclosed, t.generation"

#define FIEF_CLAIM_COLUMNS "c.tile, c.user_id, c.run_id, c.crossed_at, c.holds_until, c.enclosed"

#define FIEF_LEDGER_COLUMNS "l.id, l.currency, l.amount, l.cause, l.note, l.at"

#define FIEF_NOTICE_COLUMNS                                                                        \
  "n.id, n.user_id, n.kind, n.cause, n.at, n.count, n.amount_cents, n.run_id, n.event_id, n.text"

#define FIEF_RESULT_COLUMNS "s.event_id, s.user_id, s.run_id, s.value, s.reached_at, s.consumed_at"

#define FIEF_CHAIN_COLUMNS                                                                         \
  "c.id, c.number, c.hash, c.final_number, c.head, c.halted, c.rescan_from, c.updated_at"

#define FIEF_DEPOSIT_COLUMNS                                                                       \
  "d.id, d.chain, d.tx, d.log_index, d.kind, d.block_number, d.block_hash, d.sender, d.ref, "      \
  "d.amount, d.cents, d.dust, d.refused, d.seen_at, d.credited_at, "                               \
  "case when d.lost then 0 else greatest(c.number - d.block_number + 1, 0) end, "                  \
  "d.block_number <= c.final_number"

namespace fief::persistence {

// All throw `damaged_row` for what the rest of the program could not bear.
actors::user_record read_user(row_reader& row);
game::account read_account(row_reader& row);
actors::event_record read_event(row_reader& row);
actors::ticket_record read_ticket(row_reader& row);
actors::held_ticket read_held_ticket(row_reader& row); ///< Ticket columns, then event columns.
actors::run_record read_run(row_reader& row);
actors::fix_chunk read_chunk(row_reader& row); ///< first_seq, count, data.
actors::tile_record read_tile(row_reader& row);
game::claim read_claim(row_reader& row);
actors::notification read_notice(row_reader& row);
actors::event_result read_result(row_reader& row);
actors::ledger_entry read_ledger_entry(row_reader& row);
actors::wallet_record read_wallet(row_reader& row); ///< address, user_id, linked_at.
actors::chain_status read_chain(row_reader& row);
actors::deposit_record read_deposit(row_reader& row);
/// id, at, by_id, its user's name, kind, target, its name, detail.
actors::action_record read_action(row_reader& row);

/// Whether the chunk decodes to fixes that a recording could have taken, and is what its row says.
bool is_whole(const actors::fix_chunk& x);

/// Every row of a result. @throws damaged_row
template <class T, class Read>
std::vector<T> read_all(const pqxx::result& rows, Read read) {
  std::vector<T> all;
  all.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) {
    row_reader reader{row};
    all.push_back(read(reader));
  }
  return all;
}

/// The rows of a result that are whole; `tell` hears of each other one. For lists whose items do
/// not depend on each other.
template <class T, class Read, class Tell>
std::vector<T> read_whole(const pqxx::result& rows, Read read, Tell tell) {
  std::vector<T> all;
  all.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) {
    try {
      row_reader reader{row};
      all.push_back(read(reader));
    } catch (const damaged_row& damaged) {
      tell(damaged);
    }
  }
  return all;
}

/// The first row of a result that has one. @throws damaged_row
template <class Read>
auto read_first(const pqxx::result& rows, Read read) {
  const auto row = rows.at(0);
  row_reader reader{row};
  return read(reader);
}

// Names as the columns have them.
std::string name_of(actors::run_kind x);
std::string name_of(actors::run_state x);
std::string name_of(actors::run_source x);
std::string name_of(actors::notice_kind x);
std::string name_of(actors::deposit_kind x);
std::string name_of(actors::action_kind x);

/// Reason codes as one text, joined by comma.
std::string join(const std::vector<std::string>& words);
std::vector<std::string> split_words(const std::string& text);

/// Points as a flat integer array: lat, lon, lat, lon.
std::string to_array(const std::vector<actors::waypoint>& points);

} // namespace fief::persistence
