#pragma once

#include "net/timer_wheel.hpp"

#include <algorithm>
#include <chrono>
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
  static constexpr std::int64_t units_max = 2; ///< Gathered by a quiet socket.
  static constexpr std::int64_t units_at_first = 2;
  static constexpr std::int64_t debt_max = 10;
  /// Twice as fast as phones send, or one that has fallen behind would never be within it again.
  static constexpr std::chrono::milliseconds unit_period{500};

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

/// How many turns may be under way at once: as many as leave an answer about as quick as it is with
/// few of them. A server that has reached its capacity only answers later when it is asked more,
/// and late for everybody; one whose disk is slow answers many in the time of one. Which of them
/// this is shows in a probe: a round of few, then twice as many each round, for as long as answers
/// are quick. Owner: one I/O thread.
class turn_window {
public:
  using duration = std::chrono::steady_clock::duration;
  static constexpr std::size_t at_once_min = 4;
  static constexpr std::size_t at_once_max = 64;
  static constexpr unsigned rounds_held = 64; ///< Between two probes.

  [[nodiscard]] std::size_t at_once() const { return at_once_; }
  /// A turn took so long.
  void note(duration took);

private:
  enum class phase : std::uint8_t { few, doubling, holding };
  void end_round(duration usual);

  std::size_t at_once_ = at_once_min;
  phase phase_ = phase::few;
  duration with_few_{0};    // what a turn takes then
  duration taken_{0};       // by the turns of this round
  std::size_t counted_ = 0; // of this round
  unsigned rounds_ = 0;     // since the probe
};

/// Who is read next among the sockets that send more than their allowance: one message each, in
/// turn, and only so many of those on their way at once. So a thousand floods wait for each other,
/// and whoever keeps to his allowance waits for none of them. With nobody else about a socket has
/// its turn at once, so a phone that catches up after a tunnel is as fast as Postgres. Those that
/// wait get theirs from the owner's clock, one each `pace`: what they may take of the CPU, which
/// would otherwise be all that is left and some of what others need.
/// Owner: one I/O thread.
class read_turns {
public:
  using clock = timer_wheel::clock;
  static constexpr std::chrono::milliseconds pace{1};
  static constexpr std::int64_t units_per_pace = 4;
  /// A quarter of a second's worth: one burst must not keep all that wait from their turns for
  /// long.
  static constexpr std::int64_t overdraft_max = 250 * units_per_pace;

  /// `offer` tells a sender that it has a turn; false if it has no use for it.
  explicit read_turns(std::function<bool(std::uint64_t sender)> offer) : offer_(std::move(offer)) {}

  /// Whether the sender has its turn now. Otherwise `offer` tells it later.
  bool enter(std::uint64_t sender);
  /// A turn ends that was had for so long.
  void leave(clock::duration took);
  /// A turn ends in which nothing was said: how long that took tells nothing of the server. It
  /// counts all the same, since whoever had it may say something now.
  void leave_unused();
  /// Somebody beyond his allowance said something that costs so many units.
  void charge(std::int64_t units) { budget_ = std::max(budget_ - units, -overdraft_max); }
  /// Gives those that wait next their turns, as many as are free and as the budget of one `pace`
  /// allows. To be called every `pace`.
  void next();

  /// Calls `visit` for each that waits; whoever it is true for waits no more.
  void visit_waiting(const std::function<bool(std::uint64_t sender)>& visit) {
    std::erase_if(waiting_, visit);
  }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] std::size_t under_way() const { return under_way_; }

private:
  std::function<bool(std::uint64_t)> offer_;
  std::deque<std::uint64_t> waiting_; // each sender once
  std::size_t under_way_ = 0;
  std::int64_t budget_ =
    0; // units that may be taken until the next `pace`; may be overdrawn, within a bound
  turn_window window_;
};

} // namespace fief::net
