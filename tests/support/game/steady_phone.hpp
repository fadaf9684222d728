#pragma once

#include "base/rng.hpp"
#include "game/track.hpp"
#include "tests/support/game/synthetic_run.hpp"

#include <cmath>
#include <vector>

namespace fief::test {

/// A phone going due east, with a fix each second: without noise, so that the places where a rule
/// begins and ends to hold follow from its numbers.
class steady_phone {
public:
  /// Goes on for so many seconds. Units: m/s, steps per minute.
  steady_phone& go(int seconds, double mps, double spm = 0) {
    for (int i = 0; i < seconds; ++i)
      step(std::chrono::seconds{1}, mps, spm / 60);
    return *this;
  }
  /// Says nothing for so long and is then so far on.
  steady_phone& vanish(game::milliseconds time, double metres) {
    t_ += time;
    x_ += metres;
    add();
    return *this;
  }
  /// The next position is off by up to this, both ways.
  steady_phone& shaken(base::rng& random, double metres) {
    random_ = &random;
    noise_m_ = metres;
    return *this;
  }
  steady_phone& stepless() {
    steps_known_ = false;
    return *this;
  }
  [[nodiscard]] game::clean_track track() const {
    return game::clean(fixes_, game::milliseconds{0}, game::run_rules{});
  }

private:
  void step(game::milliseconds time, double mps, double steps) {
    auto share = static_cast<double>(time.count()) / 1000.0;
    t_ += time;
    x_ += mps * share;
    steps_ += steps * share;
    add();
  }
  void add() {
    auto off = [&] { return random_ == nullptr ? 0 : (random_->unit() * 2 - 1) * noise_m_; };
    auto x = fix_at(where_, {x_ + off(), off()});
    x.t = where_.start + t_;
    x.seq = static_cast<std::uint32_t>(fixes_.size() + 1);
    x.acc_dm = 40;
    x.steps =
      steps_known_ ? static_cast<std::int32_t>(std::lround(steps_)) : game::fix::steps_unknown;
    fixes_.push_back(x);
  }

  runner where_;
  std::vector<game::fix> fixes_ = [this] {
    auto x = fix_at(where_, {0, 0});
    x.t = where_.start;
    x.seq = 1;
    x.acc_dm = 40;
    x.steps = 0;
    return std::vector{x};
  }();
  game::milliseconds t_{0};
  double x_ = 0;
  double steps_ = 0;
  bool steps_known_ = true;
  base::rng* random_ = nullptr;
  double noise_m_ = 0;
};

} // namespace fief::test
