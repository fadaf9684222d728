#pragma once

#include "net/gateway.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace fief::test {

/// Stands for an I/O thread's loop: functions posted from anywhere run when the test asks.
class manual_loop {
public:
  net::poster poster() {
    return [this](std::function<void()> f) {
      std::lock_guard lock{mutex_};
      queue_.push_back(std::move(f));
      ++posts_;
      changed_.notify_all();
    };
  }
  /// Runs one function, waiting for it at most ten seconds.
  bool run_one() {
    std::function<void()> f;
    {
      std::unique_lock lock{mutex_};
      if (!changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return !queue_.empty(); }))
        return false;
      f = std::move(queue_.front());
      queue_.pop_front();
    }
    f();
    return true;
  }
  [[nodiscard]] std::size_t posts() {
    std::lock_guard lock{mutex_};
    return posts_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::size_t posts_ = 0;
};

} // namespace fief::test
