#pragma once

#include "actors/directory.hpp"

#include <caf/actor_system_config.hpp>

namespace fief::actors {

/// Registers our message types and error categories. Every actor system starts here.
void configure(caf::actor_system_config& config);

/// The entities of the game, for DIRECTORY.
entity_factory make_entities();

} // namespace fief::actors
