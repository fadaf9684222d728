#pragma once

#include "actors/interfaces.hpp"
#include "src/status_sample.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fief {

struct monitor_config {
  base::milliseconds period{10'000};
  base::milliseconds answer_max{2'000}; ///< STORE and DIRECTORY have so long for an answer.
  std::size_t samples_max = 360;        ///< An hour of them.
};

/// What MONITOR looks at. Each may be called from any thread.
struct monitor_ports {
  actors::store_actor store;
  actors::directory_actor directory;
  std::string version;
  /// The wall clock, also where the game has another one.
  std::function<base::instant()> now;
  /// All but the time.
  std::function<server_reading(const actors::store_health&, const actors::directory_status&)> read;
  /// How long Postgres has not answered an open question.
  std::function<base::milliseconds()> silent;
  /// The last warnings and errors of the log, newest first.
  std::function<std::vector<actors::log_line>()> errors;
};

/// State of MONITOR: the samples of the last hour. It only reads: one that is slow or gone harms
/// nobody, and whoever does not answer it in time is shown as it was, not waited for.
class monitor_state {
public:
  static inline const char* name = "monitor";

  explicit monitor_state(actors::monitor_actor::pointer self) : self_(self) {}

  actors::monitor_actor::behavior_type make_behavior(monitor_ports ports, monitor_config config);

private:
  using status_promise = caf::typed_response_promise<actors::server_status>;

  void on_tick();
  void ask_directory();
  void take_sample();
  caf::result<actors::server_status> on_get_status();
  void answer(status_promise reply);
  [[nodiscard]] actors::server_status status(bool connected) const;

  actors::monitor_actor::pointer self_;
  monitor_ports ports_;
  monitor_config config_;
  base::instant started_at_{};
  actors::store_health store_;    ///< As it was last heard to be.
  actors::directory_status live_; ///< The same.
  std::optional<server_reading> last_;
  std::deque<actors::status_sample> samples_; ///< Oldest first.
  std::vector<status_promise> waiting_;       ///< For the first sample.
};

/// Spawn entry: one per node.
actors::monitor_actor::behavior_type
monitor(actors::monitor_actor::stateful_pointer<monitor_state> self, monitor_ports ports,
        monitor_config config);

} // namespace fief
