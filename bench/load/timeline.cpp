#include "bench/load/timeline.hpp"

namespace fief::load {

quantiles quantiles_of(const histogram& x) {
  return {x.count(),        x.quantile(0.5),   x.quantile(0.9),
          x.quantile(0.99), x.quantile(0.999), x.max()};
}

double results::fixes_rate() const {
  auto played_s = 1.0;
  for (const auto& x : moments)
    if (x.fixes_acked > 0)
      played_s = x.at_s;
  return static_cast<double>(all.of(counter::fixes_acked)) / played_s;
}

histogram rest_latency(const tally& of) {
  histogram out;
  for (auto i = static_cast<std::size_t>(op_rest_first); i < op_count; ++i)
    out.merge(of.latency[i]);
  return out;
}

moment moment_of(double at_s, const tally& merged,
                 const std::array<std::uint64_t, level_count>& now,
                 const std::optional<usage>& server) {
  moment out;
  out.at_s = at_s;
  out.now = now;
  out.fixes_sent = merged.of(counter::fixes_sent);
  out.fixes_acked = merged.of(counter::fixes_acked);
  out.requests = merged.requests_count();
  out.errors = merged.errors_count();
  out.ack = quantiles_of(merged.of(op::ack));
  out.map_delta = quantiles_of(merged.of(op::map_delta));
  out.rest = quantiles_of(rest_latency(merged));
  out.server = server;
  return out;
}

} // namespace fief::load
