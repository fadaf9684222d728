#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace fief::bench {

/// A process whose CPU time is measured while we load it.
struct watched_process {
  std::string name;
  pid_t pid = 0;
  bool with_children = false; ///< And those that it started and that still live: Postgres.
};

/// Reads `name=PID`, or `name=PID+` for the children too. Ends the program for any other text.
watched_process parse_watched(const std::string& text);

/// CPU time of all threads so far, user and kernel. Units: nanoseconds, from the scheduler's own
/// account and not from its ticks. What has ended is not counted.
std::uint64_t cpu_ns(const watched_process& who);

} // namespace fief::bench
