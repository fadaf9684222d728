#pragma once

#include "net/api/live_metrics.hpp"
#include "net/net_metrics.hpp"
#include "src/status_sample.hpp"

namespace fief {

/// Reads the counters of the whole process for MONITOR. `metrics` and `gauges` outlive it.
/// Threads: any.
class server_reader {
public:
  /// Registering a metric again gives the one that the sockets count in.
  server_reader(net::metrics_registry& metrics, const server_gauges& gauges)
    : net_(metrics), live_(metrics), gauges_(gauges) {}

  /// All but the time, with what STORE and DIRECTORY said of themselves.
  [[nodiscard]] server_reading read(const actors::store_health& store,
                                    const actors::directory_status& live) const;

private:
  net::net_metrics net_;
  net::live_metrics live_;
  const server_gauges& gauges_;
};

} // namespace fief
