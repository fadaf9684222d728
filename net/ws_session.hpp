#pragma once

#include "net/server_shared.hpp"
#include "net/socket.hpp"
#include "net/socket_outbox.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace fief::net {

using boost::system::error_code;

/// A WebSocket but for its transport: lanes, bounds, deadlines and the handler's life. The
/// transport derives from it and reports to `on_*`. At most one read, one write, one ping and one
/// close are under way; a message in the middle of its write is not counted in the outbox.
class ws_session : public socket, public connection {
public:
  // socket
  void send_priority(payload message) override;
  bool send_command(payload message) override;
  bulk_result send_bulk(std::uint64_t key, payload message) override;
  void drop_bulk(std::uint64_t key) override;
  void close(close_code code, std::string_view reason) override;
  void pause_reading() override { paused_ = true; }
  void resume_reading() override;
  [[nodiscard]] bool open() const override { return state_ == state::open; }
  [[nodiscard]] std::size_t bytes_queued() const override { return outbox_.bytes(); }
  [[nodiscard]] std::string_view authorization() const override { return authorization_; }
  [[nodiscard]] std::string_view remote_address() const override { return address_; }
  [[nodiscard]] std::string_view request_id() const override { return request_id_; }
  [[nodiscard]] io_thread& thread() override { return thread_; }

  // connection
  void drain(const drain_notice& notice) override;
  void abort() override;

protected:
  ws_session(io_thread& thread, std::unique_ptr<socket_handler> handler, connection_permit permit,
             std::string authorization, std::string address, std::string request_id);
  ~ws_session() override;

  // The transport's part.
  virtual void read() = 0;
  virtual void write(const std::string& text) = 0;
  virtual void ping() = 0;
  virtual void write_close(close_code code, std::string_view reason) = 0;
  virtual void close_transport() = 0;

  /// To be called first: from here on the session keeps itself alive, since a paused one has no
  /// operation under way that would.
  void begin();
  void on_accepted(error_code ec);
  /// One message, valid during the call.
  void on_message(bool is_text, std::string_view message);
  void on_read_failed();
  void on_written(error_code ec);
  void on_pinged(error_code ec);
  void on_closed();
  /// A frame of any kind has come.
  void on_alive();

private:
  enum class state : std::uint8_t { accepting, open, closing, closed };

  void read_next();
  /// Whether a message may go to the transport at once, past the outbox.
  [[nodiscard]] bool free_to_write() const { return !writing_ && outbox_.idle(); }
  void write_now(payload message);
  void write_next();
  void show_outbox();
  void offer_caught_up();
  void overload();
  void on_hello_deadline();
  void on_watch();
  void finish();

  io_thread& thread_;
  std::shared_ptr<socket> self_; // until finished
  const net_limits& limits_;
  net_metrics& metrics_;
  std::unique_ptr<socket_handler> handler_;
  connection_permit permit_;
  std::string authorization_;
  std::string address_;
  std::string request_id_;
  socket_outbox outbox_;
  std::size_t outbox_shown_ = 0; // in the metric
  timer_wheel::timer watch_;     // of the handshake, then pings and idleness, then the close
  timer_wheel::timer hello_;
  payload writing_;
  std::chrono::steady_clock::time_point alive_at_{};
  state state_ = state::accepting;
  close_code code_ = close_code::normal;
  std::string close_reason_;
  bool close_sent_ = false;
  bool reading_ = false;
  bool paused_ = false;
  bool pinging_ = false;
  bool told_open_ = false;
};

} // namespace fief::net
