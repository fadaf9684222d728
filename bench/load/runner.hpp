#pragma once

#include "bench/load/run_session.hpp"
#include "bench/load/shop.hpp"

#include <optional>

namespace fief::load {

/// One runner: arrives, runs along a generated route, rests and runs again, until the time is over.
/// Every step has the instant at which it is due, whatever the server does; only what the protocol
/// demands is waited for, and then the latency counts from when it was due.
class runner {
public:
  runner(world& in, person& who, std::uint32_t index);

  /// Until the last run has its result, or nothing is waited for any longer.
  asio::awaitable<void> play();

private:
  /// The plan of one run.
  struct outing {
    std::uint32_t seconds = 0; ///< And so many fixes.
    std::int64_t start_ms = 0;
    std::uint32_t batch = 10;
    std::uint32_t first_batch = 10;
    std::uint32_t late_from = 0; ///< From this seq on it comes over REST; 0: nothing does.
    std::int64_t drop_from_ms = 0;
    std::int64_t drop_to_ms = 0; ///< 0: no drop-out.
  };

  /// Seconds that the next run may last, by the time in which runners run; nothing: no more runs.
  std::optional<std::uint32_t> next_length(steady_time due);
  outing plan(steady_time due, std::uint32_t seconds);
  /// The chance in it is of this run alone: what was run before, by whomever, would be a replay.
  [[nodiscard]] std::vector<fix> record_run(const std::string& run, std::uint32_t seconds) const;
  asio::awaitable<void> run_once(steady_time due, outing x);
  asio::awaitable<std::string> start(steady_time due);
  asio::awaitable<std::string> start_free(steady_time due);
  asio::awaitable<void> send_batches(const outing& x);
  asio::awaitable<void> through_tunnel(const outing& x, std::uint32_t seq);
  asio::awaitable<void> save(steady_time due);
  asio::awaitable<void> save_over_rest(steady_time due);
  asio::awaitable<void> fetch_result();
  [[nodiscard]] bool is_in_time() const { return steady::now() < in_.give_up; }

  world& in_;
  person& who_;
  std::uint32_t index_;
  base::rng random_;
  alarm alarm_;
  run_session session_;
  shop shop_;
  metres home_;
};

} // namespace fief::load
