#include "persistence/reads/cursor.hpp"
#include "persistence/reads/reads.hpp"

#include <limits>

namespace fief::persistence {

namespace {

constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();
constexpr const char* last_id = "ffffffff-ffff-ffff-ffff-ffffffffffff";

constexpr query q_runs{"list_runs",
                       "select " FIEF_RUN_COLUMNS " from run r where r.user_id = $1::uuid"
                       " and not r.forgotten and (r.created_at, r.id) < ($2::bigint, $3::uuid)"
                       " order by r.created_at desc, r.id desc limit $4::bigint"};
constexpr query q_ledger{"list_ledger", "select " FIEF_LEDGER_COLUMNS " from ledger l"
                                        " where l.user_id = $1::uuid and l.id < $2::bigint"
                                        " order by l.id desc limit $3::bigint"};
constexpr query q_notices{"list_notifications", "select " FIEF_NOTICE_COLUMNS " from notification n"
                                                " where n.user_id = $1::uuid and n.published"
                                                " and (n.at, n.id) < ($2::bigint, $3::uuid)"
                                                " order by n.at desc, n.id desc limit $4::bigint"};
constexpr query q_tickets{"list_all_tickets",
                          "select " FIEF_TICKET_COLUMNS ", " FIEF_EVENT_COLUMNS
                          " from ticket k join event e on e.id = k.event_id"
                          " where k.user_id = $1::uuid"
                          " and (k.bought_at, k.id) < ($2::bigint, $3::uuid)"
                          " and $5 in ('', k.state)"
                          " order by k.bought_at desc, k.id desc limit $4::bigint"};
// A claim was the top once if no earlier one beats it: that follows from the log alone, in whatever
// order the claims were merged. Everybody may read this list, so its cursor must not tell the run
// or the instant: it is a hash of the last claim's key, which only the log can look up.
constexpr query q_history{
  "list_tile_history",
  "select " FIEF_CLAIM_COLUMNS ", a.username, md5(c.tile::text || ' ' || c.run_id::text)::uuid"
  " from claim c join app_user a on a.id = c.user_id"
  " where c.tile = $1::bigint and c.revoked_at is null"
  " and ($2::uuid is null or (c.crossed_at, c.run_id) < (select p.crossed_at, p.run_id from claim p"
  " where p.tile = $1::bigint and md5(p.tile::text || ' ' || p.run_id::text)::uuid = $2::uuid))"
  " and not exists (select 1 from claim b where b.tile = c.tile and b.revoked_at is null"
  " and (b.crossed_at < c.crossed_at or (b.crossed_at = c.crossed_at and b.run_id < c.run_id))"
  " and b.holds_until >= c.holds_until)"
  " order by c.crossed_at desc, c.run_id desc limit $3::bigint"};
constexpr query q_users{"search_users",
                        "select " FIEF_USER_COLUMNS " from app_user a where a.id > $1::uuid"
                        " and not a.deleted and (position(lower($2) in lower(a.username)) > 0"
                        " or position(lower($2) in lower(a.email)) > 0)"
                        " order by a.id limit $3::bigint"};
constexpr query q_user_by_id{"search_user_by_id", "select " FIEF_USER_COLUMNS " from app_user a"
                                                  " where a.id = $1::uuid and not a.deleted"};

std::string start_id(const std::optional<cursor>& from) {
  return from ? base::to_string(from->id) : std::string{last_id};
}

std::int64_t start_at(const std::optional<cursor>& from) {
  return from ? from->at : newest;
}

/// Cuts the row that only told that there is more, and names the last one that stays. Damaged rows
/// are not among the items; a page of nothing else has no last one to go on from.
template <class Page, class Key>
void finish(Page& page, const pqxx::result& rows, const actors::page_request& request, char list,
            Key key) {
  if (static_cast<std::uint64_t>(rows.size()) <= request.limit)
    return;
  if (page.items.empty())
    throw damaged_row{"every row of a page is damaged"};
  if (page.items.size() > request.limit)
    page.items.resize(request.limit);
  page.next_cursor = encode(list, key(page.items.back()));
}

} // namespace

outcome<actors::run_page> answer(read_context& c, const actors::list_runs& x) {
  auto from = decode('r', x.page);
  if (!from)
    return from.error();
  actors::run_page page;
  auto rows = c.tx.run(q_runs, x.user, start_at(*from), start_id(*from), rows_of(x.page));
  page.items = c.whole<actors::run_record>(rows, read_run);
  finish(page, rows, x.page, 'r', [](const actors::run_record& last) {
    return cursor{base::to_ms(last.created_at), last.id.value};
  });
  return page;
}

outcome<actors::ledger_page> answer(read_context& c, const actors::list_ledger& x) {
  auto from = decode('l', x.page);
  if (!from)
    return from.error();
  actors::ledger_page page;
  auto rows = c.tx.run(q_ledger, x.user, start_at(*from), rows_of(x.page));
  page.items = c.whole<actors::ledger_entry>(rows, read_ledger_entry);
  finish(page, rows, x.page, 'l', [](const actors::ledger_entry& last) {
    return cursor{last.id, {}};
  });
  return page;
}

outcome<actors::notification_page> answer(read_context& c, const actors::list_notifications& x) {
  auto from = decode('n', x.page);
  if (!from)
    return from.error();
  actors::notification_page page;
  auto rows = c.tx.run(q_notices, x.user, start_at(*from), start_id(*from), rows_of(x.page));
  page.items = c.whole<actors::notification>(rows, read_notice);
  finish(page, rows, x.page, 'n', [](const actors::notification& last) {
    return cursor{base::to_ms(last.at), last.id.value};
  });
  return page;
}

outcome<actors::ticket_page> answer(read_context& c, const actors::list_all_tickets& x) {
  auto from = decode('t', x.page);
  if (!from)
    return from.error();
  actors::ticket_page page;
  auto rows = c.tx.run(q_tickets, x.user, start_at(*from), start_id(*from), rows_of(x.page),
                       std::string{x.state ? game::to_string(*x.state) : ""});
  page.items = c.whole<actors::held_ticket>(rows, read_held_ticket);
  finish(page, rows, x.page, 't', [](const actors::held_ticket& last) {
    return cursor{base::to_ms(last.ticket.bought_at), last.ticket.id.value};
  });
  return page;
}

outcome<actors::tile_history> answer(read_context& c, const actors::list_tile_history& x) {
  auto from = decode('h', x.page);
  if (!from)
    return from.error();
  actors::tile_history page;
  std::vector<base::uuid> handles;
  auto after = *from ? (*from)->id : base::uuid{};
  auto rows = c.tx.run(q_history, x.tile, after, rows_of(x.page));
  page.items = c.whole<game::claim>(rows, [&](row_reader& row) {
    auto claim = read_claim(row);
    page.usernames.push_back(row.text());
    handles.push_back(row.uuid());
    return claim;
  });
  finish(page, rows, x.page, 'h', [&](const game::claim&) {
    return cursor{0, handles[page.items.size() - 1]};
  });
  page.usernames.resize(page.items.size());
  return page;
}

outcome<actors::user_page> answer(read_context& c, const actors::search_users& x) {
  auto from = decode('u', x.page);
  if (!from)
    return from.error();
  actors::user_page page;
  if (auto id = base::parse_uuid(x.text)) {
    page.items = c.whole<actors::user_record>(c.tx.run(q_user_by_id, *id), read_user);
    return page;
  }
  auto after = base::to_string(*from ? (*from)->id : base::uuid{});
  auto rows = c.tx.run(q_users, after, x.text, rows_of(x.page));
  page.items = c.whole<actors::user_record>(rows, read_user);
  finish(page, rows, x.page, 'u', [](const actors::user_record& last) {
    return cursor{0, last.id.value};
  });
  return page;
}

} // namespace fief::persistence
