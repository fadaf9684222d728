#pragma once

#include "net/api/live_codec.hpp"
#include "net/api/live_hub.hpp"
#include "net/fixes_codec.hpp"
#include "net/socket.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fief::net {

/// One WebSocket of `/v1/live`: what a phone or a browser says, and what it is told.
///
/// It holds no state of the game. Commands go to the USER, and their answers and what the USER has
/// to tell come back as messages; the map comes from the thread's board. A command takes a credit
/// until it is answered, and without credit the socket is not read: so a USER's mailbox holds at
/// most `fixes_in_flight_max` of one socket.
///
/// A token opens the session and is not looked at again: a run goes on when it expires. A new
/// `hello` needs a valid one. Without any token the session is nobody's: it may watch the map, and
/// become a user's by a `hello` with a token.
class live_session final : public socket_handler {
public:
  explicit live_session(live_hub& hub);
  ~live_session() override;

  // socket_handler
  void on_open(socket& self) override;
  void on_text(socket& self, std::string_view text) override;
  void on_caught_up(socket& self, std::uint64_t key) override;
  void on_close(socket& self) override;

  /// It waits for a turn. With `offered` it has one; else it only goes on if it has waited for too
  /// long. Returns whether it goes on.
  bool on_turn(bool offered);

  // What the USER pushes.
  void on_push(const actors::tiles_passed& x);
  void on_push(const actors::run_changed& x);
  void on_push(const actors::event_changed& x);
  void on_push(const actors::mining_changed& x);
  void on_push(const actors::notice_raised& x);
  void on_push(const actors::session_superseded& x);
  void on_push(const actors::session_ended& x);

private:
  using then_handler = std::function<void(live_session&, reply)>;

  // -- messages of the client, live_session.cpp
  void dispatch(json_object& in, std::string_view text);
  void on_hello(json_object& in);
  void on_fixes(json_object& in);
  void on_finish(json_object& in);
  void on_subscribe(json_object& in);
  void on_unsubscribe(json_object& in);
  void on_ping(json_object& in);

  /// Makes the session nobody's, if there is room for one more of these.
  void welcome_anybody();
  void leave_anonymous();
  /// For what only a user may do: false, and it was refused, when the session is nobody's.
  bool is_users(std::string_view text);

  // -- talking to the USER, live_session_user.cpp
  bool authenticate(std::string_view token, std::string_view ref);
  void attach(game::run_id run, const caf::optional<game::instant>& device_time, bool welcome);
  void on_attached(game::run_id run, bool welcome, reply got);
  /// Attaches again, in silence, when the USER may have forgotten us.
  void ensure_attached();
  void on_stored(game::run_id run, std::size_t count, reply got);
  void on_finished(game::run_id run, reply got);
  void ask_user(caf::message content, then_handler then);
  void return_credit();

  // -- how much of the thread it gets, live_session_user.cpp
  enum class standing : std::uint8_t {
    free,    ///< Within its allowance.
    waiting, ///< For a turn.
    reading, ///< Has one: its next message.
    asking,  ///< Has one, until that message is answered.
  };
  void after_message(bool asked);
  void begin_turn();
  /// Ends the turn, if it has one, in which nothing was said unless `used`.
  void end_turn(bool used);
  /// Gives its turn back when nothing has come for so many passes of the thread's loop.
  void await_message(unsigned passes);
  /// Reads on, or rests, as credit and standing have it.
  void look_at_reading();

  // -- refusals
  void fail(live_error x);
  /// For what only a broken or hostile client sends; too much of it ends the session.
  void refuse(std::string_view code, std::string_view detail, std::string_view ref);
  void accept() { refusals_ = 0; }
  void end(std::string_view reason, close_code code);

  live_hub& hub_;
  socket* socket_ = nullptr; // while open
  timer_wheel::timer hello_deadline_;
  std::uint64_t number_ = 0;
  std::uint64_t last_key_ = 0;
  std::optional<game::user_id> user_;
  bool anonymous_ = false;    // nobody's, and welcome
  game::run_id run_;          // that this session records
  game::run_id finished_run_; // that we told is not recording any more
  std::size_t asked_ = 0;     // credits taken
  std::int64_t cost_ = 1;     // of the message in hand
  allowance allowance_{timer_wheel::clock::now()};
  standing standing_ = standing::free;
  timer_wheel::clock::time_point turn_began_{}; // or the wait for one
  unsigned refusals_ = 0;                       // in a row
  bool attached_ = false;                       // as far as we know
  bool attaching_ = false;
  bool paused_ = false;
  std::vector<std::unique_ptr<map_subscription>> subscriptions_;
};

} // namespace fief::net
