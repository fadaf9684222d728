#pragma once

#include <memory>
#include <spdlog/logger.h>
#include <string>

namespace fief::persistence {

/// The folder's logger, `persistence`. Any thread.
std::shared_ptr<spdlog::logger> logger();

/// What libpq says in several lines, as one.
std::string one_line(std::string text);

} // namespace fief::persistence
