#pragma once

#include "actors/interfaces.hpp"

#include <string>

namespace fief::net {

/// A run's fixes as GPX 1.1, in order of time, with the clock offset applied.
/// Source: https://www.topografix.com/GPX/1/1/.
std::string gpx_of(const actors::run_loaded& x);

} // namespace fief::net
