#pragma once

#include "actors/messages/directory.hpp"

#include <caf/actor.hpp>
#include <caf/send.hpp>
#include <chrono>
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

/// How long an entity may take to answer another one. An actor that dies drops what it owes, and
/// across nodes nothing tells: the asker then hears an error and tries again later.
inline constexpr std::chrono::seconds ask_deadline{30};

/// Asks an entity through DIRECTORY. The answer is the entity's own, or an error.
template <class Self, class T>
auto ask(Self* self, const caf::actor& directory, const entity_key& to, T&& x) {
  return self->request(directory, ask_deadline,
                       deliver{to, caf::make_message(std::forward<T>(x)), false});
}

} // namespace fief::actors
