#include "game/event_time.hpp"
#include "game/tiling.hpp"
#include "persistence/audit_checks.hpp"
#include "persistence/rows.hpp"
#include "persistence/strava_rows.hpp"

#include <functional>

namespace fief::persistence {

namespace {

constexpr const char* fetch = "fetch 5000 from audited";

/// A table, how the server reads its rows, and what it means when it cannot.
struct table_check {
  const char* name;
  const char* text;
  std::string sql;
  std::function<void(row_reader&)> read;
};

void add_key(finding& to, std::string key) {
  ++to.count;
  if (to.keys.size() < audit_keys_max)
    to.keys.push_back(std::move(key));
}

/// In portions, so that a table of any size fits in memory.
void check_table(transaction& tx, const table_check& table, std::vector<finding>& findings) {
  finding bad{table.name, table.text, 0, {}};
  tx.command("declare audited no scroll cursor for " + table.sql);
  for (auto rows = tx.command(fetch); !rows.empty(); rows = tx.command(fetch))
    for (const auto& fields : rows) {
      row_reader row{fields};
      try {
        table.read(row);
      } catch (const damaged_row& damaged) {
        add_key(bad, damaged.what());
      }
    }
  tx.command("close audited");
  if (bad.count > 0)
    findings.push_back(std::move(bad));
}

/// The world's tiling, or nothing before the first start and for a level that does not exist.
std::optional<game::tiling> tiling_of(transaction& tx) {
  auto rows = tx.command("select tile_level from world where tile_level between 15 and 19");
  if (rows.empty())
    return std::nullopt;
  return game::tiling{read_first(rows, [](row_reader& row) { return row.small<int>(); })};
}

void check_event(row_reader& row) {
  auto event = read_event(row);
  auto times = game::compute_event_times(event.tz, event.starts_at, {});
  if (!times && times.error() == game::errc::unknown_time_zone)
    throw damaged_row{"event " + to_string(event.id) + " has the unknown time zone " + event.tz};
  if (event.settled_at && event.cancelled_at)
    throw damaged_row{"event " + to_string(event.id) + " is settled and cancelled"};
}

void check_run(row_reader& row) {
  auto run = read_run(row);
  auto of_event = run.kind == actors::run_kind::event;
  if (of_event == run.ticket.is_nil() || of_event == run.event.is_nil())
    row.refuse_all("whose kind and ticket or event contradict each other");
  if (run.started_at > run.finished_at)
    row.refuse_all("which ends before it begins");
}

std::vector<table_check> tables(const std::optional<game::tiling>& tiling) {
  auto is_tile = [tiling](row_reader& row, game::tile_id tile) {
    if (tiling && !tiling->is_tile(tile))
      row.refuse_all("which is not a tile of this world");
  };
  return {
    {"user_damaged", "accounts that the server cannot read",
     "select " FIEF_USER_COLUMNS " from app_user a", [](row_reader& row) { (void)read_user(row); }},
    {"account_damaged", "balances and stores that the server cannot read",
     "select " FIEF_ACCOUNT_COLUMNS " from app_user a",
     [](row_reader& row) { (void)read_account(row); }},
    {"ledger_damaged", "ledger rows that the server cannot read",
     "select " FIEF_LEDGER_COLUMNS " from ledger l",
     [](row_reader& row) { (void)read_ledger_entry(row); }},
    {"event_damaged", "events that the server cannot read, or in no known time zone",
     "select " FIEF_EVENT_COLUMNS " from event e", check_event},
    {"ticket_damaged", "tickets that the server cannot read",
     "select " FIEF_TICKET_COLUMNS " from ticket k",
     [](row_reader& row) { (void)read_ticket(row); }},
    {"result_damaged", "results that the server cannot read",
     "select " FIEF_RESULT_COLUMNS " from event_result s union all select " FIEF_RESULT_COLUMNS
     " from event_standing s",
     [](row_reader& row) { (void)read_result(row); }},
    {"run_damaged", "runs that the server cannot read", "select " FIEF_RUN_COLUMNS " from run r",
     check_run},
    {"claim_damaged", "claims that the server cannot read, or on no tile of this world",
     "select " FIEF_CLAIM_COLUMNS " from claim c",
     [is_tile](row_reader& row) {
       auto claim = read_claim(row);
       is_tile(row, claim.tile);
     }},
    {"tile_damaged", "tiles that the server cannot read, or that are none of this world",
     "select " FIEF_TILE_COLUMNS " from tile t",
     [is_tile](row_reader& row) {
       auto tile = read_tile(row);
       if (tile.top.user.is_nil() != tile.top.run.is_nil())
         row.refuse_all("whose owner and run contradict each other");
       is_tile(row, tile.top.tile);
     }},
    {"notification_damaged", "notifications that the server cannot read",
     "select " FIEF_NOTICE_COLUMNS " from notification n",
     [](row_reader& row) { (void)read_notice(row); }},
    {"strava_connection_damaged", "connections with Strava that the server cannot read",
     "select " FIEF_STRAVA_COLUMNS " from strava_connection k",
     [](row_reader& row) { (void)read_strava_connection(row); }},
    {"strava_import_damaged", "activities of Strava that the server cannot read",
     "select " FIEF_STRAVA_IMPORT_COLUMNS " from strava_import i",
     [](row_reader& row) { (void)read_strava_import(row); }},
    {"wallet_damaged", "wallets that the server cannot read",
     "select address, user_id, linked_at from wallet",
     [](row_reader& row) { (void)read_wallet(row); }},
    {"chain_damaged", "chains that the server cannot read",
     "select " FIEF_CHAIN_COLUMNS " from chain c", [](row_reader& row) { (void)read_chain(row); }},
    {"deposit_damaged", "deposits that the server cannot read",
     "select " FIEF_DEPOSIT_COLUMNS " from deposit d join chain c on c.id = d.chain",
     [](row_reader& row) { (void)read_deposit(row); }},
    {"action_damaged", "logged actions that the server cannot read",
     "select id, at, by_id, '', kind, target, '', detail::text from action",
     [](row_reader& row) { (void)read_action(row); }},
    {"chunk_damaged", "chunks of fixes that do not decode",
     "select run_id, first_seq, count, data from fix_chunk",
     [](row_reader& row) {
       (void)row.uuid();
       if (!is_whole(read_chunk(row)))
         row.refuse_all("which does not decode to what its row says");
     }},
  };
}

} // namespace

void audit_rows(transaction& tx, std::vector<finding>& findings) {
  auto tiling = tiling_of(tx);
  for (const auto& table : tables(tiling))
    check_table(tx, table, findings);
}

} // namespace fief::persistence
