#include "persistence/connection_options.hpp"

namespace fief::persistence {

std::string with_connect_timeout(const std::string& options, int seconds) {
  if (options.find("connect_timeout") != std::string::npos)
    return options;
  auto setting = "connect_timeout=" + std::to_string(seconds);
  if (options.starts_with("postgres://") || options.starts_with("postgresql://"))
    return options + (options.find('?') == std::string::npos ? "?" : "&") + setting;
  return options + " " + setting;
}

} // namespace fief::persistence
