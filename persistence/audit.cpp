#include "persistence/audit.hpp"

#include "game/fix_chunk.hpp"
#include "persistence/connection_options.hpp"
#include "persistence/sql.hpp"

#include <array>

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 5;
constexpr std::int64_t chunks_at_once = 2'000;

/// A check is a query for the rows that must not exist, by one text each.
struct check {
  query rows;
  const char* text;
};

constexpr std::array checks{
  check{{"ledger_differs",
         "select a.id::text from app_user a left join"
         " (select user_id, sum(amount) filter (where currency = 'coins') as coins,"
         " sum(amount) filter (where currency = 'tokens') as tokens from ledger"
         " group by user_id) l on l.user_id = a.id"
         " where a.coins_cents <> coalesce(l.coins, 0)"
         " or a.tokens_micro <> coalesce(l.tokens, 0)"},
        "balances that are not the sum of the user's ledger"},
  check{{"mined_total_differs",
         "select a.id::text from app_user a left join (select user_id, sum(amount) as mined"
         " from ledger where cause like 'mining:%' group by user_id) l on l.user_id = a.id"
         " where a.mined_total_micro <> coalesce(l.mined, 0)"},
        "users whose mined total is not the sum of their mining rows"},
  check{
    {"money_negative", "select id::text from app_user where coins_cents < 0 or tokens_micro < 0"},
    "negative balances"},
  check{{"tile_not_maximum",
         "with best as (select distinct on (c.tile) c.tile, c.user_id, c.run_id, c.crossed_at,"
         " c.holds_until, c.enclosed from claim c where c.revoked_at is null"
         " and c.run_id not in (select run_id from outbox)"
         " order by c.tile, c.holds_until desc, c.crossed_at, c.run_id),"
         " moving as (select distinct c.tile from claim c join outbox o on o.run_id = c.run_id)"
         " select coalesce(t.tile, b.tile)::text from best b full join tile t on t.tile = b.tile"
         " where (t.owner is not null or b.tile is not null)"
         " and (t.owner, t.run_id, t.crossed_at, t.holds_until, t.enclosed) is distinct from"
         " (b.user_id, b.run_id, b.crossed_at, b.holds_until, b.enclosed)"
         " and coalesce(t.tile, b.tile) not in (select tile from moving)"},
        "tiles whose owner is not the greatest of their claims"},
  check{{"tile_count_differs",
         "select a.id::text from app_user a left join (select owner, count(*) as n from tile"
         " where counted group by owner) t on t.owner = a.id where a.tiles <> coalesce(t.n, 0)"},
        "users whose count of tiles is not what the map says"},
  check{{"tile_counted_late", "select t.tile::text from tile t join app_user a on a.id = t.owner"
                              " where t.counted and t.holds_until <= a.settled_at"},
        "tiles still counted after their owner's mining was settled past their end"},
  check{{"pool_differs",
         "select e.id::text from event e left join (select event_id, sum(prize_cents) as paid"
         " from event_standing group by event_id) s on s.event_id = e.id"
         " where e.pool_cents <> coalesce(s.paid, 0)"
         " or (e.settled_at is null and s.paid is not null)"},
        "events whose standings do not add up to the pool"},
  check{{"prize_not_booked", "select s.event_id::text from event_standing s left join ledger l"
                             " on l.cause = 'prize:' || s.event_id || ':' || s.user_id"
                             " where s.prize_cents <> coalesce(l.amount, 0)"},
        "prizes that the ledger has not booked"},
  check{{"pool_too_large",
         "select e.id::text from event e where e.pool_cents > e.pot_cents + (select"
         " coalesce(sum(price_cents), 0) from ticket k where k.event_id = e.id"
         " and k.state <> 'refunded')"},
        "events that paid more than their tickets and pot"},
  check{{"refund_not_booked",
         "select k.id::text from ticket k left join ledger l on l.cause = 'refund:' || k.id"
         " where coalesce(l.amount, 0) <> case when k.state = 'refunded' then k.price_cents"
         " else 0 end"},
        "tickets whose refund and ledger differ"},
  check{{"price_not_booked",
         "select k.id::text from ticket k left join ledger l on l.cause = 'ticket:' || k.id"
         " where coalesce(l.amount, 0) <> -k.price_cents"},
        "tickets whose price and ledger differ"},
  check{{"tickets_sold_differs",
         "select e.id::text from event e left join (select event_id, count(*) as n from ticket"
         " where state <> 'refunded' group by event_id) k on k.event_id = e.id"
         " where e.tickets_sold <> coalesce(k.n, 0)"},
        "events whose count of tickets is wrong"},
  check{{"ticket_used_twice", "select ticket_id::text from run where ticket_id is not null"
                              " group by ticket_id having count(*) > 1"},
        "tickets that started more than one run"},
  check{{"ticket_run_differs", "select k.id::text from ticket k left join run r on r.id = k.run_id"
                               " where k.state = 'used' and (r.ticket_id is distinct from k.id"
                               " or r.user_id is distinct from k.user_id)"},
        "used tickets whose run is another's"},
  check{
    {"run_not_merged",
     "select c.run_id::text from claim c join run r on r.id = c.run_id left join tile t"
     " on t.tile = c.tile where r.state = 'accepted' and c.revoked_at is null and t.tile is null"
     " and not exists (select 1 from outbox o where o.run_id = c.run_id)"},
    "claims of accepted runs that the map does not know"},
  check{{"claims_not_revoked", "select c.run_id::text from claim c join run r on r.id = c.run_id"
                               " where r.state <> 'accepted' and c.revoked_at is null"},
        "claims of runs that are not accepted"},
  check{{"deleted_user_keeps_data",
         "select a.id::text from app_user a where a.deleted and (a.email <> ''"
         " or exists (select 1 from home_zone z where z.user_id = a.id)"
         " or exists (select 1 from run r join fix_chunk c on c.run_id = r.id"
         " where r.user_id = a.id))"},
        "deleted accounts with personal data left"},
};

constexpr query q_chunks{"audit_chunks",
                         "select run_id::text, first_seq, count, data from fix_chunk"
                         " where (run_id, first_seq) > ($1::uuid, $2::bigint)"
                         " order by run_id, first_seq limit $3::bigint"};

bool decodes(const std::vector<std::uint8_t>& data, std::int64_t first_seq, std::int64_t count) {
  auto fixes = game::decode_chunk(data);
  return fixes && !fixes->empty() && static_cast<std::int64_t>(fixes->size()) == count
         && fixes->front().seq == static_cast<std::uint32_t>(first_seq);
}

finding check_chunks(transaction& tx) {
  finding bad{"chunk_damaged", "chunks of fixes that do not decode", 0, ""};
  std::string run = "00000000-0000-0000-0000-000000000000";
  std::int64_t seq = 0;
  for (;;) {
    auto rows = tx.run(q_chunks, run, seq, chunks_at_once);
    for (const auto& fields : rows) {
      row_reader row{fields};
      run = row.text();
      seq = row.integer();
      auto count = row.integer();
      if (decodes(row.bytes(), seq, count))
        continue;
      ++bad.count;
      bad.example = run + " from seq " + std::to_string(seq);
    }
    if (rows.empty())
      return bad;
  }
}

} // namespace

std::vector<finding> audit(const std::string& options) {
  connection c{with_connect_timeout(options, connect_timeout_s), 0};
  pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{c.raw()};
  transaction tx{c, work};
  std::vector<finding> findings;
  for (const auto& each : checks) {
    auto rows = tx.run(each.rows);
    if (rows.empty())
      continue;
    const auto first = rows.front();
    findings.push_back({each.rows.name, each.text, static_cast<std::int64_t>(rows.size()),
                        row_reader{first}.text()});
  }
  if (auto chunks = check_chunks(tx); chunks.count > 0)
    findings.push_back(std::move(chunks));
  return findings;
}

} // namespace fief::persistence
