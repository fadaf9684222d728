#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fief::bench {

/// A WebSocket that says some opening lines, each when the one before is answered, and from then on
/// hands what it hears to whoever made it. Ends the program when it is refused or cut off.
class client {
public:
  using socket_type =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

  struct line {
    std::string text;
    std::string answer; ///< What the answer begins with; all else is passed over.
  };

  /// `source` is the last byte of the address in 127.0.0.0/24 that it connects from.
  client(boost::asio::io_context& io, std::uint16_t port, unsigned source,
         std::vector<line> opening);

  std::function<void()> on_ready; ///< All opening lines are answered.
  std::function<void(std::string_view)> on_text;

  void start();
  /// Queued; leaves in order.
  void send(std::string text);

private:
  void shake_hands();
  void next_line();
  void write();
  void read();
  void heard(std::string_view text);

  boost::beast::websocket::stream<socket_type, false> stream_;
  boost::asio::ip::tcp::endpoint server_;
  std::vector<line> opening_; ///< In reverse: the next one is the last.
  std::deque<std::string> outgoing_;
  boost::beast::flat_buffer buffer_;
};

/// What a phone or a map says first: `hello`, answered by `welcome`. An echo repeats it.
client::line hello_line(std::string_view token, std::string_view run, bool echo);

/// What is behind `"name":` in a message, up to where the number ends.
std::int64_t number_of(std::string_view text, std::string_view name);

} // namespace fief::bench
