#pragma once

#include "bench/loops/process_cpu.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace fief::bench {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;
using plain_socket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;

/// What all kinds of load have in common.
struct load_options {
  std::uint16_t port = 0;
  std::size_t connections = 64;
  double warmup_s = 1;
  double seconds = 5;
  std::uint64_t seed = 42;
  std::vector<watched_process> processes;
  std::vector<std::string> credentials; ///< One line a client; used round and round.
};

/// Counts closed loops between the end of the warm-up and the end of the measurement, and the CPU
/// time of the watched processes over just that time. Both ends are timers of `io`, so the caller's
/// clients and this share one thread.
class measurement {
public:
  using clock = std::chrono::steady_clock;

  measurement(asio::io_context& io, const load_options& options);

  /// Begins to warm up: when all clients are connected.
  void start();
  /// One operation that began at `began` is done.
  void done(clock::time_point began);
  /// Whether clients go on.
  [[nodiscard]] bool running() const { return phase_ != phase::over; }
  /// One line of JSON: `{"operations", "seconds", "per_second", "p50_us", "p99_us", "cpu_us":
  /// {...}}`, the CPU time of each process per operation. @pre The measurement is over.
  [[nodiscard]] std::string to_json();

private:
  enum class phase : std::uint8_t { warming, measuring, over };

  void begin();
  void end();

  const load_options& options_;
  asio::basic_waitable_timer<clock, asio::wait_traits<clock>, asio::io_context::executor_type>
    timer_;
  phase phase_ = phase::warming;
  clock::time_point began_{};
  double seconds_ = 0;
  std::vector<std::uint64_t> cpu_ns_; ///< At the beginning; at the end, how much since.
  std::vector<std::uint32_t> latency_us_;
};

/// Says why and ends the program: a bench has nothing to save.
[[noreturn]] void fail(const std::string& why);

/// A socket connected to the loopback.
plain_socket connect_to(asio::io_context& io, std::uint16_t port);

/// Loads `GET target` with keep-alive; a credential is an access token or empty.
std::string load_http(const load_options& options, const std::string& target);

/// Loads batches of 10 fixes; a credential is `TOKEN RUN`. With `echo` the server is expected to
/// send the same bytes back, else to acknowledge. `first_t_ms`: of the first fix of every run.
std::string load_fixes(const load_options& options, bool echo, std::int64_t first_t_ms);

} // namespace fief::bench
