#pragma once

// The server at a glance, for operators.

#include "actors/messages/records.hpp"

namespace fief::actors {

/// One reading. Rates and quantiles are of the time since the one before.
struct status_sample {
  instant at{}; ///< By the wall clock.
  std::uint64_t sockets = 0;
  double requests_per_s = 0;
  double fixes_per_s = 0;           ///< Acknowledged.
  caf::optional<double> ack_p50_ms; ///< Nothing without an acknowledgement; nor the next two.
  caf::optional<double> ack_p99_ms;
  double commits_per_s = 0;
  caf::optional<double> batch_mean; ///< Operations a commit; nothing without a commit.
  double commit_ms = 0;             ///< Duration of the last one.
  std::uint64_t users = 0;          ///< Live actors.
  std::uint64_t events = 0;
  std::uint64_t areas = 0;
  std::uint64_t loading = 0;
  std::vector<std::string> queue_names; ///< Of the queues,
  std::vector<std::uint64_t> waiting;   ///< and what waits in each, at the same index.
  std::uint64_t refused = 0;            ///< Turned away at the bound of a queue.
  double cpu_cores = 0;                 ///< Kept busy.
  std::uint64_t resident_bytes = 0;
};
FIEF_INSPECT(status_sample, x.at, x.sockets, x.requests_per_s, x.fixes_per_s, x.ack_p50_ms,
             x.ack_p99_ms, x.commits_per_s, x.batch_mean, x.commit_ms, x.users, x.events, x.areas,
             x.loading, x.queue_names, x.waiting, x.refused, x.cpu_cores, x.resident_bytes)

/// A warning or an error of the log.
struct log_line {
  instant at{};
  std::string level; ///< `warning`, `error` or `critical`.
  std::string logger;
  std::string text;
};
FIEF_INSPECT(log_line, x.at, x.level, x.logger, x.text)

/// Reply: `server_status`.
struct get_status {};
FIEF_INSPECT_EMPTY(get_status)

struct server_status {
  std::string version;
  instant started_at{};
  instant now{};
  bool connected = false;             ///< Every lane is connected and Postgres answers.
  milliseconds silent{0};             ///< How long Postgres has not answered an open question.
  std::vector<status_sample> samples; ///< Oldest first.
  std::vector<log_line> errors;       ///< Newest first.
};
FIEF_INSPECT(server_status, x.version, x.started_at, x.now, x.connected, x.silent, x.samples,
             x.errors)

} // namespace fief::actors
