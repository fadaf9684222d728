#pragma once

#include "bench/load/histogram.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fief::load {

/// What has a latency. Each is measured from the instant at which it was due by the schedule.
enum class op : std::uint8_t {
  ack,           ///< A batch of fixes, from when its last fix was made to its acknowledgement.
  ack_catch_up,  ///< The same after a drop-out: from the end of the drop-out.
  connect,       ///< A socket, from the first packet to `welcome`.
  finish,        ///< From `finish` to the processed run.
  map_snapshot,  ///< From `subscribe` to the snapshot.
  map_delta,     ///< From `finish` of a run to the first sight of its tiles by each watcher.
  ping,          ///< `ping` to `pong` on a watcher's socket.
  settle,        ///< From the cut of an event to its final results.
  register_user, // From here on: REST, named by method and path.
  login,
  refresh,
  start_run,
  consume_ticket,
  upload_fixes,
  finish_rest,
  get_run,
  get_track,
  get_me,
  list_events,
  get_leaderboard,
  buy_ticket,
  list_tickets,
  list_ledger,
  get_mining,
  claim_mining,
  get_territory,
  operate,
};
constexpr std::size_t op_count = static_cast<std::size_t>(op::operate) + 1;
constexpr op op_rest_first = op::register_user;

/// As the reports call it: `ack`, `POST /v1/runs`.
std::string_view name_of(op x);

/// What is only counted.
enum class counter : std::uint8_t {
  fixes_sent,
  fixes_acked,
  messages_in,
  bytes_in,
  bytes_out,
  runs_started,
  runs_finished, ///< Processed, whatever the verdict.
  runs_accepted,
  tiles_told, ///< Provisional ones.
  drops,      ///< Cut by a runner on purpose.
  closed_by_server,
  reconnects,
  late_uploads,
  repeats, ///< Fixes sent again after a resume.
  deltas,
  snapshots,
  tickets_bought,
  tickets_used,
  schedule_behind, ///< Steps begun over 50 ms late by the harness itself.
  checks_made,
};
constexpr std::size_t counter_count = static_cast<std::size_t>(counter::checks_made) + 1;
std::string_view name_of(counter x);

/// What is now, and is not added up over time.
enum class level : std::uint8_t { runners_out, sockets_open, requests_open };
constexpr std::size_t level_count = static_cast<std::size_t>(level::requests_open) + 1;

/// What happened in some span of time, in one process or in all of them.
struct tally {
  /// Violations kept in full; the rest is only counted.
  static constexpr std::size_t violations_kept_max = 50;

  std::array<histogram, op_count> latency;
  std::array<std::uint64_t, counter_count> count{};
  std::map<std::string, std::uint64_t> errors;   ///< By code, with the operation before it.
  std::map<std::string, std::uint64_t> verdicts; ///< Of runs: state and reasons.
  std::vector<std::string> violations;
  std::uint64_t violations_count = 0;

  histogram& of(op x) { return latency[static_cast<std::size_t>(x)]; }
  [[nodiscard]] const histogram& of(op x) const { return latency[static_cast<std::size_t>(x)]; }
  std::uint64_t& of(counter x) { return count[static_cast<std::size_t>(x)]; }
  [[nodiscard]] std::uint64_t of(counter x) const { return count[static_cast<std::size_t>(x)]; }

  void error(std::string_view where, std::string_view code);
  /// The server broke a promise.
  void violation(std::string what);
  [[nodiscard]] std::uint64_t errors_count() const;
  [[nodiscard]] std::uint64_t requests_count() const;

  void merge(const tally& other);
};

/// What a process sends to its parent once a second.
struct snapshot {
  std::uint32_t second = 0;
  bool is_last = false;
  std::array<std::uint64_t, level_count> now{};
  tally since_last;
};

std::string to_wire(const snapshot& x);
snapshot from_wire(std::string_view text);

} // namespace fief::load
