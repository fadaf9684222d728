#pragma once

#include "actors/messages/directory.hpp"
#include "actors/messages/status.hpp"
#include "net/metrics.hpp"
#include "src/server_gauges.hpp"

#include <chrono>
#include <optional>

namespace fief {

/// Every counter and level that a sample is made of, as they stood at one moment. Counters are
/// since the start.
struct server_reading {
  base::instant at{};                             ///< By the wall clock, to be shown.
  std::chrono::steady_clock::time_point moment{}; ///< The same, to be reckoned with.
  std::uint64_t sockets = 0;
  std::uint64_t requests = 0;
  std::uint64_t fixes_acked = 0;
  net::histogram::reading acks;
  actors::store_health store;
  actors::directory_status live;
  queue_readings queues{};
  process_usage process;
};

/// What was counted between two readings of one histogram.
net::histogram::reading counted_since(const net::histogram::reading& before,
                                      const net::histogram::reading& now);

/// The duration that `fraction` of the observed ones do not exceed, as if those of a bucket were
/// spread evenly in it. Beyond the last bound: that bound. Nothing when none was observed.
/// Units: milliseconds. Range: `fraction` 0 to 1.
std::optional<double> quantile_ms(const net::histogram::reading& x, double fraction);

/// The sample of `now`, with rates and quantiles of the time since `before`; null when there is
/// none, as for the first one: then nothing has a rate yet.
actors::status_sample sample_of(const server_reading* before, const server_reading& now);

} // namespace fief
