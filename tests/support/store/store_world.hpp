#pragma once

#include "actors/convert.hpp"
#include "actors/interfaces.hpp"
#include "game/errc.hpp"

#include <caf/all.hpp>
#include <chrono>
#include <memory>
#include <vector>

namespace fief::test {

/// The two implementations of STORE and READER that the storage cases run against.
enum class backend { memory, postgres };

/// One empty world behind the two ports. Implementations own what is behind.
class store_ports {
public:
  virtual ~store_ports() = default;
  actors::store_actor store;
  actors::reader_actor reader;
};

/// Tables in memory, always there.
std::unique_ptr<store_ports> make_memory_ports(caf::actor_system& system,
                                               const game::mining_rules& mining);

/// A database of its own in the Postgres of this test program. Defined by the programs that have
/// one.
std::unique_ptr<store_ports> make_postgres_ports(caf::actor_system& system,
                                                 const game::mining_rules& mining);

/// Our message types in a system with two scheduler threads.
class test_config : public caf::actor_system_config {
public:
  test_config();
};

/// A blocking client of STORE and READER: commands one after another, or many at once.
class store_world {
public:
  explicit store_world(backend which, const game::mining_rules& mining = {});
  ~store_world();

  template <class Message>
  using reply_of_write = std::tuple_element_t<
    0, typename caf::response_type<actors::store_actor::signatures, Message>::tuple_type>;
  template <class Message>
  using reply_of_read = std::tuple_element_t<
    0, typename caf::response_type<actors::reader_actor::signatures, Message>::tuple_type>;

  template <class Command>
  game::outcome<reply_of_write<Command>> write(const Command& command) {
    return ask<reply_of_write<Command>>(ports_->store, command);
  }

  template <class Query>
  game::outcome<reply_of_read<Query>> read(const Query& query) {
    return ask<reply_of_read<Query>>(ports_->reader, query);
  }

  /// Sends every command before it looks at the first answer.
  template <class Command>
  auto write_at_once(const std::vector<Command>& commands) {
    using reply = reply_of_write<Command>;
    std::vector<game::outcome<reply>> replies;
    auto pending =
      std::vector<decltype(self_->request(ports_->store, patience, commands.front()))>{};
    for (const auto& command : commands)
      pending.push_back(self_->request(ports_->store, patience, command));
    for (auto& handle : pending)
      handle.receive([&](reply& x) { replies.emplace_back(std::move(x)); },
                     [&](const caf::error& why) { replies.emplace_back(actors::errc_of(why)); });
    return replies;
  }

  /// Makes this world the observer of commits.
  void observe();
  /// What the feed has told since the last call, once it has told of `accounts` accounts, `notices`
  /// notices and `events` events; less when the patience runs out.
  actors::committed feed(std::size_t accounts, std::size_t notices, std::size_t events);
  /// What the feed had told an observer who asks this when he heard the answer.
  actors::committed told_before_answer(const actors::buy_ticket& x);

  static constexpr std::chrono::seconds patience{30};

private:
  template <class Reply, class Handle, class Message>
  game::outcome<Reply> ask(const Handle& handle, const Message& message) {
    auto outcome = game::outcome<Reply>{game::errc::unavailable};
    self_->request(handle, patience, message)
      .receive([&](Reply& x) { outcome = std::move(x); },
               [&](const caf::error& why) { outcome = actors::errc_of(why); });
    return outcome;
  }

  test_config config_;
  caf::actor_system system_;
  std::unique_ptr<store_ports> ports_;
  caf::scoped_actor self_;
  actors::committed told_;
};

} // namespace fief::test
