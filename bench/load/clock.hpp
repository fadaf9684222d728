#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace fief::load {

using steady = std::chrono::steady_clock;
using steady_time = steady::time_point;

/// The server's time, from what its answers told: a reading may come late, never early, so the time
/// that this tells is at most the server's, as long as the speed is right.
class server_clock {
public:
  /// `speed`: how much faster than life it runs, when the caller knows; else it is measured.
  explicit server_clock(std::optional<double> speed = std::nullopt) : given_(speed) {}

  /// `server_ms` was told by something that arrived at `at`.
  void learn(std::int64_t server_ms, steady_time at);
  [[nodiscard]] bool is_known() const { return last_ms_.has_value(); }
  /// The given speed, or the measured one: a whole number when it is within 3 % of one.
  [[nodiscard]] double speed() const;
  [[nodiscard]] std::int64_t now_ms(steady_time at) const;

private:
  std::optional<double> given_;
  std::int64_t first_ms_ = 0;
  steady_time first_at_{};
  std::optional<std::int64_t> last_ms_;
  steady_time last_at_{};
};

/// The time in which runners run. It is the server's where the server runs at least as fast as the
/// scenario wants; else it begins in the past, runs faster than the server's and meets it at the
/// end, so that no fix is ever in the server's future.
class play_clock {
public:
  play_clock() = default;
  /// `end`: when the last fix is made. `speed_wanted`: of the scenario.
  play_clock(const server_clock& server, double speed_wanted, steady_time now, steady_time end);

  [[nodiscard]] double speed() const { return speed_; }
  [[nodiscard]] std::int64_t ms_at(steady_time at) const;
  /// When it shows `ms`.
  [[nodiscard]] steady_time when(std::int64_t ms) const;
  /// So long in our time.
  [[nodiscard]] steady::duration real(double play_s) const;

private:
  double speed_ = 1;
  std::int64_t base_ms_ = 0;
  steady_time base_at_{};
};

} // namespace fief::load
