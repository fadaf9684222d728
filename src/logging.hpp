#pragma once

#include "src/config.hpp"

namespace fief {

/// Sets up the loggers of the program: one per folder, on standard error. Called once, first.
void start_logging(const log_config& config);

} // namespace fief
