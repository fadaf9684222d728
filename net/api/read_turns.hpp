#pragma once

#include "net/timer_wheel.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

namespace fief::net {

/// What one socket may send before it has to take turns with others: messages cost it, time gives
/// it back. A phone that records a run never runs out.
class allowance {
public:
  using clock = timer_wheel::clock;
  static constexpr std::int64_t units_max = 5; ///< Gathered by a quiet socket.
  static constexpr std::int64_t units_at_first = 1;
  static constexpr std::int64_t debt_max = 10;
  static constexpr std::chrono::milliseconds unit_period{1'000};

  explicit allowance(clock::time_point now) : at_(now) {}

  void spend(std::int64_t units, clock::time_point now) {
    refill(now);
    units_ = std::max(units_ - units * one, -debt_max * one);
  }
  [[nodiscard]] bool left(clock::time_point now) {
    refill(now);
    return units_ >= 0;
  }
  /// The time up to now gives nothing back: it was spent waiting with more to say.
  void pass(clock::time_point now) { at_ = now; }

private:
  static constexpr std::int64_t one = std::chrono::microseconds{unit_period}.count();

  void refill(clock::time_point now) {
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - at_).count();
    units_ = std::min(units_ + std::max<std::int64_t>(passed, 0), units_max * one);
    at_ = now;
  }

  std::int64_t units_ = units_at_first * one; // of 10^-6 s each
  clock::time_point at_;
};

/// Who is read next among the sockets that send more than their allowance: one message each, in
/// turn, and only so many of those on their way at once. So a thousand floods wait for each other,
/// and whoever keeps to his allowance waits for none of them. With nobody else about a socket has
/// its turn at once, so a phone that catches up after a tunnel is as fast as Postgres.
///
/// How many are on their way follows how long one takes: about 500 a second for an I/O thread,
/// whether an answer takes 2 ms or 2 s.
/// Owner: one I/O thread.
class read_turns {
public:
  using clock = timer_wheel::clock;
  static constexpr std::size_t at_once_min = 4;
  static constexpr std::size_t at_once_max = 64;
  static constexpr std::chrono::microseconds pace{2'000}; ///< Between two turns.

  /// `offer` tells a sender that it has a turn; false if it has no use for it.
  explicit read_turns(std::function<bool(std::uint64_t sender)> offer) : offer_(std::move(offer)) {}

  /// Whether the sender has its turn now. Otherwise `offer` tells it later.
  bool enter(std::uint64_t sender);
  /// A turn ends that was had for so long.
  void leave(clock::duration took);

  /// Calls `visit` for each that waits; whoever it is true for waits no more.
  void visit_waiting(const std::function<bool(std::uint64_t sender)>& visit) {
    std::erase_if(waiting_, visit);
  }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] std::size_t under_way() const { return under_way_; }

private:
  [[nodiscard]] std::size_t at_once() const;

  std::function<bool(std::uint64_t)> offer_;
  std::deque<std::uint64_t> waiting_; // each sender once
  std::size_t under_way_ = 0;
  clock::duration usual_{0}; // how long a turn takes, smoothed
};

} // namespace fief::net
