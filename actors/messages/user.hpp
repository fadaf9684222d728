#pragma once

#include "actors/messages/event.hpp"
#include "actors/messages/gateway.hpp"

namespace fief::actors {

// -- profile --------------------------------------------------------------------------------------

/// The account's own view. Reply: `profile`.
struct get_profile {
  game::user_id user;
};
FIEF_INSPECT(get_profile, x.user)

struct profile {
  user_record user;
  game::account account; ///< With what expired up to now taken off.
};
FIEF_INSPECT(profile, x.user, x.account)

/// Reply: `profile`. Errors: `username_taken`.
struct rename_user {
  game::user_id user;
  std::string username;
};
FIEF_INSPECT(rename_user, x.user, x.username)

/// An operator's change of rights. Reply: `user_record`.
struct set_rights {
  game::user_id user;
  caf::optional<std::uint8_t> roles;
  caf::optional<bool> banned;
  action_note action{};
};
FIEF_INSPECT(set_rights, x.user, x.roles, x.banned, x.action)

/// Replaces the home zones and gives up the user's tiles inside. Reply: `user_record`.
struct set_home_zones {
  game::user_id user;
  std::vector<game::home_zone> zones;
};
FIEF_INSPECT(set_home_zones, x.user, x.zones)

/// Erases the account. Reply: `account_closed`.
struct close_account {
  game::user_id user;
};
FIEF_INSPECT(close_account, x.user)

struct account_closed {};
FIEF_INSPECT_EMPTY(account_closed)

/// From an operator. Reply: `game::account`. The same `grant` adds once.
struct give_coins {
  base::uuid grant;
  game::user_id user;
  game::user_id by;
  std::int64_t coins_cents = 0;
  std::string reason;
};
FIEF_INSPECT(give_coins, x.grant, x.user, x.by, x.coins_cents, x.reason)

// -- events and tickets ---------------------------------------------------------------------------

/// Creates an event of the user's. `event.cut_at` and `settle_at` are computed here.
/// Reply: `event_record`. Errors: `forbidden`, `event_too_short`, `unknown_time_zone`.
struct host_event {
  game::user_id user;
  event_record event; ///< Id given by the asker, so that asking twice creates once.
  action_note action{};
};
FIEF_INSPECT(host_event, x.user, x.event, x.action)

/// Reply: `held_tickets`: those unused, of events neither cut, settled nor cancelled.
struct list_active_tickets {
  game::user_id user;
};
FIEF_INSPECT(list_active_tickets, x.user)

struct held_tickets {
  std::vector<held_ticket> tickets; ///< Soonest `cut_at` first.
  instant now{};
};
FIEF_INSPECT(held_tickets, x.tickets, x.now)

/// Buys, or is granted, a ticket. Reply: `ticket_bought`. Errors: as of STORE's `buy_ticket`.
struct acquire_ticket {
  game::ticket_id ticket;
  game::user_id user;
  game::event_id event;
  bool granted = false;
  action_note action{};
  caf::optional<std::int64_t> shown_cents{}; ///< As of `buy_ticket`.
};
FIEF_INSPECT(acquire_ticket, x.ticket, x.user, x.event, x.granted, x.action, x.shown_cents)

/// Spends a ticket to start its run. Reply: `run_started`. Errors: as of STORE's `consume_ticket`.
struct spend_ticket {
  game::user_id user;
  game::ticket_id ticket;
  game::sport sport = game::sport::run;
  caf::optional<instant> device_time;
  bool simulated = false; ///< By a developer's simulated phone.
};
FIEF_INSPECT(spend_ticket, x.user, x.ticket, x.sport, x.device_time, x.simulated)

// -- runs -----------------------------------------------------------------------------------------

/// Starts a free run. Reply: `run_started`. Errors: `run_in_progress` (the reply to
/// `get_recording_run` names it).
struct start_run {
  game::user_id user;
  game::run_id run; ///< Given by the asker, so that asking twice starts once.
  game::sport sport = game::sport::run;
  caf::optional<instant> device_time;
  bool simulated = false; ///< By a developer's simulated phone.
};
FIEF_INSPECT(start_run, x.user, x.run, x.sport, x.device_time, x.simulated)

struct run_started {
  run_record run;
  bool created = false; ///< False: it had been started before.
  caf::optional<instant> event_cut_at;
};
FIEF_INSPECT(run_started, x.run, x.created, x.event_cut_at)

/// Reply: `recording_run`.
struct get_recording_run {
  game::user_id user;
};
FIEF_INSPECT(get_recording_run, x.user)

/// What the server holds of the run being recorded.
struct recording_run {
  game::run_id run; ///< Nil: none.
  std::uint32_t ack = 0;
  std::vector<game::seq_range> want;
  caf::optional<instant> event_cut_at;
};
FIEF_INSPECT(recording_run, x.run, x.ack, x.want, x.event_cut_at)

/// Fixes of the recording run, in any order, again or not. Reply: `fixes_stored`, after the commit.
/// Errors: `run_not_recording`, `not_found`, `fix_in_future`, `fix_too_old`, `too_many_fixes`.
/// A batch with one refused fix is refused whole.
struct add_fixes {
  game::user_id user;
  game::run_id run;
  caf::optional<instant> device_time; ///< When sent, by the device's clock.
  std::vector<game::fix> fixes;
};
FIEF_INSPECT(add_fixes, x.user, x.run, x.device_time, x.fixes)

struct fixes_stored {
  game::run_id run;
  std::uint32_t ack = 0;             ///< Every fix up to here is durable.
  std::vector<game::seq_range> want; ///< At most 8 holes.
};
FIEF_INSPECT(fixes_stored, x.run, x.ack, x.want)

/// Saves the run. Reply: `run_finished`.
struct finish_run {
  game::user_id user;
  game::run_id run;
  std::uint32_t total_seq = 0;
};
FIEF_INSPECT(finish_run, x.user, x.run, x.total_seq)

struct run_finished {
  bool missing = false; ///< Fixes are missing: `want` names them and nothing was saved.
  std::uint32_t ack = 0;
  std::vector<game::seq_range> want;
  run_record run; ///< In state processing when the result is not committed yet.
};
FIEF_INSPECT(run_finished, x.missing, x.ack, x.want, x.run)

/// An operator's verdict on a flagged run; a rejection also of an accepted one.
/// Reply: `run_record`. Errors: `run_not_flagged`, `not_found`.
struct review_run {
  game::user_id user; ///< The run's.
  game::run_id run;
  bool accept = false;
  std::string note;
  action_note action{};
};
FIEF_INSPECT(review_run, x.user, x.run, x.accept, x.note, x.action)

/// From CLOCK: finish what is unfinished (runs to process, claims to merge, silent runs).
struct resume_unfinished {
  game::user_id user;
};
FIEF_INSPECT(resume_unfinished, x.user)

// -- sessions -------------------------------------------------------------------------------------

/// A socket said hello. Reply: `session_attached`. `run` takes the recording run over; the session
/// that had it hears `session_superseded`. Errors: `not_found`, `run_not_recording`, `user_banned`.
struct attach_session {
  game::user_id user;
  session_ref session;
  game::run_id run; ///< Nil: none.
  caf::optional<instant> device_time;
};
FIEF_INSPECT(attach_session, x.user, x.session, x.run, x.device_time)

struct session_attached {
  instant server_time{};
  user_record user;
  recording_run run;
};
FIEF_INSPECT(session_attached, x.server_time, x.user, x.run)

/// The socket is gone. No reply.
struct detach_session {
  game::user_id user;
  session_ref session;
};
FIEF_INSPECT(detach_session, x.user, x.session)

// -- mining ---------------------------------------------------------------------------------------

/// Reply: `mining_view`.
struct get_mining {
  game::user_id user;
};
FIEF_INSPECT(get_mining, x.user)

struct mining_view {
  game::account account; ///< Settled at `now`.
  instant now{};
};
FIEF_INSPECT(mining_view, x.account, x.now)

/// Reply: `tokens_claimed` (STORE's). Errors: `claim_too_soon`.
struct collect_tokens {
  game::user_id user;
  base::uuid claim; ///< The same when it is asked again.
};
FIEF_INSPECT(collect_tokens, x.user, x.claim)

// -- hints from the commit feed -------------------------------------------------------------------

/// The account's row has changed; the greatest version counts. No reply.
struct account_changed {
  game::account account;
};
FIEF_INSPECT(account_changed, x.account)

/// A notification was stored for this user. No reply.
struct notice_stored {
  notification notice;
};
FIEF_INSPECT(notice_stored, x.notice)

/// An event that the user holds a ticket of has changed. No reply.
struct ticket_event_changed {
  game::user_id user;
  event_record event;
};
FIEF_INSPECT(ticket_event_changed, x.user, x.event)

} // namespace fief::actors
