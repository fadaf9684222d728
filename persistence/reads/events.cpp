#include "persistence/reads/cursor.hpp"
#include "persistence/reads/reads.hpp"

#include <algorithm>
#include <limits>

namespace fief::persistence {

namespace {

// $1 pivot  $2 last cut_at  $3 last id  $4 limit  $5 text  $6 state  $7 now
// $8 near lat  $9 near lon  $10 radius
#define FIEF_EVENT_FILTER                                                                          \
  " and ($5 = '' or position(lower($5) in lower(e.name)) > 0"                                      \
  " or position(lower($5) in lower(e.city)) > 0)"                                                  \
  " and ($6 = '' or $6 = case when e.settled_at is not null then 'settled'"                        \
  " when e.cancelled_at is not null then 'cancelled' when $7::bigint < e.starts_at"                \
  " then 'scheduled' when $7::bigint < e.cut_at then 'active' else 'cut' end)"                     \
  " and ($8::integer is null or 12742020 * asin(least(1, sqrt("                                    \
  "sin(radians((e.place_lat_e7 - $8::integer) / 2e7)) ^ 2 + cos(radians($8::integer / 1e7))"       \
  " * cos(radians(e.place_lat_e7 / 1e7))"                                                          \
  " * sin(radians((e.place_lon_e7::bigint - $9::integer) / 2e7)) ^ 2))) <= $10::integer + "        \
  "e.area_radius_m)"

constexpr query q_ahead{"list_events_ahead",
                        "select " FIEF_EVENT_COLUMNS " from event e where e.cut_at > $1::bigint"
                        " and (e.cut_at, e.id) > ($2::bigint, $3::uuid)" FIEF_EVENT_FILTER
                        " order by e.cut_at, e.id limit $4::bigint"};
constexpr query q_past{"list_events_past",
                       "select " FIEF_EVENT_COLUMNS " from event e where e.cut_at <= $1::bigint"
                       " and (e.cut_at, e.id) < ($2::bigint, $3::uuid)" FIEF_EVENT_FILTER
                       " order by e.cut_at desc, e.id desc limit $4::bigint"};

constexpr const char* first_id = "00000000-0000-0000-0000-000000000000";
constexpr const char* last_id = "ffffffff-ffff-ffff-ffff-ffffffffffff";

class event_list {
public:
  event_list(read_context& c, const actors::list_events& x, std::int64_t pivot)
    : c_(c), x_(x), pivot_(pivot) {}

  /// Returns how many rows there were, also damaged ones.
  std::int64_t take(const query& q, std::int64_t at, const std::string& id, std::int64_t rows) {
    caf::optional<std::int32_t> lat;
    caf::optional<std::int32_t> lon;
    if (x_.near) {
      lat = x_.near->lat_e7;
      lon = x_.near->lon_e7;
    }
    auto state = x_.state ? std::string{to_string(*x_.state)} : std::string{};
    auto found = c_.tx.run(q, pivot_, at, id, rows, x_.text, state, x_.now, lat, lon, x_.radius_m);
    for (auto& event : c_.whole<actors::event_record>(found, read_event))
      items_.push_back(std::move(event));
    return static_cast<std::int64_t>(found.size());
  }

  std::vector<actors::event_record>& items() { return items_; }

private:
  read_context& c_;
  const actors::list_events& x_;
  std::int64_t pivot_;
  std::vector<actors::event_record> items_;
};

} // namespace

outcome<actors::event_page> answer(read_context& c, const actors::list_events& x) {
  auto from = decode('e', x.page);
  if (!from)
    return from.error();
  cursor start;
  if (*from)
    start = **from;
  else
    start = {std::numeric_limits<std::int64_t>::min(), {}, base::to_ms(x.now), false};
  event_list list{c, x, start.pivot};
  auto rows = rows_of(x.page);
  std::int64_t taken = 0;
  if (!start.past) {
    taken = list.take(q_ahead, start.at, *from ? base::to_string(start.id) : first_id, rows);
    if (taken < rows)
      taken += list.take(q_past, std::numeric_limits<std::int64_t>::max(), last_id, rows - taken);
  } else {
    taken = list.take(q_past, start.at, base::to_string(start.id), rows);
  }
  actors::event_page page;
  page.items = std::move(list.items());
  if (taken == rows) {
    if (page.items.empty())
      throw damaged_row{"every event of a page is damaged"};
    page.items.resize(std::min<std::size_t>(page.items.size(), x.page.limit));
    const auto& last = page.items.back();
    auto cut_ms = base::to_ms(last.cut_at);
    page.next_cursor = encode('e', {cut_ms, last.id.value, start.pivot, cut_ms <= start.pivot});
  }
  return page;
}

} // namespace fief::persistence
