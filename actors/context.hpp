#pragma once

#include "actors/gauges.hpp"
#include "actors/interfaces.hpp"
#include "actors/settings.hpp"
#include "actors/time_source.hpp"

#include <memory>

namespace fief::actors {

/// What every entity is given when it is activated: its ports, and the way to other entities.
struct context {
  store_actor store;
  reader_actor reader;
  caf::actor directory; ///< A `directory_actor`; untyped because a reply comes from the entity.
  std::shared_ptr<const time_source> time;
  std::shared_ptr<const settings> rules;
  std::shared_ptr<actor_gauges> gauges = std::make_shared<actor_gauges>();

  [[nodiscard]] instant now() const { return time->now(); }
};

using context_ptr = std::shared_ptr<const context>;

} // namespace fief::actors
