#pragma once

#include "actors/interfaces.hpp"
#include "actors/strava_budget.hpp"
#include "actors/time_source.hpp"
#include "base/rng.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fief::actors {

struct strava_config {
  strava_budget_config budget;
  milliseconds catch_up = std::chrono::hours{24 * 30};  ///< How far back a new connection goes.
  milliseconds keep_fixes = std::chrono::hours{24 * 7}; ///< Then they are erased.
  bool territory = true;                                ///< False: statistics only.
  std::uint64_t seed = 1;                               ///< Of ids of runs and of the jitter.

  std::uint32_t jobs_max = 4;                          ///< Users served at once, one thing each.
  std::uint32_t events_max = 1'000;                    ///< Webhooks on their way into the queue.
  std::int32_t attempts_max = 12;                      ///< Then an import has failed.
  milliseconds backoff_min = std::chrono::seconds{30}; ///< Doubled by each attempt.
  milliseconds backoff_max = std::chrono::hours{6};
  milliseconds token_margin = std::chrono::minutes{5}; ///< Tokens are changed so long before.
  milliseconds look_period = std::chrono::minutes{1};  ///< Between looks that nobody asked for.
  milliseconds contact_period = std::chrono::minutes{1};
  milliseconds contact_gap = std::chrono::minutes{3}; ///< Longer without contact: catch up.
  milliseconds look_back = std::chrono::hours{24}; ///< A run may be uploaded long after its start.
  milliseconds expire_period = std::chrono::minutes{10};
};

/// Whom STRAVA works through.
struct strava_ports {
  store_actor store;
  reader_actor reader;
  caf::actor directory;
  strava_api_actor api;
  std::shared_ptr<const time_source> time;
};

/// State of STRAVA: who is being served, and what Strava still takes. Everything else is in the
/// queue in Postgres: whoever dies in the middle is found there again.
///
/// An import is looked at, then made so: the activity is fetched and either it is none of ours, and
/// a run that was made of it is withdrawn; or it is, and a run is made, the same one however often
/// this is repeated, because its id is stored before. So an update, a deletion, a hint that came
/// twice or in another order, and a forged one, all mean the same: look again.
///
/// A refresh token dies when it is used. One thing at a time is done for a user, so nobody else
/// refreshes; and the new pair is stored before it is used. A crash between Strava's answer and the
/// commit loses the connection: it is `broken`, and its user has to connect again.
class strava_duty {
public:
  static inline const char* name = "strava"; // shown in logs and metrics
  explicit strava_duty(strava_actor::pointer self) : self_(self) {}
  strava_actor::behavior_type make_behavior(strava_ports ports, const strava_config& config);

private:
  /// One thing that is done for one user.
  struct job {
    strava_connection connection;
    strava_lane lane = strava_lane::catch_up;
    strava_import import; ///< Of a job that imports.
    strava_activity activity;
    std::uint32_t page = 1; ///< Of a job that lists.
    bool refreshed = false; ///< The tokens are fresh: no reason to change them again.
  };
  using job_ptr = std::shared_ptr<job>;
  using step = std::function<void()>;

  // -- the edge (strava.cpp)
  caf::result<strava_status> on_complete(const complete_strava& x);
  void exchange(caf::typed_response_promise<strava_status> promise, game::user_id user,
                const complete_strava& x);
  void connect(caf::typed_response_promise<strava_status> promise, strava_connection connection);
  caf::result<strava_status> on_get(const get_strava& x);
  caf::result<store_done> on_leave(const leave_strava& x);
  caf::result<strava_imports> on_imports(const get_strava_imports& x);
  caf::result<store_done> on_event(const strava_event& x);
  [[nodiscard]] strava_status status_of(strava_connection connection) const;

  // -- whose turn it is (strava.cpp)
  void on_tick();
  void note_contact();
  void expire();
  void save_unsaved();
  void prompt();
  void look();
  void start_due(const strava_due& due);
  void look_again_at(instant at) { next_look_ = std::min(next_look_, at); }
  [[nodiscard]] bool may_start(game::user_id user, strava_lane lane, int requests);
  job_ptr start(game::user_id user, strava_lane lane);
  /// `rest`: nothing came of it; his next turn is later.
  void end(const job_ptr& j, bool rest = false);

  // -- an import (strava_jobs.cpp)
  void run_import(strava_import import);
  void fetch_activity(const job_ptr& j);
  void decide(const job_ptr& j);
  void withdraw(const job_ptr& j, std::string reason);
  void import_anew(const job_ptr& j);
  void fetch_streams(const job_ptr& j);
  void hand_over(const job_ptr& j, std::vector<game::fix> fixes);
  void finish(const job_ptr& j, finish_strava_import x);
  void identify(const job_ptr& j, finish_strava_import& x) const;
  void postpone(const job_ptr& j, std::string reason);

  // -- catching up, and the end of a connection (strava_looks.cpp)
  void run_look(const strava_connection& connection);
  void list_page(const job_ptr& j);
  void enqueue(const job_ptr& j, const strava_activities_listed& listed);
  void run_suspect(const strava_connection& connection);
  void probe(const job_ptr& j);
  void run_leave(const strava_connection& connection);
  void revoke(const job_ptr& j);
  void drop(const job_ptr& j);

  // -- tokens and ports (strava_jobs.cpp, strava_ask.hpp)
  /// Goes on with tokens that live for a while.
  void with_tokens(const job_ptr& j, step then);
  void refresh(const job_ptr& j, step then);
  void give_up(const job_ptr& j);
  void forget(const job_ptr& j, std::string external, step then);
  void forget_import(const job_ptr& j, step then);
  /// Asks within the budget; without room for it the job ends, and is due again later.
  template <class Reply, class Message, class Then>
  void ask_strava(const job_ptr& j, Message x, Then then);
  /// Whether `outcome` is one that every step answers alike, and was.
  bool refused(const job_ptr& j, strava_outcome outcome, step again);
  /// Asks STORE or READER; an error ends the job.
  template <class Port, class Message, class Then>
  void ask_rows(const job_ptr& j, const Port& port, Message x, Then then);

  [[nodiscard]] instant now() const { return ports_.time->now(); }
  [[nodiscard]] milliseconds backoff(std::int32_t attempts);

  strava_actor::pointer self_;
  strava_ports ports_;
  strava_config config_;
  strava_budget budget_;
  base::rng random_{1};
  std::map<game::user_id, job_ptr> jobs_;
  std::map<game::user_id, instant> resting_;              ///< Until when.
  std::map<game::user_id, int> failures_;                 ///< In a row, of what is not an import.
  std::map<game::user_id, rotate_strava_tokens> unsaved_; ///< Pairs that STORE did not take yet.
  std::map<game::user_id, std::vector<caf::typed_response_promise<store_done>>> leaving_;
  bool looking_ = false;
  std::set<game::user_id> touched_; ///< Served since the last look was asked: what it saw is old.
  bool prompted_ = true;
  instant next_look_{};
  instant next_contact_{};
  instant next_expiry_{};
  std::uint32_t events_ = 0; ///< Under way.
};

/// Spawn entry: one. Ends on exit messages only.
strava_actor::behavior_type strava(strava_actor::stateful_pointer<strava_duty> self,
                                   strava_ports ports, strava_config config);

} // namespace fief::actors
