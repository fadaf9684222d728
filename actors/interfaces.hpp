#pragma once

// The running system on one screen. Roles are in CAPITALS, here and in prose.
//
//   phone == GATEWAY ==> DIRECTORY ==> USER, EVENT, AREA (=> TILE) ==> STORE, READER ==> Postgres
//                                        CLOCK, AUTH (=> VAULT), DECODER, RENDERER, MONITOR
//                                        STRAVA (=> STRAVA_API), CHAIN (=> NODE)
//
// Entities (USER, EVENT, AREA) are virtual: nobody holds one, everybody sends `deliver` to
// DIRECTORY, which activates it from Postgres when needed. A reply comes from the entity itself.

#include "actors/messages/area.hpp"
#include "actors/messages/auth.hpp"
#include "actors/messages/chain.hpp"
#include "actors/messages/directory.hpp"
#include "actors/messages/event.hpp"
#include "actors/messages/gateway.hpp"
#include "actors/messages/import.hpp"
#include "actors/messages/status.hpp"
#include "actors/messages/store_chain.hpp"
#include "actors/messages/store_control.hpp"
#include "actors/messages/store_read.hpp"
#include "actors/messages/store_strava.hpp"
#include "actors/messages/store_write.hpp"
#include "actors/messages/strava.hpp"
#include "actors/messages/track.hpp"
#include "actors/messages/user.hpp"

#include <caf/typed_actor.hpp>

namespace fief::actors {

/// STORE: the only door to Postgres for writes: group commit over a few lanes. A port, implemented
/// by `persistence` and, in tests, by memory.
using store_actor = caf::typed_actor<
  // Users.
  caf::replies_to<create_user>::with<user_record>, caf::replies_to<update_user>::with<user_record>,
  caf::replies_to<put_home_zones>::with<user_record>,
  caf::replies_to<start_session>::with<store_done>,
  caf::replies_to<rotate_session>::with<user_record>,
  caf::replies_to<end_session>::with<store_done>, caf::replies_to<delete_user>::with<tiles_changed>,
  caf::replies_to<grant_coins>::with<game::account>,
  // Events and tickets.
  caf::replies_to<create_event>::with<event_record>,
  caf::replies_to<update_event>::with<event_record>,
  caf::replies_to<cancel_event>::with<event_record>,
  caf::replies_to<buy_ticket>::with<ticket_bought>,
  caf::replies_to<consume_ticket>::with<ticket_consumed>,
  caf::replies_to<settle_event>::with<event_record>,
  // Runs.
  caf::replies_to<create_run>::with<run_record>, caf::replies_to<append_fixes>::with<store_done>,
  caf::replies_to<finish_recording>::with<run_record>, caf::replies_to<save_run>::with<run_record>,
  caf::replies_to<revoke_run>::with<tiles_changed>,
  // Runs recorded elsewhere.
  caf::replies_to<create_imported_run>::with<run_record>,
  caf::replies_to<attach_ticket>::with<ticket_consumed>,
  caf::replies_to<forget_runs>::with<runs_forgotten>,
  caf::replies_to<expire_fixes>::with<fixes_expired>,
  // Territory.
  caf::replies_to<merge_claim>::with<claim_merged>, caf::replies_to<close_outbox>::with<run_record>,
  caf::replies_to<revoke_tiles>::with<tiles_changed>,
  // Mining and messages.
  caf::replies_to<settle_mining>::with<game::account>,
  caf::replies_to<claim_tokens>::with<tokens_claimed>,
  caf::replies_to<put_notification>::with<store_done>,
  caf::replies_to<reserve_key>::with<key_reserved>, caf::replies_to<complete_key>::with<store_done>,
  // Strava.
  caf::replies_to<connect_strava>::with<strava_connection>,
  caf::replies_to<rotate_strava_tokens>::with<strava_connection>,
  caf::replies_to<mark_strava>::with<strava_connection>,
  caf::replies_to<disconnect_strava>::with<store_done>,
  caf::replies_to<note_strava_event>::with<strava_queued>,
  caf::replies_to<enqueue_strava_imports>::with<strava_queued>,
  caf::replies_to<plan_strava_import>::with<strava_import>,
  caf::replies_to<finish_strava_import>::with<strava_import>,
  caf::replies_to<note_strava_contact>::with<strava_contact>,
  // Wallets and chains.
  caf::replies_to<put_wallet_challenge>::with<store_done>,
  caf::replies_to<link_wallet>::with<wallet_linked>,
  caf::replies_to<unlink_wallet>::with<store_done>, caf::replies_to<open_chain>::with<chain_status>,
  caf::replies_to<advance_chain>::with<chain_advanced>,
  caf::replies_to<halt_chain>::with<chain_status>,
  caf::replies_to<restart_chain>::with<chain_status>,
  // Itself.
  caf::reacts_to<observe_commits>, caf::replies_to<get_store_health>::with<store_health>>;

/// READER: queries of what is committed, on a bounded pool of connections. A port like STORE.
using reader_actor = caf::typed_actor<
  // Activation.
  caf::replies_to<load_user>::with<user_loaded>, caf::replies_to<load_event>::with<event_loaded>,
  caf::replies_to<load_area>::with<area_loaded>, caf::replies_to<load_run>::with<run_loaded>,
  caf::replies_to<find_similar_runs>::with<similar_runs>,
  caf::replies_to<find_due>::with<due_found>,
  caf::replies_to<list_tiles_of_user>::with<tiles_of_user>,
  // Pages.
  caf::replies_to<list_runs>::with<run_page>, caf::replies_to<list_ledger>::with<ledger_page>,
  caf::replies_to<list_notifications>::with<notification_page>,
  caf::replies_to<list_all_tickets>::with<ticket_page>,
  caf::replies_to<list_events>::with<event_page>,
  caf::replies_to<list_tile_history>::with<tile_history>,
  caf::replies_to<rank_territory>::with<territory_ranks>,
  caf::replies_to<find_regions>::with<regions_found>,
  caf::replies_to<list_flagged>::with<flagged_page>,
  caf::replies_to<list_actions>::with<action_page>, caf::replies_to<search_users>::with<user_page>,
  caf::replies_to<find_login>::with<login_found>,
  caf::replies_to<find_usernames>::with<usernames_found>,
  caf::replies_to<export_user>::with<user_export>,
  // Strava.
  caf::replies_to<load_strava>::with<strava_connection>,
  caf::replies_to<find_strava_due>::with<strava_due>,
  caf::replies_to<list_strava_imports>::with<strava_import_page>,
  // Wallets and chains.
  caf::replies_to<list_wallets>::with<wallet_list>,
  caf::replies_to<list_deposits>::with<deposit_page>,
  caf::replies_to<load_chain>::with<chain_loaded>>;

/// DIRECTORY: key -> live entity; the only way to address one.
using directory_actor = caf::typed_actor<
  // Forwards to the entity, which replies in its own name.
  caf::reacts_to<deliver>,
  // INTERNAL: an entity declines to leave; looks for idle ones.
  caf::reacts_to<entity_stays>, caf::reacts_to<atom::tick>,
  // The commit feed of STORE, passed on as hints to whoever is live.
  caf::reacts_to<committed>, caf::replies_to<get_directory_status>::with<directory_status>>;

/// USER: one account: profile, balances, tickets, the recording run, mining; its only writer.
using user_actor = caf::typed_actor<
  // Profile.
  caf::replies_to<get_profile>::with<profile>, caf::replies_to<rename_user>::with<profile>,
  caf::replies_to<set_rights>::with<user_record>,
  caf::replies_to<set_home_zones>::with<user_record>,
  caf::replies_to<close_account>::with<account_closed>,
  caf::replies_to<give_coins>::with<game::account>,
  // Events and tickets.
  caf::replies_to<host_event>::with<event_record>,
  caf::replies_to<list_active_tickets>::with<held_tickets>,
  caf::replies_to<acquire_ticket>::with<ticket_bought>,
  caf::replies_to<spend_ticket>::with<run_started>,
  // Runs.
  caf::replies_to<start_run>::with<run_started>,
  caf::replies_to<get_recording_run>::with<recording_run>,
  caf::replies_to<add_fixes>::with<fixes_stored>, caf::replies_to<finish_run>::with<run_finished>,
  caf::replies_to<review_run>::with<run_record>, caf::reacts_to<resume_unfinished>,
  // Runs recorded elsewhere.
  caf::replies_to<import_run>::with<run_finished>, caf::replies_to<attach_run>::with<run_started>,
  caf::replies_to<forget_runs>::with<runs_forgotten>,
  // Sessions.
  caf::replies_to<attach_session>::with<session_attached>, caf::reacts_to<detach_session>,
  // Mining.
  caf::replies_to<get_mining>::with<mining_view>,
  caf::replies_to<collect_tokens>::with<tokens_claimed>,
  // Hints from the commit feed.
  caf::reacts_to<account_changed>, caf::reacts_to<notice_stored>,
  caf::reacts_to<ticket_event_changed>,
  // INTERNAL, from DIRECTORY: end if idle, else answer `entity_stays`.
  caf::reacts_to<atom::retire>>;

/// EVENT: roster, scoreboard and instants of one event; cuts and settles it.
using event_actor =
  caf::typed_actor<caf::replies_to<get_event>::with<event_record>,
                   caf::replies_to<edit_event>::with<event_record>,
                   caf::replies_to<call_off_event>::with<event_record>,
                   caf::replies_to<get_leaderboard>::with<leaderboard>,
                   // Hints from USERs, after their commits.
                   caf::reacts_to<roster_changed>, caf::reacts_to<run_scored>,
                   caf::reacts_to<result_withdrawn>, caf::reacts_to<event_row_changed>,
                   // From CLOCK: settle when due.
                   caf::reacts_to<look_at_clock>,
                   // INTERNAL, from DIRECTORY: end if idle, else answer `entity_stays`.
                   caf::reacts_to<atom::retire>>;

/// AREA: 1,024 tiles as records at rest and TILEs in motion, a version, and who watches.
using area_actor = caf::typed_actor<
  caf::replies_to<merge_claims>::with<claims_merged>, caf::reacts_to<refresh_tiles>,
  caf::replies_to<watch_area>::with<area_snapshot>, caf::reacts_to<unwatch_area>,
  caf::replies_to<get_area>::with<area_snapshot>, caf::replies_to<get_area_count>::with<area_count>,
  caf::replies_to<get_tile>::with<tile_view>,
  // INTERNAL: a TILE's answer; the pace of deltas and expiry; from DIRECTORY: end if idle.
  caf::reacts_to<tile_merged>, caf::reacts_to<atom::flush>, caf::reacts_to<atom::retire>>;

/// TILE: one tile while things happen to it: merges claims one after another, each committed
/// before the next is looked at. Its AREA spawns it, and folds it back into a record when quiet.
using tile_actor = caf::typed_actor<caf::reacts_to<merge_tile>>;

/// CLOCK: makes due things prompt: cut and settlement, expiry, full stores, silent runs.
using clock_actor = caf::typed_actor<caf::reacts_to<atom::tick>>;

/// AUTH: register, login, rotation of refresh tokens, throttling.
using auth_actor = caf::typed_actor<
  caf::replies_to<register_user>::with<signed_in>, caf::replies_to<login>::with<signed_in>,
  caf::replies_to<refresh_session>::with<signed_in>, caf::replies_to<logout>::with<logged_out>>;

/// VAULT: passwords and tokens, on a bounded pool of threads. A port, implemented by `security`.
using vault_actor = caf::typed_actor<caf::replies_to<hash_password>::with<password_hashed>,
                                     caf::replies_to<check_password>::with<password_checked>,
                                     caf::replies_to<mint_token>::with<token_minted>,
                                     caf::replies_to<rotate_token>::with<token_rotated>,
                                     caf::replies_to<digest_token>::with<token_minted>>;

/// DECODER: tracks out of files, on a thread of its own. A port, implemented by `integrations`.
using decoder_actor = caf::typed_actor<caf::replies_to<decode_file>::with<file_decoded>>;

/// RENDERER: texts of whole tracks, on a thread of its own. Lives in `net`.
using renderer_actor = caf::typed_actor<caf::replies_to<render_track>::with<track_rendered>>;

/// MONITOR: reads the server's counters every ten seconds and keeps the last hour of them.
using monitor_actor = caf::typed_actor<caf::replies_to<get_status>::with<server_status>,
                                       // INTERNAL: the next reading.
                                       caf::reacts_to<atom::tick>>;

/// STRAVA: fetches runs of connected athletes, within the application's rate limits; owns nothing
/// but what is under way.
using strava_actor = caf::typed_actor<caf::replies_to<begin_strava>::with<strava_link>,
                                      caf::replies_to<complete_strava>::with<strava_status>,
                                      caf::replies_to<get_strava>::with<strava_status>,
                                      caf::replies_to<leave_strava>::with<store_done>,
                                      caf::replies_to<get_strava_imports>::with<strava_imports>,
                                      caf::replies_to<strava_event>::with<store_done>,
                                      // INTERNAL: looks for what is due.
                                      caf::reacts_to<atom::tick>>;

/// STRAVA_API: Strava itself, and the seal on its tokens. A port, implemented by `integrations`.
using strava_api_actor =
  caf::typed_actor<caf::replies_to<make_strava_link>::with<strava_link>,
                   caf::replies_to<read_strava_state>::with<strava_state_read>,
                   caf::replies_to<exchange_strava_code>::with<strava_grant>,
                   caf::replies_to<refresh_strava_tokens>::with<strava_grant>,
                   caf::replies_to<revoke_strava_tokens>::with<strava_answered>,
                   caf::replies_to<probe_strava>::with<strava_answered>,
                   caf::replies_to<fetch_strava_activity>::with<strava_activity_fetched>,
                   caf::replies_to<list_strava_activities>::with<strava_activities_listed>,
                   caf::replies_to<fetch_strava_streams>::with<strava_streams_fetched>,
                   // INTERNAL: answers of Strava have come.
                   caf::reacts_to<atom::flush>>;

/// CHAIN: follows one EVM chain block by block and has STORE credit its deposits.
using chain_actor = caf::typed_actor<
  // INTERNAL: the next round; from outside, a prompt: there may be a new block.
  caf::reacts_to<atom::tick>, caf::reacts_to<atom::flush>>;

/// NODE: reads that chain. A port, implemented by `integrations`: JSON-RPC to several nodes, of
/// which it asks another when one fails. What it answers may be wrong; CHAIN checks it.
using node_actor = caf::typed_actor<caf::replies_to<inspect_node>::with<node_facts>,
                                    caf::replies_to<get_chain_head>::with<chain_head>,
                                    caf::replies_to<get_chain_blocks>::with<chain_blocks>,
                                    caf::replies_to<read_chain_logs>::with<chain_logs>,
                                    caf::reacts_to<avoid_node>, caf::reacts_to<node_answered>>;

} // namespace fief::actors
