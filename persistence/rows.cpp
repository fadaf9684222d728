#include "persistence/rows.hpp"

#include "base/assert.hpp"
#include "game/fix_chunk.hpp"
#include "game/mining.hpp"
#include "game/prizes.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <utility>

namespace fief::persistence {

namespace {

using actors::action_kind;
using actors::deposit_kind;
using actors::notice_kind;
using actors::run_kind;
using actors::run_state;

template <class Enum, std::size_t N>
using name_table = std::array<std::pair<Enum, std::string_view>, N>;

constexpr name_table<run_kind, 2> run_kinds{{{run_kind::free, "free"}, {run_kind::event, "event"}}};

constexpr name_table<actors::run_source, 4> run_sources{
  {{actors::run_source::app, "app"},
   {actors::run_source::file, "file"},
   {actors::run_source::strava, "strava"},
   {actors::run_source::simulated, "simulated"}}};

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

constexpr name_table<action_kind, 9> action_kinds{
  {{action_kind::event_created, "event_created"},
   {action_kind::event_edited, "event_edited"},
   {action_kind::event_cancelled, "event_cancelled"},
   {action_kind::ticket_granted, "ticket_granted"},
   {action_kind::coins_granted, "coins_granted"},
   {action_kind::rights_changed, "rights_changed"},
   {action_kind::run_accepted, "run_accepted"},
   {action_kind::run_rejected, "run_rejected"},
   {action_kind::operator_created, "operator_created"}}};

constexpr name_table<deposit_kind, 2> deposit_kinds{
  {{deposit_kind::transfer, "transfer"}, {deposit_kind::purchase, "purchase"}}};

template <class Enum, std::size_t N>
std::string find_name(const name_table<Enum, N>& table, Enum x) {
  for (const auto& [value, name] : table)
    if (value == x)
      return std::string{name};
  base::assert_fail("enum value has no name", __FILE__, __LINE__);
}

// Check constraints hold most of what follows; a disk, a hurried hand or a foreign restore does not
// care for them, and further in these values are taken for granted.
constexpr std::int64_t lat_e7_max = 900'000'000;
constexpr std::int64_t lon_e7_max = 1'800'000'000;
constexpr std::int64_t radius_m_max = 20'037'508; // Half round the Earth.
constexpr std::int64_t integer_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t acc_max = integer_max / 2; // Room for one more filling of the store.

template <class Enum, std::size_t N>
Enum read_name(row_reader& row, const name_table<Enum, N>& table) {
  auto text = row.text();
  for (const auto& [value, name] : table)
    if (name == text)
      return value;
  row.refuse("no such name is known");
}

template <class T>
T known(row_reader& row, std::optional<T> x) {
  row.require(x.has_value(), "no such name is known");
  return *x;
}

std::int32_t read_lat(row_reader& row) {
  return static_cast<std::int32_t>(row.integer(-lat_e7_max, lat_e7_max));
}

std::int32_t read_lon(row_reader& row) {
  return static_cast<std::int32_t>(row.integer(-lon_e7_max, lon_e7_max));
}

std::int32_t read_count(row_reader& row) {
  return static_cast<std::int32_t>(row.integer(0, std::numeric_limits<std::int32_t>::max()));
}

base::milliseconds read_length(row_reader& row) {
  auto length = row.duration();
  row.require(length >= length.zero(), "it must not be negative");
  return length;
}

bool is_place(std::int64_t lat_e7, std::int64_t lon_e7) {
  return std::abs(lat_e7) <= lat_e7_max && std::abs(lon_e7) <= lon_e7_max;
}

std::vector<actors::waypoint> read_points(row_reader& row) {
  auto numbers = row.integers();
  row.require(numbers.size() % 2 == 0, "it must be pairs");
  std::vector<actors::waypoint> points;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    row.require(is_place(numbers[i], numbers[i + 1]), "it must be places on the Earth");
    points.push_back({numbers[i], numbers[i + 1]});
  }
  return points;
}

} // namespace

std::string name_of(run_kind x) {
  return find_name(run_kinds, x);
}

std::string name_of(actors::run_source x) {
  return find_name(run_sources, x);
}

std::string name_of(run_state x) {
  return find_name(run_states, x);
}

std::string name_of(deposit_kind x) {
  return find_name(deposit_kinds, x);
}

std::string name_of(action_kind x) {
  return find_name(action_kinds, x);
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
  row.require(zones.size() % 3 == 0, "it must be triples");
  for (std::size_t i = 0; i < zones.size(); i += 3) {
    auto ok = is_place(zones[i], zones[i + 1]) && zones[i + 2] >= 0 && zones[i + 2] <= radius_m_max;
    row.require(ok, "it must be circles on the Earth");
    x.home_zones.push_back({zones[i], zones[i + 1], zones[i + 2]});
  }
  return x;
}

game::account read_account(row_reader& row) {
  game::account x;
  x.user = row.id<game::user_id>();
  x.version = row.integer();
  x.coins_cents = row.integer(0, integer_max);
  x.tokens_micro = row.integer(0, integer_max);
  x.mined_total_micro = row.integer(0, integer_max);
  x.mining.tiles = row.integer(0, game::tiles_owned_max);
  x.mining.settled_at = row.at();
  x.mining.claimed_at = row.at();
  row.require(x.mining.claimed_at <= x.mining.settled_at, "it must not be after settled_at");
  x.mining.acc = row.integer(0, acc_max);
  if (auto next = row.maybe_at())
    x.next_expiry = *next;
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
  row.require(x.starts_at < x.cut_at && x.cut_at <= x.settle_at, "its instants are not in order");
  x.metric = known(row, game::parse_metric(row.text()));
  x.entry_fee_cents = row.integer(0, game::pool_cents_max);
  x.pot_cents = row.integer(0, game::pool_cents_max);
  x.distance_m = read_count(row);
  x.course = read_points(row);
  x.checkpoints = read_points(row);
  x.area.center.lat_e7 = read_lat(row);
  x.area.center.lon_e7 = read_lon(row);
  x.area.radius_m = static_cast<std::int32_t>(row.integer(0, radius_m_max));
  x.live_spectators = row.boolean();
  x.created_at = row.at();
  x.settled_at = row.maybe_at();
  x.cancelled_at = row.maybe_at();
  x.version = row.integer();
  x.pool_cents = row.integer(0, integer_max);
  x.tickets_sold = row.integer(0, integer_max);
  x.tickets_cents = row.integer(0, integer_max);
  return x;
}

actors::ticket_record read_ticket(row_reader& row) {
  actors::ticket_record x;
  x.id = row.id<game::ticket_id>();
  x.event = row.id<game::event_id>();
  x.user = row.id<game::user_id>();
  x.price_cents = row.integer(0, game::pool_cents_max);
  x.state = known(row, game::parse_ticket_state(row.text()));
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
  x.kind = read_name(row, run_kinds);
  x.ticket = row.id<game::ticket_id>();
  x.event = row.id<game::event_id>();
  x.sport = known(row, game::parse_sport(row.text()));
  x.state = read_name(row, run_states);
  x.reasons = split_words(row.text());
  x.created_at = row.at();
  x.clock_offset = row.duration();
  x.drift_max = read_length(row);
  x.last_data_at = row.at();
  x.total_seq = row.small<std::uint32_t>();
  x.partial = row.boolean();
  x.started_at = row.at();
  x.finished_at = row.at();
  x.distance_m = row.real();
  row.require(x.distance_m >= 0, "it must not be negative");
  x.moving = read_length(row);
  x.tiles_passed = read_count(row);
  x.tiles_enclosed = read_count(row);
  x.tiles_taken = read_count(row);
  x.track_hash = row.uuid();
  x.has_result = row.boolean();
  x.result_value = row.integer();
  x.result_reached_at = row.at();
  x.note = row.text();
  x.source = read_name(row, run_sources);
  x.external = row.text();
  x.takes_territory = row.boolean();
  x.fixes_expired = row.boolean();
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
  x.kind = read_name(row, notice_kinds);
  x.cause = row.text();
  x.at = row.at();
  x.count = row.integer();
  x.amount_cents = row.integer();
  x.run = row.id<game::run_id>();
  x.event = row.id<game::event_id>();
  x.text = row.text();
  return x;
}

actors::wallet_record read_wallet(row_reader& row) {
  actors::wallet_record x;
  x.address = row.text();
  x.user = row.id<game::user_id>();
  x.linked_at = row.at();
  return x;
}

actors::chain_status read_chain(row_reader& row) {
  auto number = [&row] { return static_cast<std::uint64_t>(row.integer(0, integer_max)); };
  actors::chain_status x;
  x.chain = number();
  x.at.number = number();
  x.at.hash = row.text();
  x.final_number = number();
  row.require(x.final_number <= x.at.number, "more is credited than was read");
  x.head = number();
  x.halted = row.text();
  if (auto from = row.maybe_integer())
    x.rescan_from = static_cast<std::uint64_t>(std::max<std::int64_t>(*from, 0));
  x.updated_at = row.at();
  return x;
}

actors::action_record read_action(row_reader& row) {
  actors::action_record x;
  x.id = row.uuid();
  x.at = row.at();
  x.by = row.id<game::user_id>();
  x.by_username = row.text();
  x.kind = read_name(row, action_kinds);
  x.target = row.uuid();
  x.target_name = row.text();
  x.detail = row.text();
  row.require(x.detail.starts_with('{'), "it must be a JSON object");
  return x;
}

actors::deposit_record read_deposit(row_reader& row) {
  auto number = [&row] { return static_cast<std::uint64_t>(row.integer(0, integer_max)); };
  actors::deposit_record x;
  x.id = row.integer();
  x.chain = number();
  x.seen.tx = row.text();
  x.seen.log = number();
  x.seen.kind = read_name(row, deposit_kinds);
  x.seen.block = number();
  x.seen.block_hash = row.text();
  x.seen.sender = row.text();
  x.seen.ref = row.id<game::user_id>();
  x.seen.amount = row.text();
  x.seen.cents = row.integer(0, integer_max);
  x.seen.dust = row.text();
  x.seen.refused = row.boolean();
  x.seen_at = row.at();
  x.credited_at = row.maybe_at();
  x.confirmations = number();
  x.deep_enough = row.boolean();
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

actors::ledger_entry read_ledger_entry(row_reader& row) {
  actors::ledger_entry x;
  x.id = row.integer();
  x.currency = known(row, game::parse_currency(row.text()));
  x.amount = row.integer();
  x.cause = row.text();
  x.note = row.text();
  x.at = row.at();
  return x;
}

bool is_whole(const actors::fix_chunk& x) {
  auto fixes = game::decode_chunk(x.data);
  auto plausible = [](const game::fix& f) {
    auto t = base::to_ms(f.t);
    return f.seq >= 1 && f.seq <= game::fix_limits::fixes_max && is_place(f.lat_e7, f.lon_e7)
           && t >= at_ms_min && t <= at_ms_max;
  };
  return fixes && !fixes->empty() && fixes->size() == x.count && fixes->front().seq == x.first_seq
         && std::ranges::all_of(*fixes, plausible);
}

} // namespace fief::persistence
