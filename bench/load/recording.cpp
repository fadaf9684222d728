#include "bench/load/recording.hpp"

#include "base/assert.hpp"
#include "bench/load/chance.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace fief::load {

namespace {

constexpr double drift_kept =
  0.99; // A receiver's error wanders; white noise would look like leaps.
constexpr double drift_m = 0.15;
constexpr double drift_step_m = 0.25;

/// The speed of a runner from second to second: swaying, slow to change, now and then at a light.
class stride {
public:
  stride(base::rng& random, double usual_mps) : random_(random), usual_mps_(usual_mps) {
    long_phase_ = between(random, 0, 2 * std::numbers::pi);
    short_phase_ = between(random, 0, 2 * std::numbers::pi);
  }

  double next(std::uint32_t second) {
    if (waits_s_ > 0)
      --waits_s_;
    else if (second > 60 && random_.chance(1, 600))
      waits_s_ = 8 + static_cast<int>(random_.below(11));
    mood_ = std::clamp(0.9 * mood_ + normal(random_, 0, 0.012), -0.04, 0.04);
    auto sway =
      0.06 * std::sin(second / 18.0 + long_phase_) + 0.03 * std::sin(second / 6.0 + short_phase_);
    auto wanted = waits_s_ > 0 ? 0.0 : usual_mps_ * (1 + sway + mood_);
    speed_mps_ += std::clamp(wanted - speed_mps_, -1.2, 0.8);
    return speed_mps_;
  }

private:
  base::rng& random_;
  double usual_mps_;
  double long_phase_;
  double short_phase_;
  double mood_ = 0;
  double speed_mps_ = 0;
  int waits_s_ = 0;
};

/// Walks along a route and begins again at its end.
class walker {
public:
  explicit walker(const route& way) : way_(way) {}

  void go(double by_m) {
    into_m_ += by_m;
    for (auto length = leg_m(); into_m_ > length; length = leg_m()) {
      into_m_ -= length;
      leg_ = leg_ + 2 < way_.size() ? leg_ + 1 : 0;
    }
  }
  [[nodiscard]] metres at() const {
    auto part = into_m_ / std::max(leg_m(), 1e-9);
    const auto& a = way_[leg_];
    const auto& b = way_[leg_ + 1];
    return {a.east + part * (b.east - a.east), a.north + part * (b.north - a.north)};
  }

private:
  [[nodiscard]] double leg_m() const {
    return std::hypot(way_[leg_ + 1].east - way_[leg_].east,
                      way_[leg_ + 1].north - way_[leg_].north);
  }

  const route& way_;
  std::size_t leg_ = 0;
  double into_m_ = 0;
};

double wandered(base::rng& random, double error_m) {
  return drift_kept * error_m + std::clamp(normal(random, 0, drift_m), -drift_step_m, drift_step_m);
}

void append_number(std::string& to, std::int64_t x) {
  char text[24];
  auto [end, ec] = std::to_chars(text, text + sizeof text, x);
  to.append(text, end);
}

void append_degrees(std::string& to, std::int32_t e7) {
  if (e7 < 0)
    to.push_back('-');
  auto rest = std::abs(static_cast<std::int64_t>(e7));
  append_number(to, rest / 10'000'000);
  auto digits = std::to_string(10'000'000 + rest % 10'000'000); // The leading 1 keeps the zeros.
  to.append(".").append(digits, 1);
}

} // namespace

std::vector<fix> record(base::rng& random, const city& in, const route& way, double usual_mps,
                        std::uint32_t seconds) {
  FIEF_ASSERT(way.size() >= 2 && length_m(way) > 10);
  stride pace{random, usual_mps};
  walker runner{way};
  auto cadence_spm = between(random, 158, 176);
  metres error{between(random, -2, 2), between(random, -2, 2)};
  double steps = 0;
  std::vector<fix> out;
  out.reserve(seconds);
  for (std::uint32_t second = 0; second < seconds; ++second) {
    auto at = runner.at();
    out.push_back({placed(in, {at.east + error.east, at.north + error.north}),
                   static_cast<std::uint16_t>(30 + random.below(61)),
                   static_cast<std::uint16_t>(steps)});
    auto speed = pace.next(second + 1);
    runner.go(speed);
    steps += cadence_spm / 60 * std::min(1.0, speed / 2);
    error = {wandered(random, error.east), wandered(random, error.north)};
  }
  return out;
}

std::string fixes_json(const std::vector<fix>& fixes, std::uint32_t first, std::uint32_t last,
                       std::int64_t start_ms) {
  FIEF_ASSERT(1 <= first && first <= last && last <= fixes.size());
  std::string out = "[";
  for (auto seq = first; seq <= last; ++seq) {
    const auto& x = fixes[seq - 1];
    out += seq == first ? "[" : ",[";
    append_number(out, fix_ms(start_ms, seq));
    out += ',';
    append_degrees(out, x.at.lat);
    out += ',';
    append_degrees(out, x.at.lon);
    out += ',';
    append_number(out, x.acc_dm / 10);
    out += '.';
    append_number(out, x.acc_dm % 10);
    out += ',';
    append_number(out, x.steps);
    out += ']';
  }
  return out += ']';
}

} // namespace fief::load
