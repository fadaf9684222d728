#pragma once

#include "actors/interfaces.hpp"
#include "game/fix.hpp"
#include "game/run_rules.hpp"

#include <string>
#include <vector>

namespace fief::net {

/// What was stored of a run, in the order of the chunks. Those that cannot be read are left out.
std::vector<game::fix> fixes_of(const actors::run_loaded& x);

/// `Track` of `openapi.yaml`: the points as `rules` leave them, and what they notice on them.
/// Cost: linear in the fixes, of which a run has 50,000 at most; about 60 bytes a point.
std::string track_json(const actors::run_loaded& x, const game::run_rules& rules);

} // namespace fief::net
