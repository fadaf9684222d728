#pragma once

#include "actors/context.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <vector>

namespace fief::actors {

/// How DIRECTORY makes a live entity from what READER loaded. A port, so that the directory knows
/// keys and lives and nothing of what an entity does.
struct entity_factory {
  std::function<caf::actor(caf::local_actor*, const context_ptr&, user_loaded)> user;
  std::function<caf::actor(caf::local_actor*, const context_ptr&, event_loaded)> event;
  std::function<caf::actor(caf::local_actor*, const context_ptr&, area_loaded, game::area_id)> area;
};

struct directory_config {
  store_actor store;
  reader_actor reader;
  std::shared_ptr<const time_source> time;
  std::shared_ptr<const settings> rules;
  entity_factory factory;
  std::shared_ptr<actor_gauges> gauges = std::make_shared<actor_gauges>();
};

/// State of DIRECTORY. An entry goes through: waiting (for a place among those loading) -> loading
/// -> live -> retiring -> gone. Messages that come before live or while retiring wait in the
/// entry's stash, hints too, since a change may commit between the load's snapshot and its arrival.
class directory_state {
public:
  static inline const char* name = "directory";

  explicit directory_state(directory_actor::pointer self) : self_(self) {}

  directory_actor::behavior_type make_behavior(directory_config config);

  [[nodiscard]] const directory_status& status() const { return status_; }

private:
  enum class phase : std::uint8_t { waiting, loading, live, retiring };

  struct stashed {
    caf::strong_actor_ptr sender;
    caf::message_id mid;
    caf::message content;
    bool hint = false;
  };

  struct entry {
    phase at = phase::waiting;
    caf::actor actor;
    std::vector<stashed> stash;
    std::chrono::steady_clock::time_point used{};
    std::list<entity_key>::iterator place{}; ///< In `by_use_`, while live.
  };

  using entries = std::map<entity_key, entry>;

  void on_deliver(const deliver& x);
  void on_stays(const entity_key& who);
  void on_tick();
  void on_committed(const committed& x);
  void on_down(const caf::down_msg& x);
  void on_exit(const caf::exit_msg& x);

  /// Forwards, keeping sender and request id, so that the entity replies by itself.
  void forward(const caf::actor& to, const caf::strong_actor_ptr& sender, caf::message_id mid,
               const caf::message& content);
  void refuse(const stashed& x, game::errc why);
  void stash(entry& e, stashed x);
  void touch(const entity_key& key, entry& e);
  void start_loading(const entity_key& key);
  void tell_gauges();
  void load_next();
  template <class Request, class Loaded>
  void load(const entity_key& key, Request request);
  void become_live(const entity_key& key, caf::actor actor);
  void fail_loading(const entity_key& key, const caf::error& why);
  void remove(entries::iterator it);
  void hint_live(const entity_key& to, caf::message content);
  [[nodiscard]] std::uint64_t& live_count(entity_kind kind);

  directory_actor::pointer self_;
  directory_config config_;
  context_ptr context_;
  entries entries_;
  std::list<entity_key> by_use_; ///< Live entries, longest unused first.
  std::map<caf::actor_addr, entity_key> by_address_;
  std::deque<entity_key> queue_; ///< Waiting for a place among those loading.
  std::uint32_t loading_ = 0;
  directory_status status_;
};

/// Spawn entry. Entities end with it.
directory_actor::behavior_type directory(directory_actor::stateful_pointer<directory_state> self,
                                         directory_config config);

} // namespace fief::actors
