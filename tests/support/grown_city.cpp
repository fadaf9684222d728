#include "tests/support/grown_city.hpp"

#include "game/fix_chunk.hpp"

#include <string_view>
#include <vector>

namespace fief::test {

namespace {

constexpr std::uint64_t tile_step = std::uint64_t{1} << 27; // Of level 17.
// Face 2, the 5,000th of its cells of level 7.
constexpr std::uint64_t first_tile =
  (std::uint64_t{2} << 61) + (std::uint64_t{5'000} << 47) + tile_step / 2;

constexpr auto people = R"(
insert into app_user (id, username, email, password_hash, roles, created_at, coins_cents)
select :id(1, n), 'runner_' || n, 'runner_' || n || '@example.com', '', 1, :now: - 9 * :day: + n, 1000
from generate_series(0, :users: - 1) n;
insert into ledger (user_id, currency, amount, cause, at)
select :id(1, n % :users:), 'coins', a.amount, a.cause || n, :now: - 9 * :day: + n
from generate_series(0, :users: - 1) n, (values (1000, 'welcome:'), (200, 'grant:'), (-200, 'ticket:')) a (amount, cause);
insert into session_family (id, user_id, started_at)
select :id(7, n), :id(1, n), :now: - :day: from generate_series(0, :users: - 1) n;
insert into notification (id, user_id, kind, cause, at)
select :id(8, n), :id(1, n % :users:), 'tiles_lost', 'tiles_lost:' || :id(4, n), :now: - :day: + n
from generate_series(0, 3 * :users: - 1) n;
)";

// The last two events are open: one is for whoever buys, the other one has its holders.
constexpr auto contests = R"(
insert into event (id, organiser, name, city, tz, starts_at, cut_at, settle_at, metric, entry_fee_cents, pot_cents,
                   distance_m, course, checkpoints, area_lat_e7, area_lon_e7, area_radius_m, live_spectators,
                   created_at, settled_at, tickets_sold, tickets_cents)
select :id(2, n), :id(1, 0), 'Run ' || n, 'Zagreb', 'Europe/Zagreb', t.cut - 40000000, t.cut, t.cut + 1800000,
       'distance', 200, 0, 0, '{}', '{}', 0, 0, 0, false, t.cut - 80000000,
       case when n < :events: - 2 then t.cut + 1800000 end, :holders:, 200 * :holders:
from generate_series(0, :events: - 1) n,
     lateral (select case when n < :events: - 2 then :now: - :day: - n * 60000 else :now: + 30000000 end as cut) t;
insert into ticket (id, event_id, user_id, price_cents, state, bought_at)
select :id(3, n), :id(2, (n / :holders: * 7919 + n % :holders:) % (:events: - 1)), :id(1, n), 200, 'unused',
       :now: - 8 * :day: + n
from generate_series(0, :users: - 1) n;
insert into event_standing (event_id, rank, user_id, run_id, value, reached_at, consumed_at, prize_cents)
select :id(2, e), r + 1, :id(1, (e * :holders: + r) % :users:), :id(4, (e * :holders: + r) % :runs:), 10000 - r,
       :now: - :day:, :now: - :day:, 0
from generate_series(0, :events: - 3) e, generate_series(0, :holders: - 1) r;
)";

// Run r claims the tiles 4 r to 4 r + 3, round and round, so each tile was claimed four times and
// is the last one's. The last runs' claims wait in the outbox.
constexpr auto running = R"(
insert into run (id, user_id, kind, sport, state, created_at, clock_offset, last_data_at, total_seq, started_at,
                 finished_at, distance_m, moving, tiles_passed, tiles_taken, track_hash)
select :id(4, n), :id(1, n % :users:), 'free', 'run', 'accepted', t.at, 0, t.at + 600000, 10, t.at, t.at + 600000, 2000,
       600000, :claims:, :claims:, :id(9, n)
from generate_series(0, :runs: - 1) n, lateral (select :now: - :day: + n * :day: / :runs: as at) t;
insert into action (id, at, by_id, kind, target, detail)
select :id(5, n), r.created_at, :id(1, n % 3), 'run_accepted', r.id, '{"was":"flagged"}'
from generate_series(0, :runs: - 1) n join run r on r.id = :id(4, n);
insert into fix_chunk (run_id, first_seq, count, data)
select :id(4, n), 1, 10, decode(':chunk', 'hex') from generate_series(0, :runs: - 1) n;
insert into run_sketch (hash, run_id)
select ('x' || substr(md5('sketch ' || n), 1, 16))::bit(64)::bigint, :id(4, n / 2) from generate_series(0, 2 * :runs: - 1) n;
insert into claim (run_id, tile, user_id, crossed_at, holds_until, enclosed)
select :id(4, n / :claims:), :tile(n % :tiles:), :id(1, n / :claims: % :users:), t.at, t.at + 7 * :day:, false
from generate_series(0, :runs: * :claims: - 1) n,
     lateral (select :now: - :day: + n / :claims: * :day: / :runs: + 300000 as at) t;
insert into outbox (run_id, user_id)
select :id(4, n), :id(1, n % :users:) from generate_series(:runs: - :waiting:, :runs: - 1) n;
insert into tile (tile, owner, run_id, crossed_at, holds_until, enclosed, counted)
select :tile(t), :id(1, o.run % :users:), :id(4, o.run), o.at, o.at + 7 * :day:, false, true
from generate_series(0, :tiles: - 1) t,
     lateral (select (w.rounds * :tiles: + t) / :claims: as run,
                     :now: - :day: + (w.rounds * :tiles: + t) / :claims: * :day: / :runs: + 300000 as at
              from (select case when t < :tiles: - :waiting: * :claims: then :claims: - 1 else :claims: - 2 end
                    as rounds) w) o;
update app_user a set tiles = t.n, settled_at = :now: - 3600000, claimed_at = :now: - 3600000
from (select owner, count(*) as n from tile group by owner) t where t.owner = a.id;
)";

} // namespace

base::uuid id_of(kind what, std::uint64_t n) {
  return {0x0196'0000'0000'7000 | static_cast<std::uint64_t>(what) << 32,
          0x8000'0000'0000'0000 | n};
}

game::tile_id tile_at(std::uint64_t n) {
  return {first_tile + n * tile_step};
}

std::string filling(std::string sql, const std::map<std::string, std::int64_t>& numbers) {
  auto put = [&sql](const std::string& name, const std::string& value) {
    for (auto at = sql.find(name); at != sql.npos; at = sql.find(name, at + value.size()))
      sql.replace(at, name.size(), value);
  };
  for (const auto& [name, value] : numbers)
    put(':' + name + ':', std::to_string(value) + "::bigint");
  put(":id(", "fill_id(");
  put(":tile(", "fill_tile(");
  auto head = std::string{R"(
    create or replace function fill_id(kind integer, n bigint) returns uuid language sql immutable
    as $$ select ('0196' || lpad(to_hex(kind), 4, '0') || '-0000-7000-8000-'
                  || lpad(to_hex(n), 12, '0'))::uuid $$;
    create or replace function fill_tile(n bigint) returns bigint language sql immutable
    as $$ select )"};
  head += std::to_string(first_tile);
  head += " + n * ";
  head += std::to_string(tile_step);
  head += R"( $$;
    set session_replication_role = replica;
    set synchronous_commit = off;
    begin;)";
  return head + sql + "commit;";
}

namespace {

/// Ten fixes as they are stored, in hexadecimal.
std::string chunk_hex() {
  std::vector<game::fix> fixes(10);
  for (std::uint32_t i = 0; i < fixes.size(); ++i) {
    fixes[i].seq = i + 1;
    fixes[i].t = base::from_ms(grown_city::now_ms - 40'000'000 + 1'000 * i);
    fixes[i].lat_e7 = 458'131'000 + 250 * static_cast<std::int32_t>(i);
    fixes[i].lon_e7 = 159'775'000;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (auto byte : game::encode_chunk(fixes)) {
    out += digits[byte >> 4];
    out += digits[byte & 0xf];
  }
  return out;
}

} // namespace

std::string grown_city::sql() const {
  std::map<std::string, std::int64_t> numbers{
    {"now", now_ms},      {"day", 86'400'000},  {"users", users()},        {"runs", runs},
    {"tiles", tiles()},   {"events", events()}, {"holders", holders_each}, {"claims", claims_each},
    {"waiting", waiting},
  };
  auto sql = std::string{people} + contests + running;
  constexpr std::string_view chunk = ":chunk";
  sql.replace(sql.find(chunk), chunk.size(), chunk_hex());
  return filling(std::move(sql), numbers);
}

} // namespace fief::test
