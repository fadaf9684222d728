#include "persistence/reads/reads.hpp"

namespace fief::persistence {

namespace {

constexpr query q_settle{"due_settlements", "select id from event where settle_at <= $1::bigint"
                                            " and settled_at is null and cancelled_at is null"
                                            " order by settle_at, id limit $2::bigint"};
constexpr query q_cut{"due_cuts", "select id from event where cut_at <= $1::bigint"
                                  " and settle_at > $1::bigint"
                                  " and settled_at is null and cancelled_at is null"
                                  " order by cut_at, id limit $2::bigint"};
// `holds_until + 0` is what the index `tile_expiry` holds: see migration 0009.
constexpr query q_expiring{"due_expiries",
                           // Tiles of nobody could never be settled, and would stand before
                           // everybody else's.
                           "select distinct owner from (select owner from tile t"
                           " where counted and holds_until + 0 <= $1::bigint"
                           " and exists (select 1 from app_user a where a.id = t.owner)"
                           " order by holds_until + 0 limit $2::bigint * 64) t limit $2::bigint"};
constexpr query q_unfinished{"due_runs", "select user_id from run where state = 'processing'"
                                         " union select user_id from outbox"
                                         " union select user_id from run where state = 'recording'"
                                         " and last_data_at < $1::bigint limit $2::bigint"};
constexpr query q_full{"due_full_stores",
                       "select id from app_user where tiles > 0 and not full_told"
                       " and claimed_at > 0 and claimed_at <= $1::bigint"
                       " order by claimed_at limit $2::bigint"};
constexpr query q_next{
  "due_next",
  "select least((select min(cut_at) from event where cut_at > $1::bigint"
  " and settled_at is null and cancelled_at is null),"
  " (select min(settle_at) from event where settle_at > $1::bigint"
  " and settled_at is null and cancelled_at is null)),"
  " (select min(holds_until + 0) from tile where counted and holds_until + 0 > $1::bigint)"};

/// Nothing also for an instant that no clock reaches: one damaged row must not end all looking.
caf::optional<base::instant> next_at(row_reader& row) {
  auto ms = row.maybe_integer();
  if (!ms || *ms > at_ms_max)
    return caf::none;
  return base::from_ms(*ms);
}

template <class Id>
std::vector<Id> ids_of(const pqxx::result& rows) {
  return read_all<Id>(rows, [](row_reader& row) { return row.id<Id>(); });
}

} // namespace

outcome<actors::due_found> answer(read_context& c, const actors::find_due& x) {
  actors::due_found due;
  due.events = ids_of<game::event_id>(c.tx.run(q_settle, x.now, x.limit));
  due.cut_events = ids_of<game::event_id>(c.tx.run(q_cut, x.now, x.limit));
  due.expiring = ids_of<game::user_id>(c.tx.run(q_expiring, x.now, x.limit));
  due.unfinished = ids_of<game::user_id>(c.tx.run(q_unfinished, x.silent_since, x.limit));
  due.mining_full = ids_of<game::user_id>(c.tx.run(q_full, x.now - c.store_max, x.limit));
  const auto next = c.tx.run(q_next, x.now).front();
  row_reader row{next};
  due.next_event = next_at(row);
  due.next_expiry = next_at(row);
  return due;
}

} // namespace fief::persistence
