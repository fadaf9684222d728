#include "persistence/pulse.hpp"

#include <algorithm>
#include <exception>
#include <sys/socket.h>

namespace fief::persistence {

void pulse::line::answered(time_point at) {
  const auto took = at - asked_at_.exchange(time_point{});
  of_->answered_at_ = at;
  // Slow answers count at once and are forgotten after a few quick ones. A race between two threads
  // loses one answer's word, which the next one has again.
  of_->slowest_ = std::max(took, of_->slowest_.load() / 2);
}

void pulse::line::use_socket(int descriptor) {
  std::lock_guard hold{mutex_};
  socket_ = descriptor;
}

pulse::wait::wait(line* on) : on_(on), exceptions_(std::uncaught_exceptions()) {
  if (on_ != nullptr)
    on_->asked(clock::now());
}

pulse::wait::~wait() {
  if (on_ == nullptr)
    return;
  if (std::uncaught_exceptions() > exceptions_)
    on_->failed();
  else
    on_->answered(clock::now());
}

std::shared_ptr<pulse::line> pulse::add_line(base::milliseconds wait_max) {
  auto x = std::make_shared<line>(shared_from_this(), wait_max);
  std::lock_guard hold{mutex_};
  lines_.push_back(x);
  return x;
}

base::milliseconds pulse::silent_for(time_point now) const {
  auto oldest = time_point::max();
  {
    std::lock_guard hold{mutex_};
    for (const auto& each : lines_)
      if (const auto x = each.lock())
        if (const auto asked = x->asked_at_.load(); asked != time_point{})
          oldest = std::min(oldest, asked);
  }
  const auto since = std::max(oldest, answered_at_.load());
  if (oldest == time_point::max() || since >= now)
    return base::milliseconds{0};
  return std::chrono::duration_cast<base::milliseconds>(now - since);
}

bool pulse::silent(time_point now) const {
  const auto patience =
    std::clamp<clock::duration>(2 * slowest_.load(), config_.silence_min, config_.silence_max);
  return silent_for(now) > patience;
}

int pulse::cut_hung(time_point now) {
  std::lock_guard hold{mutex_};
  std::erase_if(lines_, [](const auto& x) { return x.expired(); });
  auto count = 0;
  for (const auto& each : lines_) {
    const auto x = each.lock();
    if (!x)
      continue;
    const auto asked = x->asked_at_.load();
    if (asked == time_point{} || now - asked <= x->wait_max_)
      continue;
    std::lock_guard hold_line{x->mutex_};
    if (x->socket_ >= 0 && ::shutdown(x->socket_, SHUT_RDWR) == 0)
      ++count;
  }
  return count;
}

} // namespace fief::persistence
