#pragma once

#include "actors/interfaces.hpp"
#include "tests/support/store/memory_change.hpp"

#include <functional>
#include <memory>

namespace fief::test {

/// What befalls one command or query.
enum class store_fault {
  none,        ///< It is done and answered.
  refuse,      ///< Nothing is done: `unavailable`.
  lose_answer, ///< It is committed, and answered `unavailable`; the feed is not told.
  repeat,      ///< It is done twice, as after a COMMIT in doubt; the second answer is given.
  late_answer, ///< It is done and the feed is told; the answer comes after `delay`.
  delay,       ///< It comes again after `delay`, and the hook is asked again.
};

struct memory_store_config {
  game::mining_rules mining;
  /// Asked for every operation with the name of its type. Empty: no faults.
  std::function<store_fault(const char* operation)> fault;
  /// Told of every command right after its commit, before anybody hears the answer.
  std::function<void(const char* operation)> committed;
  caf::timespan delay = std::chrono::milliseconds{10};
};

/// State of the memory STORE: the fake behind the port, over tables that outlive it.
class memory_store_state {
public:
  static inline const char* name = "memory_store";
  explicit memory_store_state(actors::store_actor::pointer self) : self_(self) {}
  actors::store_actor::behavior_type make_behavior(std::shared_ptr<memory_database> database,
                                                   memory_store_config config);

private:
  template <class Command>
  auto handler();

  actors::store_actor::pointer self_;
  std::shared_ptr<memory_database> database_;
  memory_store_config config_;
  caf::actor observer_;
  actors::store_health health_;
};

/// Does what the Postgres STORE does, in memory: no thread, no clock, one command after another.
actors::store_actor::behavior_type
memory_store(actors::store_actor::stateful_pointer<memory_store_state> self,
             std::shared_ptr<memory_database> database, memory_store_config config);

/// State of the memory READER.
class memory_reader_state {
public:
  static inline const char* name = "memory_reader";
  explicit memory_reader_state(actors::reader_actor::pointer self) : self_(self) {}
  actors::reader_actor::behavior_type make_behavior(std::shared_ptr<const memory_database> database,
                                                    memory_store_config config);

private:
  template <class Query>
  auto handler();

  actors::reader_actor::pointer self_;
  std::shared_ptr<const memory_database> database_;
  memory_store_config config_;
};

/// READER over the same tables. Spawn it on the STORE's system: both run on one thread at a time
/// under the testing scheduler; elsewhere the tables are guarded by asking one after the other.
actors::reader_actor::behavior_type
memory_reader(actors::reader_actor::stateful_pointer<memory_reader_state> self,
              std::shared_ptr<const memory_database> database, memory_store_config config);

} // namespace fief::test
