#pragma once

#include "bench/loops/measurement.hpp"
#include "bench/sockets/client.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fief::bench {

/// What all of these programs are told.
struct crowd_options {
  load_options load;
  bool echo = false;           ///< The bare server answers, not ours.
  double rate = 500;           ///< Operations a second, open loop.
  std::size_t fixes = 300;     ///< Of each run before it is measured.
  std::int64_t first_t_ms = 0; ///< Of the first fix of every run.
  std::int64_t until_ms = 0;   ///< The last instant of the rush, by the server's clock.
  std::size_t bytes = 0;       ///< Of a message that the bare server sends to all.
};

/// Many clients on one thread, from several addresses: one for each 10,000. At most a hundred
/// connect at once, since the queue of a listening socket is finite.
class crowd {
public:
  explicit crowd(asio::io_context& io, const crowd_options& options) : io_(io), options_(options) {}

  /// One more, who is to connect with `gather`.
  client& add(std::vector<client::line> opening);
  /// Connects them; `then` once all have said their opening lines and were answered.
  void gather(std::function<void()> then);

  [[nodiscard]] client& at(std::size_t i) { return *clients_[i]; }
  [[nodiscard]] std::size_t size() const { return clients_.size(); }

private:
  static constexpr std::size_t connecting_max = 100;
  static constexpr std::size_t per_source = 10'000;

  void connect_next();

  asio::io_context& io_;
  const crowd_options& options_;
  std::vector<std::unique_ptr<client>> clients_;
  std::function<void()> then_;
  std::size_t started_ = 0;
  std::size_t ready_ = 0;
};

/// The two parts of a credential `TOKEN RUN`; the second may be missing.
struct credential {
  std::string token;
  std::string run;
};
credential credential_of(const load_options& options, std::size_t i);

/// Calls `then` after a while, on the thread of `io`.
void after(asio::io_context& io, double seconds, std::function<void()> then);

/// Latencies gathered one by one.
class latencies {
public:
  using clock = measurement::clock;

  void add(clock::time_point due, clock::time_point done = clock::now());
  [[nodiscard]] std::size_t count() const { return us_.size(); }
  /// `{"count", "p50_us", "p90_us", "p99_us", "p999_us", "max_us"}`.
  [[nodiscard]] std::string to_json();

private:
  std::vector<std::uint32_t> us_;
};

/// CPU time of the watched processes since it was made.
class cpu_account {
public:
  explicit cpu_account(const std::vector<watched_process>& who);
  /// `{"server": 12.3, ...}`, divided by `operations`. Units: microseconds.
  [[nodiscard]] std::string to_json(double operations) const;

private:
  const std::vector<watched_process>& who_;
  std::vector<std::uint64_t> at_first_;
};

/// Resident memory of a process. Units: bytes.
std::uint64_t resident_bytes(pid_t pid);

// What the programs do; each returns one line of JSON.
std::string hold_idle(const crowd_options& options);
std::string watch_map(const crowd_options& options);
std::string time_acks(const crowd_options& options);
std::string upload_runs(const crowd_options& options);
std::string rush_to_finish(const crowd_options& options);

} // namespace fief::bench
