#pragma once

#include "bench/load/world.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fief::load {

/// The phone's side of one run on its socket: sends what was recorded, resumes after every break,
/// and watches that the server keeps its promises. The schedule is somebody else's: `runner`.
///
/// Promises: an acknowledgement never goes back, also over connections; it never passes what was
/// sent; nothing acknowledged is asked for again.
class run_session {
public:
  /// `wake` is rung when something came that `runner` may wait for.
  run_session(world& in, person& who, alarm& wake) : in_(in), who_(who), wake_(wake) {}

  /// A new run. `fixes`: all that will be recorded.
  void begin(std::string run, std::vector<fix> fixes, std::int64_t start_ms);

  /// Opens a socket unless there is one. `due`: when the schedule wanted it.
  asio::awaitable<void> attach(steady_time due);
  /// The connection breaks, as in a tunnel.
  void drop();
  /// Polite, at the end of a run.
  void leave();

  /// Everything up to `seq` was recorded; its acknowledgement is due from `due` on.
  void record_up_to(std::uint32_t seq, steady_time due, bool is_catch_up);
  /// Recorded, and not to be sent on the socket.
  void keep_up_to(std::uint32_t seq) { made_ = seq; }
  /// Asks to save the run once everything is sent.
  void want_finish(steady_time due);
  /// What REST told about the acknowledgements.
  void heard_ack(std::int64_t ack, const char* where);
  /// The run as its result tells it, in whatever way it came. `rest`: instants are texts.
  void heard_run(json_value run);

  [[nodiscard]] bool is_attached() const { return is_welcome_; }
  [[nodiscard]] bool has_link() const { return link_ != nullptr; }
  [[nodiscard]] bool is_over() const { return is_over_; }
  /// The server says that the run takes no more fixes, without its result.
  [[nodiscard]] bool is_closed_to_us() const { return is_closed_to_us_; }
  [[nodiscard]] const std::string& run() const { return run_; }
  [[nodiscard]] const std::vector<fix>& fixes() const { return fixes_; }
  [[nodiscard]] std::int64_t start_ms() const { return start_ms_; }
  [[nodiscard]] std::uint32_t acked() const { return acked_; }
  [[nodiscard]] std::uint32_t total() const { return static_cast<std::uint32_t>(fixes_.size()); }
  /// Ends the waiting for acknowledgements: what is still open counts with the time until now.
  void give_up_waiting();

private:
  struct awaited {
    std::uint32_t seq;
    steady_time due;
    bool is_catch_up;
  };

  void hear(std::string_view text);
  void hear_welcome(json_value x);
  void hear_error(json_value x);
  void hear_tiles(json_value x);
  void send_made();
  void send_range(std::uint32_t first, std::uint32_t last);
  void send_again_later();
  void ended(const std::string& why);

  world& in_;
  person& who_;
  alarm& wake_;
  std::unique_ptr<live_link> link_;
  std::unique_ptr<live_link> old_link_; ///< Ends inside its own callback else.
  bool is_welcome_ = false;
  steady_time connect_due_{};
  steady_time not_before_{}; ///< Of the next connection or repetition.
  int failures_ = 0;

  std::string run_;
  std::vector<fix> fixes_; // fixes_[seq - 1]
  std::int64_t start_ms_ = 0;
  std::uint32_t made_ = 0;
  std::uint32_t sent_ = 0;
  std::uint32_t sent_most_ = 0;
  std::uint32_t acked_ = 0;
  std::deque<awaited> awaited_;
  std::vector<std::string> told_;
  std::optional<steady_time> finish_due_;
  bool is_finish_sent_ = false;
  bool is_over_ = false;
  bool is_closed_to_us_ = false;
  bool is_repeat_due_ = false;
  int finishes_ = 0;
};

} // namespace fief::load
