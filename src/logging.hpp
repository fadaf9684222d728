#pragma once

#include "src/config.hpp"

#include <cstdint>

namespace fief {

/// Sets up the loggers of the program: one per folder, on standard error. Called once, first.
void start_logging(const log_config& config);

/// Lines that nobody took, since the start.
std::uint64_t log_lines_lost();

} // namespace fief
