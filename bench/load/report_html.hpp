#pragma once

#include "bench/load/timeline.hpp"

#include <string>

namespace fief::load {

/// A page with tables and charts that needs nothing else: no script, no font, no network.
std::string report_html(const results& x);

} // namespace fief::load
