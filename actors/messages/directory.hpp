#pragma once

#include "actors/messages/inspect.hpp"
#include "actors/messages/records.hpp"

#include <caf/message.hpp>

namespace fief::actors {

enum class entity_kind : std::uint8_t { user = 1, event, area };

/// Names one virtual actor. The only address of an entity.
struct entity_key {
  entity_kind kind = entity_kind::user;
  base::uuid id; ///< An area's S2 id stands in `lo`.
  friend auto operator<=>(const entity_key&, const entity_key&) = default;
};
FIEF_INSPECT(entity_key, x.kind, x.id)

inline entity_key key_of(game::user_id x) {
  return {entity_kind::user, x.value};
}
inline entity_key key_of(game::event_id x) {
  return {entity_kind::event, x.value};
}
inline entity_key key_of(game::area_id x) {
  return {entity_kind::area, {0, x.value}};
}

/// Carries `content` to an entity, which answers the sender itself. DIRECTORY activates the entity
/// first when it is not live, unless `live_only`: then the message is dropped.
/// Errors: `not_found` (no such user or event), `overloaded` (the stash is full), `unavailable`.
struct deliver {
  entity_key to;
  caf::message content;
  bool live_only = false;
};
FIEF_INSPECT(deliver, x.to, x.content, x.live_only)

/// INTERNAL, an entity's answer to `atom::retire` when it has work left or is attached to a
/// session. One that has neither ends instead; whoever addresses it next activates it again.
struct entity_stays {
  entity_key who;
};
FIEF_INSPECT(entity_stays, x.who)

/// How many actors live. Reply: `directory_status`.
struct get_directory_status {};
FIEF_INSPECT_EMPTY(get_directory_status)

struct directory_status {
  std::uint64_t users = 0;
  std::uint64_t events = 0;
  std::uint64_t areas = 0;
  std::uint64_t loading = 0;
  std::uint64_t stashed = 0;
  std::uint64_t activations = 0;
  std::uint64_t passivations = 0;
  std::uint64_t refused = 0; ///< Messages refused because a stash was full.
};
FIEF_INSPECT(directory_status, x.users, x.events, x.areas, x.loading, x.stashed, x.activations,
             x.passivations, x.refused)

} // namespace fief::actors
