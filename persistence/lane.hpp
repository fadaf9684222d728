#pragma once

#include "actors/fwd.hpp"
#include "actors/interfaces.hpp"
#include "base/log_limiter.hpp"
#include "base/rng.hpp"
#include "persistence/batch.hpp"

#include <atomic>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <deque>
#include <memory>
#include <optional>

namespace fief::persistence {

/// What a lane tells of itself, from its own thread to anyone.
struct lane_gauge {
  std::atomic<bool> connected{false};
  std::atomic<std::uint64_t> queued{0}; ///< Admitted and not answered. STORE raises it.
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> operations{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> retries{0};
  std::atomic<std::uint64_t> commit_us_last{0};
};

struct lane_config {
  std::string options; ///< Of libpq.
  std::string name;    ///< Of the connection; may be empty.
  std::size_t batch_max = 1'000;
  base::milliseconds patience{3'000}; ///< How long an operation waits for Postgres to come back.
  base::milliseconds backoff_min{20};
  base::milliseconds backoff_max{500};
  base::milliseconds probe_period{250}; ///< An idle connection is looked at this often.
  std::int64_t statement_timeout_ms = 30'000;
  std::uint64_t seed = 1; ///< Of the jitter.
  game::mining_rules mining;
  std::shared_ptr<lane_gauge> gauge;
  std::shared_ptr<fief::persistence::pulse> pulse;
  std::shared_ptr<base::log_limiter> lines; ///< Of the log, shared by all lanes.
};

/// State of one LANE: a thread with one connection, which commits what has gathered while the
/// commit before was under way: an idle lane commits at once, a busy one in groups. The mailbox is
/// the queue; STORE bounds it.
///
/// A fault that passes (Postgres away, a deadlock) sends the same batch again, which is safe as
/// every operation is idempotent. After `patience` what waits is refused as `unavailable`, but a
/// batch whose COMMIT may have arrived is held until Postgres can tell.
class lane_state {
public:
  static inline const char* name = "lane";
  explicit lane_state(caf::event_based_actor* self) : self_(self) {}

  caf::behavior make_behavior(lane_config config);

private:
  template <class... Ops>
  caf::behavior handlers(std::variant<Ops...>*);
  template <class Op>
  caf::response_promise on_operation(const Op& x);

  void on_flush();
  void on_tick();
  void on_exit(const caf::exit_msg& x);

  /// Moves waiting jobs into the batch. False: there is nothing to do.
  bool fill_batch();
  bool connect();
  void attempt();
  void on_fault(const std::exception& x);
  void answer_batch();
  void refuse_overdue();
  void refuse(job& j, game::errc why);
  void wake_after(base::milliseconds delay);
  base::milliseconds next_backoff();
  /// Writes a line of trouble, unless one was written just now.
  template <class... Args>
  void complain(const char* text, const Args&... args);

  caf::event_based_actor* self_;
  lane_config config_;
  base::rng random_{1};
  std::shared_ptr<pulse::line> line_;
  std::optional<connection> connection_;
  std::deque<job> waiting_;
  std::vector<job> batch_; ///< Sent and not answered; first in line.
  bool in_doubt_ = false;  ///< The batch may be committed.
  isolation how_ = isolation::together;
  std::uint32_t faults_ = 0; ///< In a row.
  bool awake_ = false;       ///< A flush is on its way.
  bool used_ = false;        ///< The connection answered since the last tick.
  caf::actor observer_;
};

caf::behavior lane(caf::stateful_actor<lane_state>* self, lane_config config);

} // namespace fief::persistence
