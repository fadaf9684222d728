#pragma once

#include <memory>
#include <spdlog/logger.h>

namespace fief::persistence {

/// The folder's logger, `persistence`. Any thread.
std::shared_ptr<spdlog::logger> logger();

} // namespace fief::persistence
