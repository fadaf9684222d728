#pragma once

#include <chrono>
#include <map>
#include <string>

namespace fief::persistence {

/// Reports damaged rows to the log, each text at most once a minute, since what is damaged is often
/// met again at once. Owner: one thread.
class damage_log {
public:
  void report(const std::string& text);

private:
  using clock = std::chrono::steady_clock;
  std::map<std::string, clock::time_point> told_; ///< Bounded.
};

} // namespace fief::persistence
