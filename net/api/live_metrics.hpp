#pragma once

#include "net/byte_budget.hpp"
#include "net/metrics.hpp"

#include <atomic>
#include <cstddef>

namespace fief::net {

/// Places that many take, with a bound. Threads: any.
class bounded_gauge {
public:
  explicit bounded_gauge(gauge& level) : level_(level) {}
  /// False when all `max` places are taken.
  [[nodiscard]] bool enter(std::size_t max) {
    if (taken_.fetch_add(1) >= max) {
      taken_.fetch_sub(1);
      return false;
    }
    level_.add(1);
    return true;
  }
  void leave() {
    taken_.fetch_sub(1);
    level_.add(-1);
  }

private:
  gauge& level_;
  std::atomic<std::size_t> taken_{0};
};

/// What the live sockets of all threads count together.
struct live_metrics {
  /// `map_texts_max`: bytes of large map messages, queued or being sent, a shared one once.
  explicit live_metrics(metrics_registry& r, std::size_t map_texts_max = 512 << 20)
    : sessions(r.add_gauge("fief_net_live_sessions_count", "Sockets of users who said hello")),
      anonymous(r.add_gauge("fief_net_live_anonymous_count", "Sockets that are nobody's")),
      anonymous_refused(r.add_counter("fief_net_live_anonymous_refused_total",
                                      "Sockets closed as too many were nobody's")),
      superseded(
        r.add_counter("fief_net_live_superseded_total", "Sockets whose run another one took over")),
      errors(r.add_counter("fief_net_live_errors_total", "Error messages sent to sockets")),
      fixes_received(r.add_counter("fief_net_live_fixes_total", "Fixes received on sockets")),
      fixes_acked(r.add_counter("fief_net_live_fixes_acked_total",
                                "Of them, those whose batch was acknowledged")),
      pauses(r.add_counter("fief_net_live_pauses_total",
                           "Times a socket was not read for want of credit")),
      turns(r.add_counter("fief_net_live_turns_total",
                          "Messages read in turn from sockets beyond their allowance")),
      turns_waiting(r.add_gauge("fief_net_live_turns_waiting_count",
                                "Sockets beyond their allowance that wait for a turn")),
      ack_seconds(r.add_histogram("fief_net_live_ack_seconds", "From fixes to their ack")),
      subscriptions(r.add_gauge("fief_net_map_subscriptions_count", "Map subscriptions")),
      views(r.add_gauge("fief_net_map_views_count", "Boxes that differ, over all threads")),
      areas(r.add_gauge("fief_net_map_areas_count", "Areas mirrored, over all threads")),
      snapshots(r.add_counter("fief_net_map_snapshots_total", "Map snapshots sent")),
      deltas(r.add_counter("fief_net_map_deltas_total", "Map deltas sent")),
      encodings(r.add_counter("fief_net_map_encodings_total",
                              "Times a view was encoded, for however many watchers")),
      texts_full(r.add_counter("fief_net_map_texts_refused_total",
                               "Large map messages put off, as there was no memory for them")),
      texts(map_texts_max,
            r.add_gauge("fief_net_map_texts_bytes", "Large map messages that are on their way")),
      gaps(r.add_counter("fief_net_map_gaps_total", "Deltas that did not follow on")) {}

  gauge& sessions;
  bounded_gauge anonymous;
  counter& anonymous_refused;
  counter& superseded;
  counter& errors;
  counter& fixes_received;
  counter& fixes_acked;
  counter& pauses;
  counter& turns;
  gauge& turns_waiting;
  histogram& ack_seconds;
  gauge& subscriptions;
  gauge& views;
  gauge& areas;
  counter& snapshots;
  counter& deltas;
  counter& encodings;
  counter& texts_full;
  byte_budget texts;
  counter& gaps;
};

} // namespace fief::net
