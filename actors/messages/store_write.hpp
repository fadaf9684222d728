#pragma once

// Commands of STORE that write. Every one is monotone, conditional, an increment with a unique
// ledger cause or an append with a unique key, so sending one again changes nothing more and gives
// the same answer. The reply leaves after the commit. `now` is the game's clock, never SQL's.
//
// Errors common to all: `unavailable` (Postgres away or the queue full), and for a row that is not
// there `not_found`. Others are named at the command.

#include "actors/messages/records.hpp"

namespace fief::actors {

struct store_done {}; ///< Committed, with nothing more to say.
FIEF_INSPECT_EMPTY(store_done)

// -- users ----------------------------------------------------------------------------------------

/// Creates an account with its starting coins (cause `welcome:<user>`). Reply: `user_record`.
/// Errors: `email_taken`, `username_taken`. The same `user.id` again is answered as the first time.
struct create_user {
  user_record user;
  std::string password_hash;
  std::int64_t welcome_cents = 0;
};
FIEF_INSPECT(create_user, x.user, x.password_hash, x.welcome_cents)

/// Changes what is given. Reply: `user_record`. Errors: `email_taken`, `username_taken`.
struct update_user {
  game::user_id user;
  caf::optional<std::string> username;
  caf::optional<std::string> password_hash;
  caf::optional<std::uint8_t> roles;
  caf::optional<bool> banned; ///< True also ends every session of the user.
  action_note action{};
  instant now{}; ///< For the log of actions.
};
FIEF_INSPECT(update_user, x.user, x.username, x.password_hash, x.roles, x.banned, x.action, x.now)

/// Replaces the home zones. Reply: `user_record`. The tiles inside are given up by `revoke_tiles`.
struct put_home_zones {
  game::user_id user;
  std::vector<game::home_zone> zones;
};
FIEF_INSPECT(put_home_zones, x.user, x.zones)

/// Opens a family of refresh tokens. Only hashes are stored. Reply: `store_done`.
struct start_session {
  base::uuid family;
  game::user_id user;
  std::string token_hash;
  instant now{};
  instant expires_at{};
};
FIEF_INSPECT(start_session, x.family, x.user, x.token_hash, x.now, x.expires_at)

/// Spends `old_hash` for `new_hash` of the same family. Reply: `user_record` of its user.
/// Errors: `token_expired` (unknown, ended, too old), `user_banned`, `token_reused` (spent before;
/// the family is ended by the same commit). The same pair again within `rotation_retry_max` is a
/// retry after a lost answer, and answered as the first time, but only while the successor itself
/// is unspent: successors derive from their token, so whoever stole an old one could name them all.
inline constexpr milliseconds rotation_retry_max = std::chrono::seconds{60};

struct rotate_session {
  std::string old_hash;
  std::string new_hash;
  instant now{};
  instant expires_at{};
};
FIEF_INSPECT(rotate_session, x.old_hash, x.new_hash, x.now, x.expires_at)

/// Ends the family of a token, if there is one. Reply: `store_done`.
struct end_session {
  std::string token_hash;
  instant now{};
};
FIEF_INSPECT(end_session, x.token_hash, x.now)

/// Erases personal data and tracks, ends sessions, gives up every claim (tiles are recomputed
/// without them), closes an unfinished run. Ledger rows stay without the name.
/// Reply: `tiles_changed`. Again: the same tiles, as they are by then.
struct delete_user {
  game::user_id user;
  instant now{};
};
FIEF_INSPECT(delete_user, x.user, x.now)

/// Adds coins (cause `grant:<grant>`). Reply: `game::account`.
struct grant_coins {
  base::uuid grant;
  game::user_id user;
  game::user_id by;
  std::int64_t coins_cents = 0; ///< Range: positive.
  std::string reason;
  instant now{};
};
FIEF_INSPECT(grant_coins, x.grant, x.user, x.by, x.coins_cents, x.reason, x.now)

// -- events and tickets ---------------------------------------------------------------------------

/// Reply: `event_record`. The same id again is answered with what is stored.
struct create_event {
  event_record event;
  action_note action{};
};
FIEF_INSPECT(create_event, x.event, x.action)

/// Replaces the editable fields where `event.version` is still the stored one.
/// Reply: `event_record`. Errors: `stale`, `event_cancelled`, `event_settled`, `event_cut`.
struct update_event {
  event_record event;
  instant now{};
  action_note action{};
};
FIEF_INSPECT(update_event, x.event, x.now, x.action)

/// Calls an event off and pays every ticket's price back (cause `refund:<ticket>`).
/// Reply: `event_record`; again: the same. Errors: `event_settled`.
struct cancel_event {
  game::event_id event;
  instant now{};
  action_note action{};
};
FIEF_INSPECT(cancel_event, x.event, x.now, x.action)

/// Takes the fee (cause `ticket:<id>`) and issues the ticket, if now is before `cut_at`.
/// Reply: `ticket_bought`; the same ticket id again is answered as the first time.
/// Errors: `ticket_exists`, `event_cut`, `event_cancelled`, `event_settled`, `price_changed`,
/// `insufficient_coins`.
struct buy_ticket {
  game::ticket_id ticket;
  game::user_id user;
  game::event_id event;
  bool granted = false; ///< Costs nothing; the user gets a notification.
  instant now{};
  action_note action{};
  caf::optional<std::int64_t> shown_cents{}; ///< The price that the buyer agreed to; none: any.
};
FIEF_INSPECT(buy_ticket, x.ticket, x.user, x.event, x.granted, x.now, x.action, x.shown_cents)

struct ticket_bought {
  held_ticket held;
  game::account account;
};
FIEF_INSPECT(ticket_bought, x.held, x.account)

/// unused -> used and the run created, in one step; needs `starts_at <= now < cut_at` and no other
/// run of the user recording. Reply: `ticket_consumed`. Again: the same run with `created` false,
/// whatever id was proposed. Errors: `ticket_refunded`, `event_not_active`, `event_cut`,
/// `event_cancelled`, `event_settled`, `run_in_progress`, `not_found` (also another user's ticket).
struct consume_ticket {
  game::ticket_id ticket;
  run_record run; ///< Proposed; its `user` must hold the ticket.
  instant now{};
};
FIEF_INSPECT(consume_ticket, x.ticket, x.run, x.now)

struct ticket_consumed {
  held_ticket held;
  run_record run;
  bool created = false;
};
FIEF_INSPECT(ticket_consumed, x.held, x.run, x.created)

/// Results, payouts (cause `prize:<event>:<user>`) or refunds when nobody finished, notifications
/// and the settled mark, in one step, where `version` is still the stored one and the payouts are
/// exactly the pool. Reply: `event_record`; an event settled before is answered as it is.
/// Errors: `stale`, `event_cancelled`.
struct settle_event {
  game::event_id event;
  std::int64_t version = 0;
  std::int64_t pool_cents = 0;
  std::vector<event_standing> standings; ///< Empty: every ticket not refunded is refunded.
  instant now{};
};
FIEF_INSPECT(settle_event, x.event, x.version, x.pool_cents, x.standings, x.now)

// -- runs -----------------------------------------------------------------------------------------

/// Starts a free run. Reply: `run_record`; the same id again: the stored one.
/// Errors: `run_in_progress`.
struct create_run {
  run_record run;
};
FIEF_INSPECT(create_run, x.run)

/// Appends fixes to a recording run. Reply: `store_done`. Errors: `stale` (a chunk with this
/// `first_seq` and other bytes is there: the sender's view is old), `run_not_recording`.
struct append_fixes {
  game::run_id run;
  game::user_id user;
  fix_chunk chunk;
  milliseconds drift_max{0};
  instant now{};
};
FIEF_INSPECT(append_fixes, x.run, x.user, x.chunk, x.drift_max, x.now)

/// recording -> processing: from here on the server finishes the run by itself.
/// Reply: `run_record`; in any later state the stored one.
struct finish_recording {
  game::run_id run;
  game::user_id user;
  std::uint32_t total_seq = 0;
  bool partial = false;
  instant now{};
};
FIEF_INSPECT(finish_recording, x.run, x.user, x.total_seq, x.partial, x.now)

/// processing (or flagged, for a review) -> `run.state`, with statistics, the claim log, the
/// event's result (only while the event is not settled) and an outbox row when there are claims to
/// merge. A flagged or rejected run also leaves a notification. Reply: `run_record` as stored; a
/// run that is not in `from` any more is answered as it is.
struct save_run {
  run_record run;
  run_state from = run_state::processing;
  std::vector<game::claim> claims;   ///< Empty unless the new state is accepted.
  std::vector<std::uint64_t> sketch; ///< Fingerprints for `find_similar_runs`.
  bool has_result = false;
  event_result result;
  instant now{};
  action_note action{};
};
FIEF_INSPECT(save_run, x.run, x.from, x.claims, x.sketch, x.has_result, x.result, x.now, x.action)

/// accepted -> rejected: revokes the run's claims, recomputes their tiles from the others and
/// raises their generation, withdraws its result while the event is not settled.
/// Reply: `tiles_changed`. Again: the same tiles, as they are by then.
struct revoke_run {
  game::run_id run;
  std::vector<std::string> reasons;
  std::string note;
  instant now{};
  action_note action{};
};
FIEF_INSPECT(revoke_run, x.run, x.reasons, x.note, x.now, x.action)

// -- territory ------------------------------------------------------------------------------------

/// Merges one claim of the log into its tile: upsert where greater, and in the same transaction
/// settles and moves the tile counts of the two owners, and counts the loss in the loser's
/// notification (cause `tiles_lost:<run>`). A claim already revoked changes nothing.
/// Reply: `claim_merged`. Errors: `stale` (the tile's generation has moved; load and try again).
struct merge_claim {
  game::claim claim;
  std::int64_t generation = 0;
  instant now{};
};
FIEF_INSPECT(merge_claim, x.claim, x.generation, x.now)

struct claim_merged {
  tile_record tile;    ///< After the merge.
  bool taken = false;  ///< Whether this claim is the top now.
  game::user_id loser; ///< Whose tile it was at `now`; nil for nobody or the same owner.
};
FIEF_INSPECT(claim_merged, x.tile, x.taken, x.loser)

/// All claims of a run are merged: the outbox row goes, `tiles_taken` is set from the tiles it
/// owns, the losers' notifications are published. Reply: `run_record`.
struct close_outbox {
  game::run_id run;
  std::int32_t tiles_taken = 0;
  instant now{};
};
FIEF_INSPECT(close_outbox, x.run, x.tiles_taken, x.now)

/// Gives up the user's claims on these tiles (a new home zone). Reply: `tiles_changed`, of all.
struct revoke_tiles {
  game::user_id user;
  std::vector<game::tile_id> tiles;
  instant now{};
};
FIEF_INSPECT(revoke_tiles, x.user, x.tiles, x.now)

/// Tiles that were recomputed, with what they are now (a nil user: free, no claim left).
struct tiles_changed {
  std::vector<tile_record> tiles;
};
FIEF_INSPECT(tiles_changed, x.tiles)

// -- mining ---------------------------------------------------------------------------------------

/// Settles the user's mining at `now`, each tile that ran out before as of its own `holds_until`.
/// Reply: `game::account`.
struct settle_mining {
  game::user_id user;
  instant now{};
};
FIEF_INSPECT(settle_mining, x.user, x.now)

/// Pays the tokens mined (cause `mining:<user>:<n>`). Asked again within two days, even after later
/// claims, it pays nothing and answers what it paid. Reply: `tokens_claimed`.
/// Errors: `claim_too_soon` (less than 60 s after the last one).
struct claim_tokens {
  game::user_id user;
  base::uuid id; ///< Of this claim.
  instant now{};
};
FIEF_INSPECT(claim_tokens, x.user, x.id, x.now)

struct tokens_claimed {
  std::int64_t claimed_micro = 0;
  game::account account;
};
FIEF_INSPECT(tokens_claimed, x.claimed_micro, x.account)

/// Leaves a notification, once per (user, cause). Reply: `store_done`.
struct put_notification {
  notification notice;
};
FIEF_INSPECT(put_notification, x.notice)

// -- idempotency ----------------------------------------------------------------------------------

/// Reserves an `Idempotency-Key` of a user. Reply: `key_reserved`. Errors: `idempotency_mismatch`.
struct reserve_key {
  game::user_id user;
  std::string key;
  std::string request_hash; ///< Of method, path and body.
  instant now{};
  instant forget_before{};
};
FIEF_INSPECT(reserve_key, x.user, x.key, x.request_hash, x.now, x.forget_before)

struct key_reserved {
  bool answered = false; ///< The first answer is known and follows.
  std::uint16_t status = 0;
  std::string body;
  base::uuid seed; ///< Fixed by the first reservation: ids made by the request derive from it.
};
FIEF_INSPECT(key_reserved, x.answered, x.status, x.body, x.seed)

/// Remembers the first answer to a reserved key. Reply: `store_done`.
struct complete_key {
  game::user_id user;
  std::string key;
  std::uint16_t status = 0;
  std::string body;
};
FIEF_INSPECT(complete_key, x.user, x.key, x.status, x.body)

// -- feed -----------------------------------------------------------------------------------------

/// What a commit changed that somebody else may want to know: STORE tells its observer first and
/// the asker then, who finds it if he looks. A hint: whoever misses it loads the same from
/// Postgres.
struct committed {
  std::vector<game::account> accounts;
  std::vector<notification> notices;
  std::vector<event_record> events; ///< Changed, cancelled or settled.
};
FIEF_INSPECT(committed, x.accounts, x.notices, x.events)

} // namespace fief::actors
