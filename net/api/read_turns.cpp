#include "net/api/read_turns.hpp"

#include "base/assert.hpp"

namespace fief::net {

std::size_t read_turns::at_once() const {
  return std::clamp(static_cast<std::size_t>(usual_ / pace), at_once_min, at_once_max);
}

bool read_turns::enter(std::uint64_t sender) {
  if (waiting_.empty() && under_way_ < at_once()) {
    ++under_way_;
    return true;
  }
  waiting_.push_back(sender);
  return false;
}

void read_turns::leave(clock::duration took) {
  FIEF_ASSERT(under_way_ > 0);
  --under_way_;
  usual_ += (took - usual_) / 8;
  while (!waiting_.empty() && under_way_ < at_once()) {
    const auto next = waiting_.front();
    waiting_.pop_front();
    ++under_way_; // Before it is told: it may be through at once.
    if (!offer_(next))
      --under_way_;
  }
}

} // namespace fief::net
