#pragma once

// What several commands need: single rows, locked or not, and the steps that money, notices and
// territory have in common.

#include "persistence/rows.hpp"
#include "persistence/writes/writes.hpp"

#include <optional>

namespace fief::persistence {

std::optional<actors::user_record> find_user(write_context& c, game::user_id user);
std::optional<game::account> find_account(write_context& c, game::user_id user);
/// Locks the row until the end of the transaction. Nothing for a deleted account.
std::optional<game::account> lock_account(write_context& c, game::user_id user);
std::optional<actors::event_record> find_event(write_context& c, game::event_id event);
std::optional<actors::event_record> lock_event(write_context& c, game::event_id event);
std::optional<actors::run_record> find_run(write_context& c, game::run_id run);
std::optional<actors::run_record> lock_run(write_context& c, game::run_id run);

/// Refuses a row that is not there.
template <class T>
outcome<T> found(std::optional<T> x) {
  if (!x)
    return game::errc::not_found;
  return std::move(*x);
}

/// The event with its version raised, and noted for the feed.
actors::event_record touch_event(write_context& c, game::event_id event);

/// One ledger row with its increment, once per cause. False: it was booked before.
bool book(write_context& c, game::user_id user, game::currency currency, std::int64_t amount,
          const std::string& cause, const std::string& note, game::instant at);

/// Logs what somebody did, once per id of the note. Nothing for a nil one: that is nobody's action.
/// `detail`: of actors/messages/action_detail.hpp.
void log_action(write_context& c, const actors::action_note& note, actors::action_kind kind,
                const base::uuid& target, const std::string& detail, game::instant at);

/// Stores a notification unless its cause is known, and notes it for the feed.
bool notify(write_context& c, const actors::notification& notice);
/// Notes for the feed what a statement returned, with `FIEF_NOTICE_COLUMNS`.
void note_notices(write_context& c, const pqxx::result& rows);

/// Settles and changes tile counts; a delta of 0 only settles.
void apply_mining(write_context& c, game::user_id user, game::instant at, int delta);
std::optional<std::int64_t> soft_cap_of(const write_context& c);

/// Works out tiles again after claims on them were revoked. `tiles` is an array's text.
void recompute(write_context& c, const std::string& tiles, game::instant now);
/// The rows of those tiles that have one.
actors::tiles_changed read_tiles(write_context& c, const std::string& tiles);
/// The first column of `rows`, ids of tiles, as an array's text.
std::string tiles_of(const pqxx::result& rows);

/// Inserts a recording run. @pre Nobody else can insert one for this user meanwhile.
void insert_run(write_context& c, const actors::run_record& run);
/// Whether the user is recording a run.
bool is_recording(write_context& c, game::user_id user);

} // namespace fief::persistence
