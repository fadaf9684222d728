#pragma once

#include "base/rng.hpp"
#include "game/fix.hpp"

#include <vector>

namespace fief::test {

/// A walk somewhere on Earth with gaps, repeated times and, now and then, no accuracy or height.
/// `seq` from 1.
std::vector<game::fix> any_track(base::rng& random, std::size_t count);

} // namespace fief::test
