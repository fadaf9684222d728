#pragma once

// Queries of READER: the bounded pool of read connections. They see what is committed, and change
// nothing. Errors common to all: `unavailable`, `overloaded`, and `not_found` where one thing is
// asked for by its id.

#include "actors/messages/records.hpp"

namespace fief::actors {

/// One page of a list. `cursor` is opaque: empty for the first page, else a reply's `next_cursor`.
/// Errors: `invalid_argument` for a cursor that no reply gave.
struct page_request {
  std::string cursor;
  std::uint32_t limit = 50; ///< Range: 1 to 200.
};
FIEF_INSPECT(page_request, x.cursor, x.limit)

/// Everything a USER needs to live. Reply: `user_loaded`.
struct load_user {
  game::user_id user;
};
FIEF_INSPECT(load_user, x.user)

struct user_loaded {
  user_record user;
  game::account account;
  std::vector<held_ticket> tickets;    ///< Of events that are not settled, or unused.
  caf::optional<run_record> recording; ///< The run in state recording.
  std::vector<fix_chunk> chunks;       ///< Its fixes, oldest first.
  std::vector<run_record> unfinished;  ///< Runs in state processing.
  std::vector<game::run_id> outbox;    ///< Accepted runs whose claims are not all merged.
};
FIEF_INSPECT(user_loaded, x.user, x.account, x.tickets, x.recording, x.chunks, x.unfinished,
             x.outbox)

/// Reply: `event_loaded`.
struct load_event {
  game::event_id event;
};
FIEF_INSPECT(load_event, x.event)

/// An entry of an event's roster.
struct participant {
  ticket_record ticket;
  std::string username;
  bool run_open = false; ///< Consumed, and its run is not processed yet.
};
FIEF_INSPECT(participant, x.ticket, x.username, x.run_open)

struct event_loaded {
  event_record event;
  std::vector<participant> roster;
  std::vector<event_result> results;     ///< One per run that counts.
  std::vector<game::claim> claims;       ///< Territory metric only: claims of those runs.
  std::vector<event_standing> standings; ///< Settled only.
};
FIEF_INSPECT(event_loaded, x.event, x.roster, x.results, x.claims, x.standings)

/// Reply: `area_loaded`.
struct load_area {
  game::area_id area;
};
FIEF_INSPECT(load_area, x.area)

struct area_loaded {
  std::vector<tile_record> tiles;     ///< By tile id.
  std::vector<game::user_id> owners;  ///< Everyone who is the top of one of them,
  std::vector<std::string> usernames; ///< and his name at the same index.
};
FIEF_INSPECT(area_loaded, x.tiles, x.owners, x.usernames)

/// One run with its fixes, for its track or a review. Reply: `run_loaded`.
struct load_run {
  game::run_id run;
  bool with_fixes = false;
};
FIEF_INSPECT(load_run, x.run, x.with_fixes)

struct run_loaded {
  run_record run;
  std::vector<fix_chunk> chunks;
  std::vector<game::claim> claims; ///< Those of the log that are not revoked.
};
FIEF_INSPECT(run_loaded, x.run, x.chunks, x.claims)

/// Earlier runs that the same track may repeat: equal hash (unless it is nil), same user at an
/// overlapping time, or sharing fingerprints. Reply: `similar_runs`, at most 16, with fixes.
struct find_similar_runs {
  game::run_id run; ///< Left out of the answer.
  game::user_id user;
  base::uuid track_hash;
  instant from{};
  instant to{};
  std::vector<std::uint64_t> sketch;
};
FIEF_INSPECT(find_similar_runs, x.run, x.user, x.track_hash, x.from, x.to, x.sketch)

struct similar_runs {
  std::vector<run_loaded> runs; ///< `claims` left empty.
};
FIEF_INSPECT(similar_runs, x.runs)

/// A user's runs, newest first. Reply: `run_page`.
struct list_runs {
  game::user_id user;
  page_request page;
};
FIEF_INSPECT(list_runs, x.user, x.page)

struct run_page {
  std::vector<run_record> items;
  std::string next_cursor; ///< Empty: the end.
};
FIEF_INSPECT(run_page, x.items, x.next_cursor)

/// Newest first. Reply: `ledger_page`.
struct list_ledger {
  game::user_id user;
  page_request page;
};
FIEF_INSPECT(list_ledger, x.user, x.page)

struct ledger_page {
  std::vector<ledger_entry> items;
  std::string next_cursor;
};
FIEF_INSPECT(ledger_page, x.items, x.next_cursor)

/// Newest first. Reply: `notification_page`.
struct list_notifications {
  game::user_id user;
  page_request page;
};
FIEF_INSPECT(list_notifications, x.user, x.page)

struct notification_page {
  std::vector<notification> items;
  std::string next_cursor;
};
FIEF_INSPECT(notification_page, x.items, x.next_cursor)

/// Every ticket a user ever had, or those in one stored state, newest first. Reply: `ticket_page`.
struct list_all_tickets {
  game::user_id user;
  page_request page;
  caf::optional<game::ticket_state> state;
};
FIEF_INSPECT(list_all_tickets, x.user, x.page, x.state)

struct ticket_page {
  std::vector<held_ticket> items;
  std::string next_cursor;
};
FIEF_INSPECT(ticket_page, x.items, x.next_cursor)

/// Events by place, text and state, soonest `cut_at` that is still ahead first, then the past
/// ones, newest first. Reply: `event_page`.
struct list_events {
  caf::optional<waypoint> near;
  std::int32_t radius_m = 0; ///< With `near`. Events without a place are left out then.
  std::string text;          ///< Part of name or city, any case; empty: all.
  caf::optional<game::event_state> state;
  instant now{};
  page_request page;
};
FIEF_INSPECT(list_events, x.near, x.radius_m, x.text, x.state, x.now, x.page)

struct event_page {
  std::vector<event_record> items;
  std::string next_cursor;
};
FIEF_INSPECT(event_page, x.items, x.next_cursor)

/// Claims that were once the top of a tile, newest first, revoked ones left out.
/// Reply: `tile_history`.
struct list_tile_history {
  game::tile_id tile;
  page_request page;
};
FIEF_INSPECT(list_tile_history, x.tile, x.page)

struct tile_history {
  std::vector<game::claim> items;
  std::vector<std::string> usernames; ///< At the same index; empty for a deleted account.
  std::string next_cursor;
};
FIEF_INSPECT(tile_history, x.items, x.usernames, x.next_cursor)

/// Who holds most tiles, of some areas or of the world. Reply: `territory_ranks`.
struct rank_territory {
  std::vector<game::area_id> areas; ///< Empty: everywhere.
  instant now{};
  std::uint32_t limit = 50;
};
FIEF_INSPECT(rank_territory, x.areas, x.now, x.limit)

struct territory_ranks {
  std::vector<game::user_id> users;
  std::vector<std::string> usernames;
  std::vector<std::int64_t> tiles;
};
FIEF_INSPECT(territory_ranks, x.users, x.usernames, x.tiles)

/// Where on earth ground is held now. Reply: `regions_found`.
struct find_regions {
  instant now{};
  std::int32_t area_level = 0;  ///< Of the world's tiling.
  std::uint32_t limit = 500;    ///< Of regions.
  std::uint32_t areas_max = 16; ///< Held areas that are looked for in each.
};
FIEF_INSPECT(find_regions, x.now, x.area_level, x.limit, x.areas_max)

struct regions_found {
  std::vector<game::tile_id> tiles; ///< A held one of each area, in the order of S2 ids.
};
FIEF_INSPECT(regions_found, x.tiles)

/// Flagged runs, oldest first. Reply: `flagged_page`.
struct list_flagged {
  page_request page;
};
FIEF_INSPECT(list_flagged, x.page)

struct flagged_page {
  std::vector<run_record> items;
  std::vector<std::string> usernames; ///< Of their runners, at the same index.
  std::string next_cursor;
};
FIEF_INSPECT(flagged_page, x.items, x.usernames, x.next_cursor)

/// The log of actions, newest first. Reply: `action_page`.
struct list_actions {
  game::user_id by;  ///< Nil: whoever did it.
  base::uuid target; ///< Nil: whatever it was done to.
  page_request page;
};
FIEF_INSPECT(list_actions, x.by, x.target, x.page)

struct action_page {
  std::vector<action_record> items;
  std::string next_cursor;
};
FIEF_INSPECT(action_page, x.items, x.next_cursor)

/// Operators' search by part of name or e-mail, or by exact id. Reply: `user_page`.
struct search_users {
  std::string text;
  page_request page;
};
FIEF_INSPECT(search_users, x.text, x.page)

struct user_page {
  std::vector<user_record> items;
  std::string next_cursor;
};
FIEF_INSPECT(user_page, x.items, x.next_cursor)

/// Reply: `login_found`. Errors: `not_found`.
struct find_login {
  std::string email;
  game::user_id user; ///< When not nil, looked up by id instead.
};
FIEF_INSPECT(find_login, x.email, x.user)

struct login_found {
  user_record user;
  std::string password_hash;
};
FIEF_INSPECT(login_found, x.user, x.password_hash)

/// Names of users for display. Reply: `usernames_found`, unknown ids left out.
struct find_usernames {
  std::vector<game::user_id> users;
};
FIEF_INSPECT(find_usernames, x.users)

struct usernames_found {
  std::vector<game::user_id> users;
  std::vector<std::string> usernames;
};
FIEF_INSPECT(usernames_found, x.users, x.usernames)

/// Everything of one user as a JSON object, for the right of access. Reply: `user_export`.
struct export_user {
  game::user_id user;
};
FIEF_INSPECT(export_user, x.user)

struct user_export {
  std::string json;
};
FIEF_INSPECT(user_export, x.json)

/// Tiles that a user ever claimed: a home zone gives them up. Reply: `tiles_of_user`.
struct list_tiles_of_user {
  game::user_id user;
};
FIEF_INSPECT(list_tiles_of_user, x.user)

struct tiles_of_user {
  std::vector<game::tile_id> tiles;
};
FIEF_INSPECT(tiles_of_user, x.tiles)

/// What CLOCK has to see to. At most `limit` of each. Reply: `due_found`.
struct find_due {
  instant now{};
  std::uint32_t limit = 500;
  instant silent_since{}; ///< Recording runs without data since then are due.
};
FIEF_INSPECT(find_due, x.now, x.limit, x.silent_since)

struct due_found {
  std::vector<game::event_id> events;     ///< `settle_at` passed, not settled; by (settle_at, id).
  std::vector<game::event_id> cut_events; ///< Between `cut_at` and settlement.
  std::vector<game::user_id> expiring;    ///< Owners of counted tiles that ran out.
  std::vector<game::user_id> unfinished;  ///< Users with runs to process, merge or close as silent.
  std::vector<game::user_id>
    mining_full;                     ///< Full, with tiles, and not told since their last claim.
  caf::optional<instant> next_event; ///< The next `cut_at` or `settle_at` ahead.
  caf::optional<instant> next_expiry;
};
FIEF_INSPECT(due_found, x.events, x.cut_events, x.expiring, x.unfinished, x.mining_full,
             x.next_event, x.next_expiry)

} // namespace fief::actors
