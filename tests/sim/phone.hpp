#pragma once

#include "tests/sim/promises.hpp"

#include <optional>

namespace fief::test {

/// A person who plays: two devices, at most one run at a time, tickets and tokens. Everything is
/// asked as the app does it: again until it is answered for good.
class phone {
public:
  phone(city& of, promises& told, std::uint64_t n);

  /// One thing that this person does now, drawn from the workload.
  void act();
  /// A session ends without a word; another one takes over.
  void vanish(std::size_t device);

  [[nodiscard]] std::uint64_t number() const { return n_; }
  [[nodiscard]] game::user_id user() const { return user_of(n_); }
  [[nodiscard]] bool is_closed() const { return closing_; }
  [[nodiscard]] bool is_recording() const { return !run_.is_nil(); }
  /// Whether something is asked that a dead USER would leave half told.
  [[nodiscard]] bool is_delicate() const { return delicate_ > 0; }
  [[nodiscard]] const std::vector<game::fix>& last_track() const { return last_track_; }

  /// Runs that were finished with every fix sent.
  std::vector<std::pair<game::run_id, std::vector<game::fix>>> done;
  /// Somebody else's track, to be sent as one's own.
  std::vector<game::fix> stolen;

private:
  caf::actor device();
  void attach(std::size_t device);
  void start();
  void began(const actors::run_started& x);
  std::vector<game::fix> new_track();
  void record();
  void send_some();
  void finish();
  void leave_run();

  void buy();
  void spend();
  void collect();
  void look();
  void live_elsewhere();
  void close();

  city& w_;
  promises& told_;
  std::uint64_t n_;
  std::vector<caf::actor> devices_;
  game::run_id run_;
  std::vector<game::fix> fixes_;
  std::vector<game::fix> last_track_;
  std::uint32_t ack_ = 0;
  bool starting_ = false;
  bool sending_ = false;
  bool finishing_ = false;
  bool abandoned_ = false; ///< The run is left lying: the server finishes it one day.
  bool closing_ = false;
  int delicate_ = 0;
  std::uint64_t next_ = 1; ///< Of the ids this phone makes.
};

} // namespace fief::test
