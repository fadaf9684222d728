#pragma once

#include "actors/interfaces.hpp"
#include "game/run_rules.hpp"

namespace fief::net {

/// What RENDERER does. Cost: linear in the fixes, of which a run has 50,000 at most.
actors::track_rendered render(const actors::render_track& x, const game::run_rules& rules);

} // namespace fief::net
