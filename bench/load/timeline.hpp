#pragma once

#include "bench/load/meter.hpp"
#include "bench/load/tally.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace fief::load {

/// Quantiles of one second, or of all. Units: microseconds.
struct quantiles {
  std::uint64_t count = 0;
  std::uint64_t p50 = 0;
  std::uint64_t p90 = 0;
  std::uint64_t p99 = 0;
  std::uint64_t p999 = 0;
  std::uint64_t max = 0;
};
quantiles quantiles_of(const histogram& x);

/// One second of the load, over all processes.
struct moment {
  double at_s = 0;
  std::array<std::uint64_t, level_count> now{};
  std::uint64_t fixes_sent = 0;
  std::uint64_t fixes_acked = 0;
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  quantiles ack;
  quantiles map_delta;
  quantiles rest;
  std::optional<usage> server;
};

/// Everything that was measured.
struct results {
  std::string scenario;
  std::string url;
  std::string began; ///< RFC 3339.
  std::uint64_t seed = 0;
  std::uint32_t runners = 0;
  std::uint32_t watchers = 0;
  std::uint32_t buyers = 0;
  std::uint32_t processes = 0;
  double speed = 1;
  double seconds = 0; ///< From the first process to the last, with the checks.
  bool was_checked = false;
  bool is_complete = true; ///< Neither interrupted nor a process lost.
  std::optional<double> server_cpu_s;
  tally all;
  std::vector<moment> moments;

  /// Fixes acknowledged a second, as long as somebody ran.
  [[nodiscard]] double fixes_rate() const;
};

/// `merged`: what all processes told since the moment before.
moment moment_of(double at_s, const tally& merged,
                 const std::array<std::uint64_t, level_count>& now,
                 const std::optional<usage>& server);

/// Of all REST operations together.
histogram rest_latency(const tally& of);

} // namespace fief::load
