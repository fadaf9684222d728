#pragma once

#include "actors/fwd.hpp"
#include "actors/interfaces.hpp"
#include "base/log_limiter.hpp"
#include "base/queue_gauge.hpp"
#include "game/tiling.hpp"
#include "persistence/damage_log.hpp"
#include "persistence/sql.hpp"

#include <atomic>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>

namespace fief::persistence {

struct reader_config {
  std::string options; ///< Of libpq.
  std::uint32_t pool_size = 4;
  std::uint64_t queue_max = 4'096; ///< Queries waiting or running; beyond it `overloaded`.
  std::int64_t statement_timeout_ms = 5'000;
  base::milliseconds patience{15'000};   ///< Who waits longer for a connection is refused.
  base::milliseconds silence_max{4'000}; ///< Postgres silent for so long: nobody joins the queue.
  base::milliseconds store_max = std::chrono::hours{24}; ///< Of mining, for `find_due`.
  std::shared_ptr<base::queue_gauge> gauge;              ///< Null: its own.
  std::shared_ptr<fief::persistence::pulse> pulse;       ///< Shared with STORE. Null: its own.
  std::optional<game::tiling> tiling; ///< Known: other cells are damaged rows, which it leaves out.
};

/// Every query that READER answers.
using read_query = std::variant<
  actors::load_user, actors::load_event, actors::load_area, actors::load_run,
  actors::find_similar_runs, actors::find_due, actors::list_tiles_of_user, actors::list_runs,
  actors::list_ledger, actors::list_notifications, actors::list_all_tickets, actors::list_events,
  actors::list_tile_history, actors::rank_territory, actors::find_regions, actors::search_users,
  actors::find_login, actors::find_usernames, actors::export_user, actors::load_strava,
  actors::find_strava_due, actors::list_strava_imports, actors::list_wallets, actors::list_deposits,
  actors::load_chain, actors::list_flagged, actors::list_actions>;

/// What READER and one of its workers share: when each query that waits there came, in their order.
class read_queue {
public:
  using clock = std::chrono::steady_clock;

  void push(clock::time_point at);
  /// When the first in line came; it is out of the queue from now on.
  clock::time_point pop();
  [[nodiscard]] std::size_t size() const { return size_; }
  void done() { size_ -= 1; }

private:
  std::mutex mutex_;
  std::deque<clock::time_point> came_;
  std::atomic<std::size_t> size_{0}; ///< With the one under way.
};

/// One thread of READER's pool with its connection. A broken one is opened again, once, for the
/// query that met it; then the asker hears `unavailable`.
class read_worker_state {
public:
  static inline const char* name = "read_worker";
  explicit read_worker_state(caf::event_based_actor* self) : self_(self) {}
  caf::behavior make_behavior(reader_config config, std::shared_ptr<read_queue> queue,
                              std::shared_ptr<base::log_limiter> lines);

private:
  template <class... Queries>
  caf::behavior handlers(std::variant<Queries...>*);
  template <class Query>
  caf::response_promise on_query(const Query& x);
  template <class Query>
  auto ask_postgres(const Query& x);
  void complain(const std::string& why);

  caf::event_based_actor* self_;
  reader_config config_;
  std::shared_ptr<read_queue> queue_; ///< Of this worker.
  std::shared_ptr<base::log_limiter> lines_;
  std::shared_ptr<pulse::line> line_;
  std::optional<connection> connection_;
  damage_log damage_;
};

/// State of READER: the bound on what waits, and which worker takes a query: the least busy one.
class reader_state {
public:
  static inline const char* name = "reader";
  explicit reader_state(actors::reader_actor::pointer self) : self_(self) {}
  actors::reader_actor::behavior_type make_behavior(const reader_config& config);

private:
  struct worker {
    caf::actor actor;
    std::shared_ptr<read_queue> queue;
  };

  template <class... Queries>
  actors::reader_actor::behavior_type handlers(std::variant<Queries...>*);
  template <class Query>
  auto on_query(const Query& x);
  [[nodiscard]] bool is_full() const;

  actors::reader_actor::pointer self_;
  reader_config config_;
  std::vector<worker> workers_;
};

/// Spawn entry: `sys.spawn(reader, config)`.
actors::reader_actor::behavior_type
reader(actors::reader_actor::stateful_pointer<reader_state> self, reader_config config);

} // namespace fief::persistence
