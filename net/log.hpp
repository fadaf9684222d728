#pragma once

#include <spdlog/spdlog.h>

namespace fief::net {

/// The folder's logger: `net` when the application registered one, else the default.
inline spdlog::logger& logger() {
  static const auto mine = [] {
    auto registered = spdlog::get("net");
    return registered ? registered : spdlog::default_logger();
  }();
  return *mine;
}

} // namespace fief::net
