#include "persistence/chain_admin.hpp"

#include "persistence/connection_options.hpp"
#include "persistence/rows.hpp"

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 10;

constexpr query q_report{
  "report_chains",
  "select " FIEF_CHAIN_COLUMNS ", count(d.id) filter (where d.credited_at is null and not d.refused"
  " and d.block_number > c.final_number),"
  " count(d.id) filter (where d.credited_at is null and not d.refused"
  " and d.block_number <= c.final_number),"
  " count(d.id) filter (where d.refused), count(d.credited_at),"
  " coalesce(sum(d.cents) filter (where d.credited_at is not null), 0)::bigint,"
  " count(d.id) filter (where d.lost)"
  " from chain c left join deposit d on d.chain = c.id group by c.id order by c.id"};
constexpr query q_rescan{"ask_rescan", "update chain set rescan_from = $2::bigint"
                                       " where id = $1::bigint returning id"};

} // namespace

std::vector<chain_report> report_chains(const std::string& options) {
  connection c{with_connect_timeout(options, connect_timeout_s), 0};
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  return read_all<chain_report>(tx.run(q_report), [](row_reader& row) {
    chain_report x;
    x.status = read_chain(row);
    x.pending = row.integer();
    x.waiting = row.integer();
    x.refused = row.integer();
    x.credited = row.integer();
    x.credited_cents = row.integer();
    x.lost = row.integer();
    return x;
  });
}

bool ask_rescan(const std::string& options, std::uint64_t chain, std::uint64_t from) {
  connection c{with_connect_timeout(options, connect_timeout_s), 0};
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  auto found =
    !tx.run(q_rescan, static_cast<std::int64_t>(chain), static_cast<std::int64_t>(from)).empty();
  work.commit();
  return found;
}

} // namespace fief::persistence
