#include "bench/loops/fix_stream.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>

namespace fief::bench {

namespace {

constexpr double m_per_degree = 111'195;
constexpr double speed_mps = 2.8;
constexpr double noise_m = 3;
constexpr std::int64_t ms_per_fix = 1'000;

/// Range: [-1, 1), more often near 0.
double wobble(base::rng& random) {
  return random.unit() - random.unit();
}

} // namespace

fix_stream::fix_stream(std::string run, std::int64_t first_t_ms, std::uint64_t seed)
  : run_(std::move(run)), first_t_ms_(first_t_ms), random_(seed) {
  lat_ = 45.8 + 0.05 * wobble(random_); // A city of about 10 km.
  lon_ = 15.98 + 0.07 * wobble(random_);
  heading_ = 2 * std::numbers::pi * random_.unit();
}

void fix_stream::append_fix(std::string& to) {
  auto east = m_per_degree * std::cos(lat_ * std::numbers::pi / 180);
  heading_ += 0.1 * wobble(random_);
  lat_ += speed_mps * std::cos(heading_) / m_per_degree;
  lon_ += speed_mps * std::sin(heading_) / east;
  auto lat = lat_ + noise_m * wobble(random_) / m_per_degree;
  auto lon = lon_ + noise_m * wobble(random_) / east;
  auto accuracy_m = 4 + 2 * random_.unit();
  steps_ += 2 + static_cast<std::int64_t>(random_.below(2));
  auto t = first_t_ms_ + ms_per_fix * static_cast<std::int64_t>(seq_);
  ++seq_;
  char text[96];
  auto size =
    std::snprintf(text, sizeof text, "[%lld,%.7f,%.7f,%.1f,%lld]", static_cast<long long>(t), lat,
                  lon, accuracy_m, static_cast<long long>(steps_));
  to.append(text, static_cast<std::size_t>(size));
}

std::string fix_stream::next() {
  auto text = "{\"type\":\"fixes\",\"run\":\"" + run_
              + "\",\"first_seq\":" + std::to_string(seq_ + 1) + ",\"fixes\":[";
  for (std::uint32_t i = 0; i < batch; ++i) {
    if (i > 0)
      text += ',';
    append_fix(text);
  }
  return text += "]}";
}

} // namespace fief::bench
