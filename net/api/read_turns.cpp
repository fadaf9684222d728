#include "net/api/read_turns.hpp"

#include "base/assert.hpp"

namespace fief::net {

void turn_window::note(duration took) {
  taken_ += took;
  if (++counted_ < at_once_)
    return;
  end_round(taken_ / counted_);
  taken_ = {};
  counted_ = 0;
}

void turn_window::end_round(duration usual) {
  const bool late = usual > with_few_ + with_few_ / 2;
  switch (phase_) {
    case phase::few:
      with_few_ = usual;
      phase_ = phase::doubling;
      at_once_ *= 2;
      return;
    case phase::doubling:
      if (late || at_once_ == at_once_max)
        phase_ = phase::holding;
      if (late)
        at_once_ = std::max(at_once_ / 2, at_once_min);
      else
        at_once_ = std::min(at_once_ * 2, at_once_max);
      return;
    case phase::holding:
      if (late)
        at_once_ = std::max(at_once_ * 3 / 4, at_once_min);
      if (++rounds_ < rounds_held)
        return;
      rounds_ = 0;
      phase_ = phase::few;
      at_once_ = at_once_min;
  }
}

bool read_turns::enter(std::uint64_t sender) {
  if (waiting_.empty() && under_way_ < window_.at_once()) {
    ++under_way_;
    return true;
  }
  waiting_.push_back(sender);
  return false;
}

void read_turns::leave(clock::duration took) {
  FIEF_ASSERT(under_way_ > 0);
  --under_way_;
  window_.note(took);
}

void read_turns::leave_unused() {
  FIEF_ASSERT(under_way_ > 0);
  --under_way_;
}

void read_turns::next() {
  budget_ = std::min(budget_ + units_per_pace, units_per_pace);
  // What is said in a turn is charged when it is known; it costs one at least.
  for (auto left = budget_; left > 0 && !waiting_.empty() && under_way_ < window_.at_once();) {
    const auto sender = waiting_.front();
    waiting_.pop_front();
    ++under_way_; // Before it is told: it may be through at once.
    if (offer_(sender))
      --left;
    else
      --under_way_;
  }
}

} // namespace fief::net
