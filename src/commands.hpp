#pragma once

#include "src/command_line.hpp"

namespace fief {

/// Runs what the command line asked for, to its end. Never throws: what went wrong is told on
/// standard error.
exit_code run(const command& what);

} // namespace fief
