#pragma once

#include "base/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace fief::net {

/// Deadlines of one I/O thread. Thousands of connections re-arm theirs with every message, which a
/// heap of timers would feel; here arming and cancelling link a node into a slot.
/// Owner: one thread; nothing here locks. Cost: `arm`, `cancel` O(1), no allocation.
class timer_wheel {
  struct link {
    link* prev = nullptr;
    link* next = nullptr;
    void unlink() noexcept;
  };

public:
  using clock = std::chrono::steady_clock;

  /// One deadline, usually a member of what it guards: destroying it cancels it.
  class timer : link {
  public:
    /// `fire` may arm this timer again, or destroy it.
    explicit timer(std::function<void()> fire) : fire_(std::move(fire)) {}
    timer(const timer&) = delete;
    timer& operator=(const timer&) = delete;
    ~timer() { cancel(); }

    void cancel() noexcept { unlink(); }
    [[nodiscard]] bool armed() const { return next != nullptr; }

  private:
    friend class timer_wheel;
    std::function<void()> fire_;
    std::uint64_t due_ = 0; // in ticks since the start
  };

  timer_wheel(clock::time_point start, std::chrono::milliseconds tick);
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;
  ~timer_wheel();

  /// Fires `x` once, not before `after` from the last `advance` and at most one tick later than
  /// the first `advance` that could. An armed timer is moved.
  void arm(timer& x, std::chrono::milliseconds after);

  /// Fires what is due, earlier ticks first.
  void advance(clock::time_point now);

  [[nodiscard]] std::chrono::milliseconds tick() const { return tick_; }

private:
  static constexpr std::size_t slot_count = 512;

  void fire_slot(link& slot);

  std::array<link, slot_count> slots_;
  clock::time_point start_;
  std::chrono::milliseconds tick_;
  std::uint64_t now_ = 0; // in ticks since the start
};

} // namespace fief::net
