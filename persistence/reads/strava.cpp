#include "persistence/reads/cursor.hpp"
#include "persistence/reads/reads.hpp"
#include "persistence/strava_rows.hpp"

#include <limits>

namespace fief::persistence {

namespace {

constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();

constexpr query q_load{"load_strava", "select " FIEF_STRAVA_COLUMNS
                                      " from strava_connection k where k.user_id = $1::uuid"};
constexpr query q_due_connections{
  "due_strava_connections",
  "select " FIEF_STRAVA_COLUMNS " from strava_connection k where k.user_id in"
  " ((select user_id from strava_connection where state = 'leaving' or suspect limit $2::bigint)"
  " union (select user_id from strava_connection where look_at <= $1::bigint and look_at is not "
  "null"
  " and state = 'active' order by look_at limit $2::bigint))"
  " order by k.state = 'leaving' desc, k.suspect desc, k.served_at, k.user_id limit $2::bigint"};
// One of each user in turn, and who was served longest ago first: a user with a thousand runs
// holds up nobody.
constexpr query q_due_imports{
  "due_strava_imports",
  "select " FIEF_STRAVA_IMPORT_COLUMNS " from (select w.*, k.served_at, row_number() over"
  " (partition by w.user_id order by w.by_event desc, w.queued_at, w.activity) as turn"
  " from strava_import w join strava_connection k on k.user_id = w.user_id"
  " where w.state = 'queued' and w.not_before <= $1::bigint and k.state = 'active'"
  " and not k.suspect) i"
  " order by i.by_event desc, i.turn, i.served_at, i.queued_at, i.user_id limit $2::bigint"};
constexpr query q_next{
  "next_strava_due",
  "select least((select min(not_before) from strava_import where state = 'queued'"
  " and not_before > $1::bigint), (select min(look_at) from strava_connection"
  " where look_at is not null and state = 'active' and look_at > $1::bigint))"};
constexpr query q_imports{"list_strava_imports",
                          "select " FIEF_STRAVA_IMPORT_COLUMNS " from strava_import i"
                          " where i.user_id = $1::uuid and (i.queued_at, i.activity)"
                          " < ($2::bigint, $3::bigint)"
                          " order by i.queued_at desc, i.activity desc limit $4::bigint"};

} // namespace

outcome<actors::strava_connection> answer(read_context& c, const actors::load_strava& x) {
  auto rows = c.tx.run(q_load, x.user);
  if (rows.empty())
    return game::errc::not_found;
  return read_first(rows, read_strava_connection);
}

outcome<actors::strava_due> answer(read_context& c, const actors::find_strava_due& x) {
  actors::strava_due out;
  out.connections = c.whole<actors::strava_connection>(c.tx.run(q_due_connections, x.now, x.limit),
                                                       read_strava_connection);
  out.imports =
    c.whole<actors::strava_import>(c.tx.run(q_due_imports, x.now, x.limit), read_strava_import);
  out.next_at = read_first(c.tx.run(q_next, x.now), [](row_reader& row) { return row.maybe_at(); });
  return out;
}

outcome<actors::strava_import_page> answer(read_context& c, const actors::list_strava_imports& x) {
  auto from = decode('s', x.page);
  if (!from)
    return from.error();
  const auto at = *from ? (*from)->at : newest;
  const auto activity = *from ? (*from)->pivot : newest;
  auto rows = c.tx.run(q_imports, x.user, at, activity, rows_of(x.page));
  actors::strava_import_page page;
  page.items = c.whole<actors::strava_import>(rows, read_strava_import);
  if (static_cast<std::uint64_t>(rows.size()) <= x.page.limit)
    return page;
  if (page.items.empty())
    throw damaged_row{"every row of a page is damaged"};
  if (page.items.size() > x.page.limit)
    page.items.resize(x.page.limit);
  const auto& last = page.items.back();
  page.next_cursor = encode('s', {base::to_ms(last.queued_at), {}, last.activity});
  return page;
}

} // namespace fief::persistence
