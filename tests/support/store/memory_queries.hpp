#pragma once

#include "game/errc.hpp"
#include "tests/support/store/memory_database.hpp"

namespace fief::test {

// Every query of READER over the tables. The rules are the comments of
// actors/messages/store_read.hpp.

game::outcome<actors::user_loaded> query(const memory_database& db, const actors::load_user& x);
game::outcome<actors::event_loaded> query(const memory_database& db, const actors::load_event& x);
game::outcome<actors::area_loaded> query(const memory_database& db, const actors::load_area& x);
game::outcome<actors::run_loaded> query(const memory_database& db, const actors::load_run& x);
game::outcome<actors::similar_runs> query(const memory_database& db,
                                          const actors::find_similar_runs& x);
game::outcome<actors::due_found> query(const memory_database& db, const actors::find_due& x,
                                       const game::mining_rules& rules);
game::outcome<actors::tiles_of_user> query(const memory_database& db,
                                           const actors::list_tiles_of_user& x);
game::outcome<actors::territory_ranks> query(const memory_database& db,
                                             const actors::rank_territory& x);
game::outcome<actors::regions_found> query(const memory_database& db,
                                           const actors::find_regions& x);
game::outcome<actors::login_found> query(const memory_database& db, const actors::find_login& x);
game::outcome<actors::usernames_found> query(const memory_database& db,
                                             const actors::find_usernames& x);
game::outcome<actors::user_export> query(const memory_database& db, const actors::export_user& x);

game::outcome<actors::run_page> query(const memory_database& db, const actors::list_runs& x);
game::outcome<actors::ledger_page> query(const memory_database& db, const actors::list_ledger& x);
game::outcome<actors::notification_page> query(const memory_database& db,
                                               const actors::list_notifications& x);
game::outcome<actors::ticket_page> query(const memory_database& db,
                                         const actors::list_all_tickets& x);
game::outcome<actors::event_page> query(const memory_database& db, const actors::list_events& x);
game::outcome<actors::tile_history> query(const memory_database& db,
                                          const actors::list_tile_history& x);
game::outcome<actors::user_page> query(const memory_database& db, const actors::search_users& x);

game::outcome<actors::strava_connection> query(const memory_database& db,
                                               const actors::load_strava& x);
game::outcome<actors::strava_due> query(const memory_database& db,
                                        const actors::find_strava_due& x);
game::outcome<actors::strava_import_page> query(const memory_database& db,
                                                const actors::list_strava_imports& x);
game::outcome<actors::wallet_list> query(const memory_database& db, const actors::list_wallets& x);
game::outcome<actors::deposit_page> query(const memory_database& db,
                                          const actors::list_deposits& x);
game::outcome<actors::flagged_page> query(const memory_database& db, const actors::list_flagged& x);
game::outcome<actors::action_page> query(const memory_database& db, const actors::list_actions& x);
game::outcome<actors::chain_loaded> query(const memory_database& db, const actors::load_chain& x);

} // namespace fief::test
