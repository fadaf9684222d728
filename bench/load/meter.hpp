#pragma once

#include "bench/load/clock.hpp"
#include "bench/load/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace fief::load {

/// What the server took of its machine since the reading before.
struct usage {
  double cpu_percent = 0; ///< 100 is one core.
  double memory_mib = 0;
};

/// Reads CPU time and memory of the server: of processes on this machine, or
/// from the server's `/metrics` (`fief_process_cpu_ms_total`, `fief_process_resident_bytes`).
class meter {
public:
  /// @pre One of the two, or neither: then it reads nothing.
  meter(std::vector<pid_t> pids, bool from_metrics, const target& to);

  [[nodiscard]] bool is_used() const { return from_metrics_ || !pids_.empty(); }
  /// Nothing when the server does not say. Takes as long as one request, at most a second.
  std::optional<usage> read();
  /// All since the first reading. Units: seconds.
  [[nodiscard]] double cpu_s() const { return (cpu_ms_ - cpu_ms_first_) / 1'000; }

private:
  struct reading {
    double cpu_ms = 0;
    double bytes = 0;
  };
  [[nodiscard]] std::optional<reading> read_processes() const;
  [[nodiscard]] std::optional<reading> read_metrics() const;

  std::vector<pid_t> pids_;
  bool from_metrics_;
  const target& to_;
  bool has_first_ = false;
  double cpu_ms_first_ = 0;
  double cpu_ms_ = 0;
  steady_time at_{};
};

/// One sample of Prometheus text; nothing when there is none of this name.
std::optional<double> sample_of(std::string_view metrics, std::string_view name);

} // namespace fief::load
