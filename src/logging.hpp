#pragma once

#include "actors/messages/status.hpp"
#include "src/config.hpp"

#include <cstdint>
#include <vector>

namespace fief {

/// Sets up the loggers of the program: one per folder, on standard error, and
/// remembers their last warnings and errors. Called once, first.
void start_logging(const log_config& config);

/// Lines that nobody took, since the start.
std::uint64_t log_lines_lost();

/// The last warnings and errors, newest first. Of all loggers, unless `log.level` leaves them out.
std::vector<actors::log_line> recent_log_lines();

} // namespace fief
