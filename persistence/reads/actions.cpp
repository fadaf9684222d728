#include "persistence/reads/cursor.hpp"
#include "persistence/reads/reads.hpp"

#include <limits>

namespace fief::persistence {

namespace {

constexpr query q_flagged{"list_flagged", "select " FIEF_RUN_COLUMNS ", a.username from run r"
                                          " join app_user a on a.id = r.user_id"
                                          " where r.state = 'flagged' and not r.forgotten"
                                          " and (r.created_at, r.id) > ($1::bigint, $2::uuid)"
                                          " order by r.created_at, r.id limit $3::bigint"};
// A nil id is no condition. Each of the three has an index in this order.
#define FIEF_ACTIONS                                                                               \
  "select c.id, c.at, c.by_id, coalesce(b.username, ''), c.kind, c.target,"                        \
  " coalesce(e.name, u.username, v.username, ''), c.detail::text"                                  \
  " from action c left join app_user b on b.id = c.by_id"                                          \
  " left join event e on e.id = c.target left join app_user u on u.id = c.target"                  \
  " left join run r on r.id = c.target left join app_user v on v.id = r.user_id"                   \
  " where (c.at, c.id) < ($1::bigint, $2::uuid)"
#define FIEF_NEWEST_ACTIONS " order by c.at desc, c.id desc limit $3::bigint"
constexpr query q_actions{"list_actions", FIEF_ACTIONS FIEF_NEWEST_ACTIONS};
constexpr query q_actions_by{"list_actions_by",
                             FIEF_ACTIONS " and c.by_id = $4::uuid" FIEF_NEWEST_ACTIONS};
constexpr query q_actions_to{"list_actions_to",
                             FIEF_ACTIONS " and c.target = $4::uuid" FIEF_NEWEST_ACTIONS};
constexpr query q_actions_by_to{
  "list_actions_by_to",
  FIEF_ACTIONS " and c.by_id = $4::uuid and c.target = $5::uuid" FIEF_NEWEST_ACTIONS};
#undef FIEF_NEWEST_ACTIONS
#undef FIEF_ACTIONS

const std::string last_id = "ffffffff-ffff-ffff-ffff-ffffffffffff";

} // namespace

outcome<actors::flagged_page> answer(read_context& c, const actors::list_flagged& x) {
  auto from = decode('f', x.page);
  if (!from)
    return from.error();
  actors::flagged_page page;
  auto after = *from ? **from : cursor{std::numeric_limits<std::int64_t>::min(), {}};
  auto rows = c.tx.run(q_flagged, after.at, base::to_string(after.id), rows_of(x.page));
  page.items = c.whole<actors::run_record>(rows, [&](row_reader& row) {
    auto run = read_run(row);
    page.usernames.push_back(row.text());
    return run;
  });
  finish_page(page, rows, x.page, 'f', [](const actors::run_record& last) {
    return cursor{base::to_ms(last.created_at), last.id.value};
  });
  page.usernames.resize(page.items.size());
  return page;
}

outcome<actors::action_page> answer(read_context& c, const actors::list_actions& x) {
  auto from = decode('a', x.page);
  if (!from)
    return from.error();
  actors::action_page page;
  auto at = *from ? (*from)->at : std::numeric_limits<std::int64_t>::max();
  auto id = *from ? base::to_string((*from)->id) : last_id;
  auto most = rows_of(x.page);
  auto rows = [&] {
    if (x.by.is_nil() && x.target == base::uuid{})
      return c.tx.run(q_actions, at, id, most);
    if (x.target == base::uuid{})
      return c.tx.run(q_actions_by, at, id, most, x.by);
    if (x.by.is_nil())
      return c.tx.run(q_actions_to, at, id, most, x.target);
    return c.tx.run(q_actions_by_to, at, id, most, x.by, x.target);
  }();
  page.items = c.whole<actors::action_record>(rows, read_action);
  finish_page(page, rows, x.page, 'a', [](const actors::action_record& last) {
    return cursor{base::to_ms(last.at), last.id};
  });
  return page;
}

} // namespace fief::persistence
