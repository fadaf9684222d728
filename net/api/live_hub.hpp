#pragma once

#include "net/api/api_context.hpp"
#include "net/api/live_metrics.hpp"
#include "net/api/map_board.hpp"
#include "net/api/read_turns.hpp"
#include "net/gateway.hpp"
#include "net/json_reader.hpp"

#include <functional>
#include <unordered_map>

namespace fief::net {

class io_thread;
class live_session;

/// What the live sessions of one I/O thread have in common: their numbers, by which USERs address
/// them, the one address of all of them towards the actors, and the map.
/// Owner: one I/O thread. Lifecycle: outlives the thread's gateway and sockets.
class live_hub final : map_port {
public:
  /// All of these outlive its use.
  live_hub(io_thread& thread, const api_context& api, live_metrics& metrics);

  /// Gives the session its number; never the same twice.
  std::uint64_t enlist(live_session& x);
  void dismiss(std::uint64_t number);
  /// Null once it is dismissed: so what comes late is told from what is in time.
  [[nodiscard]] live_session* find(std::uint64_t number) const;
  /// What USERs are given to reach a session.
  [[nodiscard]] actors::session_ref ref_of(std::uint64_t number) const;

  /// Asks an entity through DIRECTORY.
  void ask(const actors::entity_key& to, caf::message content, std::chrono::milliseconds deadline,
           gateway::reply_handler handler);
  /// Tells a live entity.
  void tell(const actors::entity_key& to, caf::message content);

  [[nodiscard]] const api_context& api() const { return api_; }
  [[nodiscard]] live_metrics& metrics() { return metrics_; }
  [[nodiscard]] map_board& board() { return board_; }
  /// Whether the session, which has used up its allowance, may be read once more now; otherwise it
  /// waits until `live_session::on_turn`.
  bool enter_turns(std::uint64_t number);
  /// What a session beyond its allowance has said cost so many units.
  void charge_turns(std::int64_t units) { turns_.charge(units); }
  /// `took`: to the answer of what was said; nothing if nothing was.
  void leave_turns(std::optional<timer_wheel::clock::duration> took);
  [[nodiscard]] io_thread& thread() { return thread_; }
  /// For one message at a time.
  [[nodiscard]] json_document& document() { return document_; }
  [[nodiscard]] game::instant now() const override { return api_.now(); }

private:
  void pace_turns();
  void watch(game::area_id area,
             std::function<void(const actors::area_snapshot*)> handler) override;
  void unwatch(game::area_id area) override;

  void on_message(caf::message& x);
  void look_at_waiting();
  template <class T>
  bool pass_on(caf::message& x);

  io_thread& thread_;
  const api_context& api_;
  live_metrics& metrics_;
  json_document document_;
  map_board board_;
  read_turns turns_;
  bool pacing_ = false;     // the next turn is on the clock
  timer_wheel::timer look_; ///< At those that wait, whether one does for too long.
  std::unordered_map<std::uint64_t, live_session*> sessions_;
  std::uint64_t last_number_ = 0;
};

} // namespace fief::net
