#include "persistence/rows.hpp"

#include "base/assert.hpp"

#include <array>
#include <utility>

namespace fief::persistence {

namespace {

using actors::notice_kind;
using actors::run_kind;
using actors::run_state;

template <class Enum, std::size_t N>
using name_table = std::array<std::pair<Enum, std::string_view>, N>;

constexpr name_table<run_kind, 2> run_kinds{{{run_kind::free, "free"}, {run_kind::event, "event"}}};

constexpr name_table<run_state, 5> run_states{{{run_state::recording, "recording"},
                                               {run_state::processing, "processing"},
                                               {run_state::accepted, "accepted"},
                                               {run_state::flagged, "flagged"},
                                               {run_state::rejected, "rejected"}}};

constexpr name_table<notice_kind, 11> notice_kinds{
  {{notice_kind::tiles_lost, "tiles_lost"},
   {notice_kind::event_result, "event_result"},
   {notice_kind::event_cancelled, "event_cancelled"},
   {notice_kind::mining_full, "mining_full"},
   {notice_kind::deposit_credited, "deposit_credited"},
   {notice_kind::import_finished, "import_finished"},
   {notice_kind::run_flagged, "run_flagged"},
   {notice_kind::run_rejected, "run_rejected"},
   {notice_kind::run_accepted, "run_accepted"},
   {notice_kind::coins_granted, "coins_granted"},
   {notice_kind::ticket_granted, "ticket_granted"}}};

template <class Enum, std::size_t N>
std::string find_name(const name_table<Enum, N>& table, Enum x) {
  for (const auto& [value, name] : table)
    if (value == x)
      return std::string{name};
  base::assert_fail("enum value has no name", __FILE__, __LINE__);
}

template <class Enum, std::size_t N>
Enum find_value(const name_table<Enum, N>& table, std::string_view text) {
  for (const auto& [value, name] : table)
    if (name == text)
      return value;
  base::assert_fail("a column holds an unknown name", __FILE__, __LINE__);
}

template <class T>
T known(std::optional<T> x) {
  FIEF_ASSERT(x.has_value()); // The column's check constraint lists the same names.
  return *x;
}

std::vector<actors::waypoint> read_points(row_reader& row) {
  auto numbers = row.integers();
  std::vector<actors::waypoint> points;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2)
    points.push_back({numbers[i], numbers[i + 1]});
  return points;
}

} // namespace

std::string name_of(run_kind x) {
  return find_name(run_kinds, x);
}

std::string name_of(run_state x) {
  return find_name(run_states, x);
}

std::string name_of(notice_kind x) {
  return find_name(notice_kinds, x);
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words)
    text += text.empty() ? word : "," + word;
  return text;
}

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> words;
  std::size_t from = 0;
  while (from < text.size()) {
    auto comma = std::min(text.find(',', from), text.size());
    words.push_back(text.substr(from, comma - from));
    from = comma + 1;
  }
  return words;
}

std::string to_array(const std::vector<actors::waypoint>& points) {
  sql_array array;
  for (const auto& point : points)
    array.add(std::int64_t{point.lat_e7}).add(std::int64_t{point.lon_e7});
  return array.str();
}

actors::user_record read_user(row_reader& row) {
  actors::user_record x;
  x.id = row.id<game::user_id>();
  x.username = row.text();
  x.email = row.text();
  x.roles = row.small<std::uint8_t>();
  x.banned = row.boolean();
  x.deleted = row.boolean();
  x.created_at = row.at();
  auto zones = row.integers();
  for (std::size_t i = 0; i + 2 < zones.size(); i += 3)
    x.home_zones.push_back({zones[i], zones[i + 1], zones[i + 2]});
  return x;
}

game::account read_account(row_reader& row) {
  game::account x;
  x.user = row.id<game::user_id>();
  x.version = row.integer();
  x.coins_cents = row.integer();
  x.tokens_micro = row.integer();
  x.mined_total_micro = row.integer();
  x.mining.tiles = row.integer();
  x.mining.settled_at = row.at();
  x.mining.claimed_at = row.at();
  x.mining.acc = row.integer();
  if (auto ms = row.maybe_integer())
    x.next_expiry = base::from_ms(*ms);
  return x;
}

actors::event_record read_event(row_reader& row) {
  actors::event_record x;
  x.id = row.id<game::event_id>();
  x.organiser = row.id<game::user_id>();
  x.name = row.text();
  x.city = row.text();
  x.tz = row.text();
  x.starts_at = row.at();
  x.cut_at = row.at();
  x.settle_at = row.at();
  x.metric = known(game::parse_metric(row.text()));
  x.entry_fee_cents = row.integer();
  x.pot_cents = row.integer();
  x.distance_m = row.small<std::int32_t>();
  x.course = read_points(row);
  x.checkpoints = read_points(row);
  x.area.center.lat_e7 = row.small<std::int32_t>();
  x.area.center.lon_e7 = row.small<std::int32_t>();
  x.area.radius_m = row.small<std::int32_t>();
  x.live_spectators = row.boolean();
  x.created_at = row.at();
  x.settled_at = row.maybe_at();
  x.cancelled_at = row.maybe_at();
  x.version = row.integer();
  x.pool_cents = row.integer();
  x.tickets_sold = row.integer();
  return x;
}

actors::ticket_record read_ticket(row_reader& row) {
  actors::ticket_record x;
  x.id = row.id<game::ticket_id>();
  x.event = row.id<game::event_id>();
  x.user = row.id<game::user_id>();
  x.price_cents = row.integer();
  x.state = known(game::parse_ticket_state(row.text()));
  x.bought_at = row.at();
  x.consumed_at = row.maybe_at();
  x.run = row.id<game::run_id>();
  return x;
}

actors::held_ticket read_held_ticket(row_reader& row) {
  auto ticket = read_ticket(row);
  return {std::move(ticket), read_event(row)};
}

actors::run_record read_run(row_reader& row) {
  actors::run_record x;
  x.id = row.id<game::run_id>();
  x.user = row.id<game::user_id>();
  x.kind = find_value(run_kinds, row.text());
  x.ticket = row.id<game::ticket_id>();
  x.event = row.id<game::event_id>();
  x.sport = known(game::parse_sport(row.text()));
  x.state = find_value(run_states, row.text());
  x.reasons = split_words(row.text());
  x.created_at = row.at();
  x.clock_offset = row.duration();
  x.drift_max = row.duration();
  x.last_data_at = row.at();
  x.total_seq = row.small<std::uint32_t>();
  x.partial = row.boolean();
  x.started_at = row.at();
  x.finished_at = row.at();
  x.distance_m = row.real();
  x.moving = row.duration();
  x.tiles_passed = row.small<std::int32_t>();
  x.tiles_enclosed = row.small<std::int32_t>();
  x.tiles_taken = row.small<std::int32_t>();
  x.track_hash = row.uuid();
  x.has_result = row.boolean();
  x.result_value = row.integer();
  x.result_reached_at = row.at();
  x.note = row.text();
  return x;
}

actors::fix_chunk read_chunk(row_reader& row) {
  actors::fix_chunk x;
  x.first_seq = row.small<std::uint32_t>();
  x.count = row.small<std::uint32_t>();
  x.data = row.bytes();
  return x;
}

actors::tile_record read_tile(row_reader& row) {
  actors::tile_record x;
  x.top.tile = row.number<game::tile_id>();
  x.top.user = row.id<game::user_id>();
  x.top.run = row.id<game::run_id>();
  x.top.crossed_at = row.at();
  x.top.holds_until = row.at();
  x.top.enclosed = row.boolean();
  x.generation = row.integer();
  return x;
}

game::claim read_claim(row_reader& row) {
  game::claim x;
  x.tile = row.number<game::tile_id>();
  x.user = row.id<game::user_id>();
  x.run = row.id<game::run_id>();
  x.crossed_at = row.at();
  x.holds_until = row.at();
  x.enclosed = row.boolean();
  return x;
}

actors::notification read_notice(row_reader& row) {
  actors::notification x;
  x.id = row.id<game::notification_id>();
  x.user = row.id<game::user_id>();
  x.kind = find_value(notice_kinds, row.text());
  x.cause = row.text();
  x.at = row.at();
  x.count = row.integer();
  x.amount_cents = row.integer();
  x.run = row.id<game::run_id>();
  x.event = row.id<game::event_id>();
  x.text = row.text();
  return x;
}

actors::event_result read_result(row_reader& row) {
  actors::event_result x;
  x.event = row.id<game::event_id>();
  x.user = row.id<game::user_id>();
  x.run = row.id<game::run_id>();
  x.value = row.integer();
  x.reached_at = row.at();
  x.consumed_at = row.at();
  return x;
}

} // namespace fief::persistence
