#include "bench/load/clock.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cmath>

namespace fief::load {

namespace {

using real_ms = std::chrono::duration<double, std::milli>;

double ms_between(steady_time from, steady_time to) {
  return real_ms{to - from}.count();
}

} // namespace

void server_clock::learn(std::int64_t server_ms, steady_time at) {
  if (!last_ms_) {
    first_ms_ = server_ms;
    first_at_ = at;
  } else if (at < last_at_) {
    return;
  }
  last_ms_ = server_ms;
  last_at_ = at;
}

double server_clock::speed() const {
  if (given_)
    return *given_;
  if (!last_ms_ || ms_between(first_at_, last_at_) < 500)
    return 1;
  auto measured = static_cast<double>(*last_ms_ - first_ms_) / ms_between(first_at_, last_at_);
  auto whole = std::max(1.0, std::round(measured));
  return std::abs(measured - whole) <= 0.03 * whole ? whole : std::max(0.001, measured);
}

std::int64_t server_clock::now_ms(steady_time at) const {
  FIEF_ASSERT(last_ms_.has_value());
  return *last_ms_ + static_cast<std::int64_t>(ms_between(last_at_, at) * speed());
}

play_clock::play_clock(const server_clock& server, double speed_wanted, steady_time now,
                       steady_time end)
  : speed_(std::max(speed_wanted, server.speed())), base_at_(now) {
  FIEF_ASSERT(speed_ > 0 && end >= now);
  auto ahead_ms = (speed_ - server.speed()) * ms_between(now, end);
  base_ms_ = server.now_ms(now) - static_cast<std::int64_t>(std::ceil(ahead_ms));
}

std::int64_t play_clock::ms_at(steady_time at) const {
  return base_ms_ + static_cast<std::int64_t>(std::floor(ms_between(base_at_, at) * speed_));
}

steady_time play_clock::when(std::int64_t ms) const {
  auto after = real_ms{static_cast<double>(ms - base_ms_) / speed_};
  return base_at_ + std::chrono::ceil<steady::duration>(after);
}

steady::duration play_clock::real(double play_s) const {
  return std::chrono::ceil<steady::duration>(std::chrono::duration<double>{play_s / speed_});
}

} // namespace fief::load
