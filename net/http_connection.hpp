#pragma once

#include "net/request_check.hpp"
#include "net/response_head.hpp"
#include "net/server_shared.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace fief::net {

namespace beast = boost::beast;
using boost::system::error_code;

/// An HTTP/1.1 connection but for its transport: reads a request, has it answered, writes, and
/// again; one request at a time, so pipelined ones wait in the buffer and then in the socket.
/// The transport derives from it and reports to `on_*`. This header and its users are the only
/// ones that see Beast.
class http_connection : public connection,
                        public response_sink,
                        public header_source,
                        public std::enable_shared_from_this<http_connection> {
public:
  // connection
  void drain(const drain_notice& notice) override;
  void abort() override { close(); }

  // response_sink
  void answer(std::uint64_t ticket, http_response&& response) override;
  void answer_abandoned(std::uint64_t ticket) override;
  [[nodiscard]] std::string_view answer_request_id() const override { return request_.request_id; }

  // header_source
  [[nodiscard]] std::string_view find(std::string_view name) const override;

protected:
  http_connection(io_thread& thread, connection_permit permit, std::string address);
  ~http_connection();

  // The transport's part. At most one read and one write are under way.
  virtual void read_some(asio::mutable_buffer into) = 0;
  virtual void write_all(std::array<asio::const_buffer, 2> from) = 0;
  /// Tells the peer that nothing more comes, then reads into `scrap` until it closes as well.
  virtual void finish(asio::mutable_buffer scrap) = 0;
  virtual void close_transport() = 0;
  /// Hands the transport over to a WebSocket; this object ends.
  virtual void upgrade(std::unique_ptr<socket_handler> handler,
                       request_parser::value_type&& request, connection_permit permit,
                       std::string address, std::string request_id) = 0;

  void start_deadline(milliseconds after) { thread_.wheel().arm(deadline_, after); }
  /// The transport can carry bytes now.
  void on_ready();
  void on_read(error_code ec, std::size_t count);
  void on_written(error_code ec);
  void on_finish_progress(error_code ec, std::size_t count);
  void close();

  [[nodiscard]] io_thread& thread() { return thread_; }

private:
  enum class phase : std::uint8_t {
    first_byte,
    idle,
    reading,
    handling,
    writing,
    lingering,
    closed
  };

  void read_more();
  void parse();
  bool on_header();
  bool accept_header();
  /// Whether there was a refusal, which then is on its way.
  bool turn_away(const std::optional<header_refusal>& x);
  void on_options();
  void on_socket_request();
  bool find_room();
  void on_request();
  void next_request();
  void on_parse_error(error_code ec);
  void on_deadline();
  void refuse(const problem& why);
  void refuse_and_close(const problem& why);
  void write(http_response&& response);
  void note(refusal kind) { shared_.refusals.note(kind, request_.remote_address); }
  void expect_continue();
  void choose_request_id();

  io_thread& thread_;
  server_shared& shared_;
  const net_limits& limits_;
  connection_permit permit_;
  timer_wheel::timer deadline_;
  beast::flat_buffer buffer_;
  std::optional<request_parser> parser_;
  http_request request_;
  byte_budget::share body_share_; // of the request's
  byte_budget::share answer_share_;
  route_match match_;
  response_head head_;
  std::string body_; // being written, or
  std::shared_ptr<const std::string> shared_body_;
  phase phase_ = phase::first_byte;
  std::uint64_t ticket_ = 0; // of the request in hand
  std::chrono::steady_clock::time_point began_{};
  std::size_t lingered_ = 0;
  bool header_seen_ = false;
  bool keep_alive_ = false;
  bool read_abandoned_ = false; // a read is still under way, after the deadline's 408
  bool continuing_ = false;     // the write under way is `100 Continue`
};

} // namespace fief::net
