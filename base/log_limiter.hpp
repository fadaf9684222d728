#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace fief::base {

/// Lets one line of its kind into the log in a period and counts those in between, so that whoever
/// floods us cannot flood the log as well.
/// Threads: any. Cost: two atomic operations.
class log_limiter {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit log_limiter(std::chrono::milliseconds period = std::chrono::seconds{1})
    : period_(period) {}

  /// Nothing: leave this line out. Else how many were left out since the line before.
  std::optional<std::uint64_t> admit(time_point now) {
    auto next = next_.load();
    if (now < next || !next_.compare_exchange_strong(next, now + period_)) {
      left_out_ += 1;
      return std::nullopt;
    }
    return left_out_.exchange(0);
  }

private:
  std::chrono::milliseconds period_;
  std::atomic<time_point> next_{time_point::min()};
  std::atomic<std::uint64_t> left_out_{0};
};

} // namespace fief::base
