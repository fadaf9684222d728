#include "persistence/logger.hpp"

#include <spdlog/spdlog.h>

namespace fief::persistence {

std::shared_ptr<spdlog::logger> logger() {
  if (auto own = spdlog::get("persistence"))
    return own;
  return spdlog::default_logger();
}

} // namespace fief::persistence
