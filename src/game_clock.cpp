#include "src/game_clock.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cmath>

namespace fief {

game_clock::game_clock(base::instant start, double speed, steady_source source)
  : dev_(dev_mode{start, speed, source, source()}) {
  FIEF_ASSERT(std::isfinite(speed) && speed > 0);
}

base::instant game_clock::now() const {
  namespace chr = std::chrono;
  if (!dev_)
    return chr::floor<base::milliseconds>(chr::system_clock::now());
  // Doubles hold 285 years in microseconds exactly, far more than a process lives.
  auto real = chr::duration<double, std::milli>{dev_->source() - dev_->origin};
  return dev_->start + chr::floor<base::milliseconds>(real * dev_->speed);
}

base::milliseconds game_clock::real_time_until(base::instant t) const {
  constexpr double day_ms = 86'400'000;
  auto game_ms = static_cast<double>((t - now()).count());
  return base::milliseconds{
    static_cast<std::int64_t>(std::clamp(std::ceil(game_ms / speed()), 0.0, day_ms))};
}

} // namespace fief
