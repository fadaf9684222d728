#pragma once

#include "bench/load/timeline.hpp"

#include <string>

namespace fief::load {

/// Everything, for machines. docs/LOAD.md has its members.
std::string report_json(const results& x);

} // namespace fief::load
