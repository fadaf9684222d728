#pragma once

#include "base/time.hpp"

#include <chrono>
#include <optional>

namespace fief {

/// The clock port: the one place where the program learns what time it is. Real, or for tests and
/// demonstrations from another starting instant and at another speed.
/// Owner: any thread; a clock never changes once made.
class game_clock {
public:
  using steady_time = std::chrono::steady_clock::time_point;
  using steady_source = steady_time (*)();

  /// The system's clock. It follows the system when that is set to another time.
  game_clock() = default;

  /// A clock that shows `start` now and runs `speed` times as fast as `source`; it never goes
  /// back. @pre `speed > 0`.
  game_clock(base::instant start, double speed,
             steady_source source = &std::chrono::steady_clock::now);

  [[nodiscard]] base::instant now() const;

  /// Real time until the clock shows `t`, rounded up to a millisecond; zero if it has passed, and
  /// at most a day, so that a timer never overflows. Whoever waits looks at the clock again.
  [[nodiscard]] base::milliseconds real_time_until(base::instant t) const;

  [[nodiscard]] bool is_real() const { return !dev_.has_value(); }
  [[nodiscard]] double speed() const { return dev_ ? dev_->speed : 1.0; }

private:
  struct dev_mode {
    base::instant start;
    double speed;
    steady_source source;
    steady_time origin;
  };

  std::optional<dev_mode> dev_;
};

} // namespace fief
