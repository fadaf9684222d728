#pragma once

#include "persistence/lane.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace fief::persistence {

struct store_config {
  std::string options; ///< Of libpq: `host=... dbname=...` or an address.
  std::string
    name; ///< By which `fence_off` finds the connections; fewer than 64 bytes. Empty: none.
  std::uint32_t fix_lanes = 3;      ///< Connections for fixes; one more commits everything else.
  std::uint64_t queue_max = 20'000; ///< Operations per lane; beyond it `unavailable`.
  std::uint32_t batch_max = 1'000;
  base::milliseconds patience{3'000}; ///< How long an operation waits for Postgres to come back.
  /// Postgres silent for so long: nobody joins the queue any more. More than a slow one needs.
  base::milliseconds silence_max{4'000};
  std::uint64_t seed = 1; ///< Of the jitter between attempts to reconnect.
  game::mining_rules mining;
  std::shared_ptr<fief::persistence::pulse> pulse; ///< Shared with READER. Null: its own.
};

/// State of STORE: the bound on what waits, and which lane an operation takes. Fixes of a user
/// always take the same lane; everything else takes one lane, in order.
class store_state {
public:
  static inline const char* name = "store";
  explicit store_state(actors::store_actor::pointer self) : self_(self) {}

  actors::store_actor::behavior_type make_behavior(const store_config& config);

private:
  struct port {
    caf::actor lane;
    std::shared_ptr<lane_gauge> gauge;
  };

  template <class... Ops>
  actors::store_actor::behavior_type handlers(std::variant<Ops...>*);
  template <class Op>
  caf::typed_response_promise<reply_t<Op>> on_operation(const Op& x);
  port& port_for(const actors::append_fixes& x);
  template <class Op>
  port& port_for(const Op&) {
    return ports_.front();
  }
  void on_observe(const actors::observe_commits& x);
  [[nodiscard]] bool refuses(const port& to) const;
  [[nodiscard]] actors::store_health health() const;

  actors::store_actor::pointer self_;
  store_config config_;
  std::vector<port> ports_; ///< The first one is for everything but fixes.
  std::uint64_t refused_ = 0;
};

/// Spawn entry: `sys.spawn(store, config)`. Commits what it took before it ends.
actors::store_actor::behavior_type store(actors::store_actor::stateful_pointer<store_state> self,
                                         store_config config);

} // namespace fief::persistence
