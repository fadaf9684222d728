#pragma once

// Every command of STORE as a function on an open transaction. A refusal is decided before anything
// is written, so what a refused command leaves behind may be committed (the one command that writes
// and refuses says so). Database failures are exceptions; the batch that called decides.

#include "actors/messages/import.hpp"
#include "actors/messages/store_strava.hpp"
#include "actors/messages/store_write.hpp"
#include "game/mining.hpp"
#include "persistence/sql.hpp"

#include <map>
#include <set>
#include <span>

namespace fief::persistence {

/// What a batch has changed so far, for the feed.
struct changes {
  std::set<game::user_id> accounts;
  std::set<game::event_id> events;
  std::vector<actors::notification> notices;
};

/// Where a command runs.
struct write_context {
  transaction& tx;
  const game::mining_rules& mining;
  changes& changed;
};

template <class T>
using outcome = game::outcome<T>;

// Users and sessions.
outcome<actors::user_record> apply(write_context& c, const actors::create_user& x);
outcome<actors::user_record> apply(write_context& c, const actors::update_user& x);
outcome<actors::user_record> apply(write_context& c, const actors::put_home_zones& x);
outcome<actors::tiles_changed> apply(write_context& c, const actors::delete_user& x);
outcome<game::account> apply(write_context& c, const actors::grant_coins& x);
outcome<actors::store_done> apply(write_context& c, const actors::start_session& x);
/// A reused token is refused and its family ended: this refusal must be committed.
outcome<actors::user_record> apply(write_context& c, const actors::rotate_session& x);
outcome<actors::store_done> apply(write_context& c, const actors::end_session& x);

// Events and tickets.
outcome<actors::event_record> apply(write_context& c, const actors::create_event& x);
outcome<actors::event_record> apply(write_context& c, const actors::update_event& x);
outcome<actors::event_record> apply(write_context& c, const actors::cancel_event& x);
outcome<actors::event_record> apply(write_context& c, const actors::settle_event& x);
outcome<actors::ticket_bought> apply(write_context& c, const actors::buy_ticket& x);
outcome<actors::ticket_consumed> apply(write_context& c, const actors::consume_ticket& x);

// Runs.
outcome<actors::run_record> apply(write_context& c, const actors::create_run& x);
outcome<actors::run_record> apply(write_context& c, const actors::finish_recording& x);
outcome<actors::run_record> apply(write_context& c, const actors::save_run& x);
outcome<actors::tiles_changed> apply(write_context& c, const actors::revoke_run& x);
outcome<actors::run_record> apply(write_context& c, const actors::close_outbox& x);
outcome<actors::tiles_changed> apply(write_context& c, const actors::revoke_tiles& x);

// Runs recorded elsewhere.
outcome<actors::run_record> apply(write_context& c, const actors::create_imported_run& x);
outcome<actors::ticket_consumed> apply(write_context& c, const actors::attach_ticket& x);
outcome<actors::runs_forgotten> apply(write_context& c, const actors::forget_runs& x);
outcome<actors::fixes_expired> apply(write_context& c, const actors::expire_fixes& x);

// Mining, messages, keys.
outcome<actors::tokens_claimed> apply(write_context& c, const actors::claim_tokens& x);
outcome<actors::store_done> apply(write_context& c, const actors::put_notification& x);
outcome<actors::key_reserved> apply(write_context& c, const actors::reserve_key& x);
outcome<actors::store_done> apply(write_context& c, const actors::complete_key& x);

// Strava.
outcome<actors::strava_connection> apply(write_context& c, const actors::connect_strava& x);
outcome<actors::strava_connection> apply(write_context& c, const actors::rotate_strava_tokens& x);
outcome<actors::strava_connection> apply(write_context& c, const actors::mark_strava& x);
outcome<actors::store_done> apply(write_context& c, const actors::disconnect_strava& x);
outcome<actors::strava_queued> apply(write_context& c, const actors::note_strava_event& x);
outcome<actors::strava_queued> apply(write_context& c, const actors::enqueue_strava_imports& x);
outcome<actors::strava_import> apply(write_context& c, const actors::plan_strava_import& x);
outcome<actors::strava_import> apply(write_context& c, const actors::finish_strava_import& x);
outcome<actors::strava_contact> apply(write_context& c, const actors::note_strava_contact& x);

// Hot kinds: one statement for many commands, with an outcome for each at its index.
std::vector<outcome<actors::store_done>>
apply_all(write_context& c, std::span<const actors::append_fixes* const> all);
/// @pre No tile comes twice.
std::vector<outcome<actors::claim_merged>>
apply_all(write_context& c, std::span<const actors::merge_claim* const> all);
/// @pre No user comes twice.
std::vector<outcome<game::account>> apply_all(write_context& c,
                                              std::span<const actors::settle_mining* const> all);

} // namespace fief::persistence
