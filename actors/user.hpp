#pragma once

#include "actors/context.hpp"
#include "actors/run_recording.hpp"
#include "actors/run_verdict.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace fief::actors {

/// State of one USER: a cache of its rows, the run being recorded, and who listens.
///
/// Every command that changes something goes to STORE and is answered when it has committed; what
/// is remembered here is only ever what a commit confirmed. Handlers are grouped by file:
/// `user.cpp` profile, sessions and mining; `user_tickets.cpp`; `user_runs.cpp` recording;
/// `user_finish.cpp` verdict; `user_claims.cpp` claims and reviews; `user_imports.cpp` runs
/// recorded elsewhere.
class user_state {
public:
  static inline const char* name = "user";

  explicit user_state(user_actor::pointer self) : self_(self) {}

  user_actor::behavior_type make_behavior(context_ptr ctx, user_loaded loaded);

  [[nodiscard]] const game::account& account() const { return account_; }
  [[nodiscard]] const run_recording* recording() const {
    return recording_ ? &*recording_ : nullptr;
  }

private:
  template <class T>
  using promise = caf::typed_response_promise<T>;

  // -- profile, user.cpp
  caf::result<profile> on_get_profile();
  caf::result<profile> on_rename(const rename_user& x);
  caf::result<user_record> on_set_rights(const set_rights& x);
  caf::result<user_record> on_set_home_zones(const set_home_zones& x);
  caf::result<account_closed> on_close_account();
  caf::result<game::account> on_give_coins(const give_coins& x);
  void on_account_changed(const game::account& x);
  void on_notice(const notification& x);
  void on_retire();
  void end_sessions(const std::string& reason);
  /// Tells the live AREAs what became of these tiles; `then` runs when that is sent. Not before may
  /// anybody hear that it is done: who hears nothing asks again, and so the AREAs are told again.
  void refresh_areas(const std::vector<tile_record>& tiles, std::function<void()> then);

  // -- sessions, user.cpp
  caf::result<session_attached> on_attach(const attach_session& x);
  void on_detach(const session_ref& session);
  template <class T>
  void tell_sessions(T message);

  // -- mining, user.cpp
  caf::result<mining_view> on_get_mining();
  caf::result<tokens_claimed> on_collect(const collect_tokens& x);
  /// Calls `then` once what expired up to now is taken off the account, or with the error.
  void when_settled(std::function<void(const caf::error*)> then);
  [[nodiscard]] game::account settled_account() const;

  // -- events and tickets, user_tickets.cpp
  caf::result<event_record> on_host_event(const host_event& x);
  held_tickets on_list_tickets() const;
  caf::result<ticket_bought> on_acquire(const acquire_ticket& x);
  caf::result<run_started> on_spend_ticket(const spend_ticket& x);
  void on_event_changed(const event_record& x);
  void remember_ticket(const held_ticket& x);

  // -- recording, user_runs.cpp
  caf::result<run_started> on_start_run(const start_run& x);
  recording_run on_get_recording() const;
  caf::result<fixes_stored> on_add_fixes(const add_fixes& x);
  void begin_recording(run_record run);
  /// Refuses to start a run; `run_in_progress` only once `get_recording_run` can name that run.
  void refuse_start(promise<run_started> reply, const caf::error& why);
  void store_fixes(std::vector<game::fix> fresh, promise<fixes_stored> reply);
  [[nodiscard]] fixes_stored stored_now() const;
  [[nodiscard]] run_record fresh_run(game::run_id id, game::sport sport,
                                     const caf::optional<instant>& device_time,
                                     run_source source) const;
  /// The error for a run that is not the one being recorded: whether it is the user's at all.
  template <class T>
  void refuse_other_run(game::run_id run, promise<T> reply);

  // -- finishing, user_finish.cpp
  caf::result<run_finished> on_finish(const finish_run& x);
  void on_resume();
  /// Takes up what the tables have of this user's runs and we do not know of: the answer of a
  /// commit was lost. `then` runs in any case.
  void look_again(std::function<void()> then);
  /// Finishes the recording, or says what is missing, once no fixes are on their way.
  void look_at_finish();
  void close_recording(std::uint32_t total_seq, bool partial);
  void load_and_process(game::run_id run);
  void process(const run_record& run, std::vector<game::fix> fixes, bool accept_flagged);
  void save(const run_evidence& evidence);
  void saved(const run_record& run, const save_run& what);
  /// Answers who finished the run; one that is still processing goes on by itself later.
  void settle_finishing(const run_record& run);
  /// The same, and who wants it accepted, unless it is still flagged.
  void settle_waiting(const run_record& run);
  /// Answers its reviewers.
  void settle_review(const run_record& run);
  void postpone(const run_record& run);

  // -- runs recorded elsewhere, user_imports.cpp
  caf::result<run_finished> on_import(const import_run& x);
  /// Goes on with an imported run as STORE has it; `reply` hears how it ends. Null `fixes`: they
  /// are to be loaded.
  void take_import(const run_record& run, std::vector<game::fix>* fixes,
                   promise<run_finished> reply);
  caf::result<run_started> on_attach_run(const attach_run& x);
  void attach(const attach_run& x, const run_loaded& found, promise<run_started> reply);
  caf::result<runs_forgotten> on_forget_runs(const forget_runs& x);

  // -- claims and reviews, user_claims.cpp
  void merge(const run_record& run, const std::vector<game::claim>& claims);
  void load_and_merge(game::run_id run);
  void area_merged(game::run_id run, const claims_merged* x);
  void close_merge(const run_record& run, std::int32_t taken);
  caf::result<run_record> on_review(const review_run& x);
  void accept_reviewed(const run_loaded& x, const std::string& note);
  void reject_reviewed(const run_loaded& x, const review_run& by);
  void fail_review(game::run_id run, const caf::error& why);

  /// What a merge in progress still waits for.
  struct merge_progress {
    run_record run;
    std::size_t areas_left = 0;
    std::int32_t taken = 0;
    bool failed = false;
  };

  /// A review on its way. Only its own commit answers it, not what else becomes of the run.
  struct review_progress {
    bool accept = false;
    action_note action{}; ///< Of the first asker, whose verdict it is.
    std::vector<promise<run_record>> askers;
  };

  user_actor::pointer self_;
  context_ptr ctx_;
  user_record user_;
  game::account account_;
  std::map<game::ticket_id, held_ticket> tickets_;
  std::optional<run_recording> recording_;
  std::optional<std::uint32_t> finish_total_; ///< Asked to finish, while fixes are on their way.
  bool looking_ = false;                      ///< At what the tables have, for CLOCK.
  bool closed_ = false;                       ///< The account's end is on its way to STORE.
  bool closing_ = false;                      ///< The recording's end is on its way to STORE.
  std::map<game::run_id, std::vector<promise<run_finished>>> finishing_;
  std::map<game::run_id, review_progress> reviewing_;
  std::set<game::run_id> processing_;  ///< Verdicts on their way.
  std::set<game::run_id> unprocessed_; ///< Verdicts that failed and are tried again.
  std::set<game::run_id> unmerged_;    ///< The same for claims.
  std::map<game::run_id, merge_progress> merging_;
  std::vector<session_ref> sessions_;
  std::optional<session_ref> recorder_; ///< The session that records the run.
  std::uint64_t pending_ = 0;           ///< Commands at STORE: not idle.
};

/// Spawn entry: by DIRECTORY.
user_actor::behavior_type user(user_actor::stateful_pointer<user_state> self, context_ptr ctx,
                               user_loaded loaded);

} // namespace fief::actors
