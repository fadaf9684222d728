#pragma once

#include "tests/support/store/memory_change.hpp"

namespace fief::test {

// Every command of STORE as one step over the tables. The rules are the comments of
// actors/messages/store_write.hpp.

game::outcome<actors::user_record> apply(memory_change& change, const actors::create_user& x);
game::outcome<actors::user_record> apply(memory_change& change, const actors::update_user& x);
game::outcome<actors::user_record> apply(memory_change& change, const actors::put_home_zones& x);
game::outcome<actors::store_done> apply(memory_change& change, const actors::start_session& x);
game::outcome<actors::user_record> apply(memory_change& change, const actors::rotate_session& x);
game::outcome<actors::store_done> apply(memory_change& change, const actors::end_session& x);
game::outcome<actors::tiles_changed> apply(memory_change& change, const actors::delete_user& x);
game::outcome<game::account> apply(memory_change& change, const actors::grant_coins& x);

game::outcome<actors::event_record> apply(memory_change& change, const actors::create_event& x);
game::outcome<actors::event_record> apply(memory_change& change, const actors::update_event& x);
game::outcome<actors::event_record> apply(memory_change& change, const actors::cancel_event& x);
game::outcome<actors::ticket_bought> apply(memory_change& change, const actors::buy_ticket& x);
game::outcome<actors::ticket_consumed> apply(memory_change& change,
                                             const actors::consume_ticket& x);
game::outcome<actors::event_record> apply(memory_change& change, const actors::settle_event& x);

game::outcome<actors::run_record> apply(memory_change& change, const actors::create_run& x);
game::outcome<actors::store_done> apply(memory_change& change, const actors::append_fixes& x);
game::outcome<actors::run_record> apply(memory_change& change, const actors::finish_recording& x);
game::outcome<actors::run_record> apply(memory_change& change, const actors::save_run& x);
game::outcome<actors::tiles_changed> apply(memory_change& change, const actors::revoke_run& x);

game::outcome<actors::run_record> apply(memory_change& change,
                                        const actors::create_imported_run& x);
game::outcome<actors::ticket_consumed> apply(memory_change& change, const actors::attach_ticket& x);
game::outcome<actors::runs_forgotten> apply(memory_change& change, const actors::forget_runs& x);
game::outcome<actors::fixes_expired> apply(memory_change& change, const actors::expire_fixes& x);

game::outcome<actors::claim_merged> apply(memory_change& change, const actors::merge_claim& x);
game::outcome<actors::run_record> apply(memory_change& change, const actors::close_outbox& x);
game::outcome<actors::tiles_changed> apply(memory_change& change, const actors::revoke_tiles& x);

game::outcome<game::account> apply(memory_change& change, const actors::settle_mining& x);
game::outcome<actors::tokens_claimed> apply(memory_change& change, const actors::claim_tokens& x);
game::outcome<actors::store_done> apply(memory_change& change, const actors::put_notification& x);
game::outcome<actors::key_reserved> apply(memory_change& change, const actors::reserve_key& x);
game::outcome<actors::store_done> apply(memory_change& change, const actors::complete_key& x);

game::outcome<actors::strava_connection> apply(memory_change& change,
                                               const actors::connect_strava& x);
game::outcome<actors::strava_connection> apply(memory_change& change,
                                               const actors::rotate_strava_tokens& x);
game::outcome<actors::strava_connection> apply(memory_change& change, const actors::mark_strava& x);
game::outcome<actors::store_done> apply(memory_change& change, const actors::disconnect_strava& x);
game::outcome<actors::strava_queued> apply(memory_change& change,
                                           const actors::note_strava_event& x);
game::outcome<actors::strava_queued> apply(memory_change& change,
                                           const actors::enqueue_strava_imports& x);
game::outcome<actors::strava_import> apply(memory_change& change,
                                           const actors::plan_strava_import& x);
game::outcome<actors::strava_import> apply(memory_change& change,
                                           const actors::finish_strava_import& x);
game::outcome<actors::strava_contact> apply(memory_change& change,
                                            const actors::note_strava_contact& x);

/// The reasons of a verdict as a notification shows them.
std::string join(const std::vector<std::string>& reasons);

} // namespace fief::test
