#pragma once

#include "net/metrics.hpp"

namespace fief::net {

/// What the live sockets of all threads count together.
struct live_metrics {
  explicit live_metrics(metrics_registry& r)
    : sessions(r.add_gauge("fief_net_live_sessions_count", "Sockets of users who said hello")),
      superseded(
        r.add_counter("fief_net_live_superseded_total", "Sockets whose run another one took over")),
      errors(r.add_counter("fief_net_live_errors_total", "Error messages sent to sockets")),
      fixes_received(r.add_counter("fief_net_live_fixes_total", "Fixes received on sockets")),
      fixes_acked(r.add_counter("fief_net_live_fixes_acked_total",
                                "Of them, those whose batch was acknowledged")),
      pauses(r.add_counter("fief_net_live_pauses_total",
                           "Times a socket was not read for want of credit")),
      ack_seconds(r.add_histogram("fief_net_live_ack_seconds", "From fixes to their ack")),
      subscriptions(r.add_gauge("fief_net_map_subscriptions_count", "Map subscriptions")),
      views(r.add_gauge("fief_net_map_views_count", "Boxes that differ, over all threads")),
      areas(r.add_gauge("fief_net_map_areas_count", "Areas mirrored, over all threads")),
      snapshots(r.add_counter("fief_net_map_snapshots_total", "Map snapshots sent")),
      deltas(r.add_counter("fief_net_map_deltas_total", "Map deltas sent")),
      encodings(r.add_counter("fief_net_map_encodings_total",
                              "Times a view was encoded, for however many watchers")),
      gaps(r.add_counter("fief_net_map_gaps_total", "Deltas that did not follow on")) {}

  gauge& sessions;
  counter& superseded;
  counter& errors;
  counter& fixes_received;
  counter& fixes_acked;
  counter& pauses;
  histogram& ack_seconds;
  gauge& subscriptions;
  gauge& views;
  gauge& areas;
  counter& snapshots;
  counter& deltas;
  counter& encodings;
  counter& gaps;
};

} // namespace fief::net
