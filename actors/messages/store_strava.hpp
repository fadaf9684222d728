#pragma once

// Strava's rows: who is connected, and the queue of imports, which is the truth about what is still
// to be fetched. Commands of STORE first, queries of READER below.

#include "actors/messages/store_read.hpp"
#include "actors/messages/store_write.hpp"

namespace fief::actors {

enum class strava_state : std::uint8_t {
  active = 1,
  broken,  ///< The tokens are dead: the user has to connect again. What was imported stays.
  leaving, ///< Its runs are being withdrawn; then the row goes.
};

/// A user's connection with an athlete. One of each has one of the other.
struct strava_connection {
  game::user_id user;
  std::int64_t athlete = 0;
  strava_state state = strava_state::active;
  std::string scope;        ///< What the user agreed to, separated by commas.
  std::string sealed;       ///< Both tokens, for STRAVA_API alone to open. Empty: erased.
  instant expires_at{};     ///< Of the access token.
  std::int64_t version = 0; ///< Raised by every change of the tokens.
  bool suspect = false;     ///< Somebody said that the athlete took his word back.
  instant connected_at{};
  caf::optional<instant> look_at; ///< When to list activities; nothing: no need.
  instant look_from{};            ///< Those that started after it.
  instant served_at{};            ///< Last time an import of his was finished.
  std::int64_t queued = 0;        ///< Imports waiting. Read only.
};
FIEF_INSPECT(strava_connection, x.user, x.athlete, x.state, x.scope, x.sealed, x.expires_at,
             x.version, x.suspect, x.connected_at, x.look_at, x.look_from, x.served_at, x.queued)

enum class strava_import_state : std::uint8_t {
  queued = 1,
  done,    ///< Its run is ours, or was judged by our rules.
  skipped, ///< `reason` says why it is none of ours; a run that was imported before is withdrawn.
  failed,  ///< Tried too often.
};

/// One activity in the queue, and afterwards what became of it.
struct strava_import {
  game::user_id user;
  std::int64_t activity = 0;
  strava_import_state state = strava_import_state::queued;
  bool by_event = false;       ///< A webhook announced it: it goes first.
  std::int64_t generation = 1; ///< Raised by every hint: whoever finished an older one is not done.
  std::int64_t revision = 0;   ///< Raised by every plan to import it, each with a run of its own.
  game::run_id run;            ///< Of the last plan; nil: none, or withdrawn.
  bool imported = false;       ///< That run is stored.
  std::string content;         ///< What of the activity was imported: another one is imported anew.
  std::string reason;          ///< A stable code, of the last attempt too.
  std::int32_t attempts = 0;   ///< That failed.
  instant not_before{};
  instant queued_at{};
  instant updated_at{};
  instant started_at{}; ///< The activity; zero: not known yet.
};
FIEF_INSPECT(strava_import, x.user, x.activity, x.state, x.by_event, x.generation, x.revision,
             x.run, x.imported, x.content, x.reason, x.attempts, x.not_before, x.queued_at,
             x.updated_at, x.started_at)

// -- commands -------------------------------------------------------------------------------------

/// Connects, or gives a connection new tokens and life. Reply: `strava_connection`; the same tokens
/// again: as stored. Errors: `strava_taken` (the athlete is another user's, or the user has another
/// athlete), `stale` (the old connection is being ended).
struct connect_strava {
  strava_connection connection; ///< `state`, `version` and `suspect` are not read.
};
FIEF_INSPECT(connect_strava, x.connection)

/// Replaces the tokens where `version` is still the stored one. Reply: `strava_connection`; the
/// same tokens again: as stored. Errors: `stale`.
struct rotate_strava_tokens {
  game::user_id user;
  std::int64_t version = 0;
  std::string sealed;
  instant expires_at{};
};
FIEF_INSPECT(rotate_strava_tokens, x.user, x.version, x.sealed, x.expires_at)

enum class strava_mark : std::uint8_t {
  suspect = 1, ///< Of `athlete`.
  cleared,     ///< It is not, after all.
  broken,      ///< Of an active one.
};

/// Marks a connection where `version` is still the stored one; `suspect` whatever it is.
/// Reply: `strava_connection` as stored, marked or not.
struct mark_strava {
  game::user_id user;       ///< Nil for `suspect`.
  std::int64_t athlete = 0; ///< For `suspect`.
  std::int64_t version = 0;
  strava_mark mark = strava_mark::suspect;
};
FIEF_INSPECT(mark_strava, x.user, x.athlete, x.version, x.mark)

enum class strava_leave : std::uint8_t {
  begin = 1,    ///< -> leaving, the queue goes; the tokens stay to be revoked.
  begin_erased, ///< The same without tokens: they are dead.
  end,          ///< The row goes, if it is leaving.
};

/// Reply: `store_done`; again: the same. Errors: `not_found`, not of `end`.
struct disconnect_strava {
  game::user_id user;
  strava_leave step = strava_leave::begin;
};
FIEF_INSPECT(disconnect_strava, x.user, x.step)

/// Puts an activity at the head of the queue, or back there. Once more for a hint that came twice
/// costs a read and changes nothing else. One about a deleted activity that was never queued, or
/// about an athlete who is not connected, is nothing. Reply: `strava_queued`.
struct note_strava_event {
  std::int64_t athlete = 0;
  std::int64_t activity = 0;
  bool deleted = false;
  instant now{};
};
FIEF_INSPECT(note_strava_event, x.athlete, x.activity, x.deleted, x.now)

struct strava_queued {
  std::uint32_t count = 0;
};
FIEF_INSPECT(strava_queued, x.count)

struct strava_found {
  std::int64_t activity = 0;
  instant started_at{};
};
FIEF_INSPECT(strava_found, x.activity, x.started_at)

/// Appends what a catch-up found and was not known; with `done` the look planned for `look_at` is
/// over. Reply: `strava_queued`. Errors: `not_found` (not connected, or leaving).
struct enqueue_strava_imports {
  game::user_id user;
  std::vector<strava_found> found;
  bool done = false;
  instant look_at{};
  instant now{};
};
FIEF_INSPECT(enqueue_strava_imports, x.user, x.found, x.done, x.look_at, x.now)

/// Fixes the run that this content becomes, before it is imported, where `generation` and
/// `revision` are still the stored ones. Reply: `strava_import`; the same again: the run stored
/// first. Errors: `stale`, `not_found`.
struct plan_strava_import {
  game::user_id user;
  std::int64_t activity = 0;
  std::int64_t generation = 0;
  std::int64_t revision = 0;
  game::run_id run; ///< Proposed.
  std::string content;
  instant started_at{};
  instant now{};
};
FIEF_INSPECT(plan_strava_import, x.user, x.activity, x.generation, x.revision, x.run, x.content,
             x.started_at, x.now)

/// What became of one attempt. A hint that came meanwhile (`generation` has moved) leaves it in the
/// queue, with the run noted all the same. Reply: `strava_import`. Errors: `not_found`.
struct finish_strava_import {
  game::user_id user;
  std::int64_t activity = 0;
  std::int64_t generation = 0;
  std::int64_t revision = 0;
  strava_import_state state = strava_import_state::done; ///< `queued`: later, at `not_before`.
  std::string reason;
  bool imported = false;     ///< The run of this revision is stored.
  bool withdrawn = false;    ///< There is no run of it any more.
  bool forgetting = false;   ///< That is about to be so: whatever the activity is next, it is new.
  std::int32_t attempts = 0; ///< That failed, with this one.
  instant not_before{};
  instant now{};
};
FIEF_INSPECT(finish_strava_import, x.user, x.activity, x.generation, x.revision, x.state, x.reason,
             x.imported, x.withdrawn, x.forgetting, x.attempts, x.not_before, x.now)

/// The server is there to hear webhooks. If it was not for longer than `gap_max`, every active
/// connection is looked at again, from `look_back` before the last time on. Reply:
/// `strava_contact`.
struct note_strava_contact {
  instant now{};
  milliseconds gap_max{0};
  milliseconds look_back{0};
};
FIEF_INSPECT(note_strava_contact, x.now, x.gap_max, x.look_back)

struct strava_contact {
  std::uint32_t scheduled = 0;
};
FIEF_INSPECT(strava_contact, x.scheduled)

// -- queries --------------------------------------------------------------------------------------

/// Reply: `strava_connection`. Errors: `not_found`.
struct load_strava {
  game::user_id user;
};
FIEF_INSPECT(load_strava, x.user)

/// What STRAVA has to see to. Reply: `strava_due`.
struct find_strava_due {
  instant now{};
  std::uint32_t limit = 64;
};
FIEF_INSPECT(find_strava_due, x.now, x.limit)

struct strava_due {
  std::vector<strava_connection> connections; ///< Leaving, suspect, or to be looked at.
  /// Of active connections. Those of webhooks first, then each user's first, second, third; who was
  /// served longest ago comes first.
  std::vector<strava_import> imports;
  caf::optional<instant> next_at; ///< The next thing that falls due.
};
FIEF_INSPECT(strava_due, x.connections, x.imports, x.next_at)

/// A user's queue and what became of it, newest first. Reply: `strava_import_page`.
struct list_strava_imports {
  game::user_id user;
  page_request page;
};
FIEF_INSPECT(list_strava_imports, x.user, x.page)

struct strava_import_page {
  std::vector<strava_import> items;
  std::string next_cursor;
};
FIEF_INSPECT(strava_import_page, x.items, x.next_cursor)

} // namespace fief::actors
