#pragma once

#include "base/time.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

namespace fief::persistence {

struct pulse_config {
  base::milliseconds silence_min{1'200};  ///< Shorter silence is none.
  base::milliseconds silence_max{10'000}; ///< Longer silence is one, however slow Postgres was.
};

/// Whether Postgres answers, as all its connections feel it together. A thread that waits for an
/// answer cannot tell that it waits for too long, so it leaves here since when.
///
/// Postgres is silent when a question is open and nobody has had an answer for long. One statement
/// that takes its time is no silence while others are answered. What is long follows what Postgres
/// did lately, twice its slowest recent answer: one that has become slow is slow, not away.
/// Threads: any.
class pulse : public std::enable_shared_from_this<pulse> {
public:
  using clock = std::chrono::steady_clock;
  using time_point = clock::time_point;

  /// One connection, also while it is being opened. Owner: its thread.
  class line {
  public:
    /// `wait_max`: an answer that takes longer never comes.
    line(std::shared_ptr<pulse> of, base::milliseconds wait_max)
      : of_(std::move(of)), wait_max_(wait_max) {}

    void asked(time_point at) { asked_at_ = at; }
    void answered(time_point at);
    /// There will be no answer; the thread knows.
    void failed() { asked_at_ = time_point{}; }

    /// The connection's descriptor while it is open, else -1.
    void use_socket(int descriptor);

  private:
    friend class pulse;
    std::shared_ptr<pulse> of_;
    base::milliseconds wait_max_;
    std::atomic<time_point> asked_at_{}; ///< Zero: nothing is open.
    std::mutex mutex_;                   ///< So that no descriptor is cut that was closed.
    int socket_ = -1;
  };

  /// A question that is open until the end of the scope; unless that is left by an exception, it
  /// was answered then.
  class wait {
  public:
    explicit wait(line* on);
    wait(const wait&) = delete;
    wait& operator=(const wait&) = delete;
    ~wait();

  private:
    line* on_; ///< May be null.
    int exceptions_;
  };

  explicit pulse(const pulse_config& config = {}) : config_(config) {}

  std::shared_ptr<line> add_line(base::milliseconds wait_max);

  /// How long there has been no answer to an open question; zero when there is none.
  [[nodiscard]] base::milliseconds silent_for(time_point now) const;
  /// Whether that is too long.
  [[nodiscard]] bool silent(time_point now) const;

  /// Shuts connections whose answer never comes, which their threads see as lost ones. Returns how
  /// many.
  int cut_hung(time_point now);

private:
  pulse_config config_;
  mutable std::mutex mutex_; ///< Of `lines_`.
  std::vector<std::weak_ptr<line>> lines_;
  std::atomic<time_point> answered_at_{};
  std::atomic<clock::duration> slowest_{}; ///< Of the recent answers.
};

} // namespace fief::persistence
