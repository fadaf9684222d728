#pragma once

// Every query of READER as a function on an open read-only transaction, which sees one state of the
// database however many statements it takes.

#include "actors/messages/store_chain.hpp"
#include "actors/messages/store_read.hpp"
#include "actors/messages/store_strava.hpp"
#include "game/tiling.hpp"
#include "persistence/damage_log.hpp"
#include "persistence/rows.hpp"
#include "persistence/sql.hpp"

namespace fief::persistence {

/// Where a query runs.
struct read_context {
  transaction& tx;
  base::milliseconds store_max; ///< Of mining: when a store is full.
  damage_log& damage;
  std::optional<game::tiling> tiling; ///< Known: cells that are not its tiles are damaged rows.

  /// The rows that are whole; the others are reported and left out.
  template <class T, class Read>
  std::vector<T> whole(const pqxx::result& rows, Read read) {
    return read_whole<T>(rows, read, [this](const damaged_row& x) { damage.report(x.what()); });
  }
  /// Refuses a tile that does not exist in this world. @throws damaged_row
  void check_tile(const row_reader& row, game::tile_id tile) const {
    if (tiling && !tiling->is_tile(tile))
      row.refuse_all("which is not a tile of this world");
  }
};

template <class T>
using outcome = game::outcome<T>;

outcome<actors::user_loaded> answer(read_context& c, const actors::load_user& x);
outcome<actors::event_loaded> answer(read_context& c, const actors::load_event& x);
outcome<actors::area_loaded> answer(read_context& c, const actors::load_area& x);
outcome<actors::run_loaded> answer(read_context& c, const actors::load_run& x);
outcome<actors::similar_runs> answer(read_context& c, const actors::find_similar_runs& x);
outcome<actors::due_found> answer(read_context& c, const actors::find_due& x);
outcome<actors::tiles_of_user> answer(read_context& c, const actors::list_tiles_of_user& x);

outcome<actors::run_page> answer(read_context& c, const actors::list_runs& x);
outcome<actors::ledger_page> answer(read_context& c, const actors::list_ledger& x);
outcome<actors::notification_page> answer(read_context& c, const actors::list_notifications& x);
outcome<actors::ticket_page> answer(read_context& c, const actors::list_all_tickets& x);
outcome<actors::event_page> answer(read_context& c, const actors::list_events& x);
outcome<actors::tile_history> answer(read_context& c, const actors::list_tile_history& x);
outcome<actors::territory_ranks> answer(read_context& c, const actors::rank_territory& x);
outcome<actors::regions_found> answer(read_context& c, const actors::find_regions& x);
outcome<actors::user_page> answer(read_context& c, const actors::search_users& x);
outcome<actors::login_found> answer(read_context& c, const actors::find_login& x);
outcome<actors::usernames_found> answer(read_context& c, const actors::find_usernames& x);
outcome<actors::user_export> answer(read_context& c, const actors::export_user& x);

outcome<actors::strava_connection> answer(read_context& c, const actors::load_strava& x);
outcome<actors::strava_due> answer(read_context& c, const actors::find_strava_due& x);
outcome<actors::strava_import_page> answer(read_context& c, const actors::list_strava_imports& x);
outcome<actors::wallet_list> answer(read_context& c, const actors::list_wallets& x);
outcome<actors::deposit_page> answer(read_context& c, const actors::list_deposits& x);
outcome<actors::flagged_page> answer(read_context& c, const actors::list_flagged& x);
outcome<actors::action_page> answer(read_context& c, const actors::list_actions& x);
outcome<actors::chain_loaded> answer(read_context& c, const actors::load_chain& x);

} // namespace fief::persistence
