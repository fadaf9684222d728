#pragma once

#include "actors/interfaces.hpp"
#include "net/gateway.hpp"

#include <chrono>
#include <cstddef>
#include <unordered_map>

namespace fief::net {

struct entity_routes_limits {
  std::size_t entries_max = 4'096; ///< 0: everything goes through DIRECTORY.
  std::chrono::seconds fresh_for{30};
};

/// Asks entities. The first question to one goes through DIRECTORY, which activates it; whoever
/// answers is asked directly for a while, which saves a message and a turn of the one actor that
/// all others need too. DIRECTORY stays the judge of who lives: an entity that has ended gives the
/// question back unread, and DIRECTORY is asked; and it hears of an entity that is in use again
/// and again, so that it does not send it to rest.
///
/// EVENTs are asked through DIRECTORY always: what others did reaches an EVENT as hints by that way
/// before they are answered, so that whoever looks then finds what he did.
///
/// Questions of one thread to one entity arrive in their order: only when none is on its way does
/// the next take another route.
/// Owner: one I/O thread, like the gateway.
class entity_routes {
public:
  using clock = std::chrono::steady_clock;
  using limits = entity_routes_limits;

  /// @pre `actors` dies before this object, or at least its handlers do.
  entity_routes(gateway& actors, limits bounds) : actors_(actors), limits_(bounds) {}

  /// As `gateway::ask`; `now` is about now. An entity that has just ended doubles the deadline.
  void ask(const caf::strong_actor_ptr& directory, const actors::entity_key& to,
           caf::message content, std::chrono::milliseconds deadline, clock::time_point now,
           gateway::reply_handler handler);

  [[nodiscard]] std::size_t known() const { return routes_.size(); }

private:
  struct key_hash {
    std::size_t operator()(const actors::entity_key& x) const {
      return std::hash<base::uuid>{}(x.id) ^ static_cast<std::size_t>(x.kind);
    }
  };
  struct route {
    caf::strong_actor_ptr entity;
    clock::time_point learned;
    std::size_t asked = 0; ///< And not answered.
  };

  void ask_directory(const caf::strong_actor_ptr& directory, const actors::entity_key& to,
                     caf::message content, std::chrono::milliseconds deadline,
                     clock::time_point now, gateway::reply_handler handler);
  void learn(const actors::entity_key& to, const caf::strong_actor_ptr& entity,
             clock::time_point now);
  /// Nobody at the end of this route any more.
  void forget(const actors::entity_key& to, const caf::strong_actor_ptr& entity);

  gateway& actors_;
  limits limits_;
  std::unordered_map<actors::entity_key, route, key_hash> routes_;
};

} // namespace fief::net
