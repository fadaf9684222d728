#pragma once

#include "actors/messages/directory.hpp"

#include <caf/actor.hpp>
#include <caf/send.hpp>
#include <utility>

namespace fief::actors {

/// Sends `x` to an entity through DIRECTORY, without a reply.
template <class T>
void tell(const caf::actor& directory, const entity_key& to, T&& x) {
  caf::anon_send(directory, deliver{to, caf::make_message(std::forward<T>(x)), false});
}

/// Sends `x` only if the entity is live: a hint that it would otherwise find when it loads.
template <class T>
void hint(const caf::actor& directory, const entity_key& to, T&& x) {
  caf::anon_send(directory, deliver{to, caf::make_message(std::forward<T>(x)), true});
}

/// Asks an entity through DIRECTORY. The answer is the entity's own or an error; between local
/// actors one always comes, and the deadline stands at the edge.
template <class Self, class T>
auto ask(Self* self, const caf::actor& directory, const entity_key& to, T&& x) {
  return self->request(directory, caf::infinite,
                       deliver{to, caf::make_message(std::forward<T>(x)), false});
}

} // namespace fief::actors
