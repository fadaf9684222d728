#include "persistence/logger.hpp"

#include <spdlog/spdlog.h>

namespace fief::persistence {

std::shared_ptr<spdlog::logger> logger() {
  if (auto own = spdlog::get("persistence"))
    return own;
  return spdlog::default_logger();
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  for (auto& c : text)
    if (c == '\n' || c == '\t' || c == '\r')
      c = ' ';
  return text;
}

} // namespace fief::persistence
