#pragma once

#include "net/ws_session.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace fief::net {

using tls_stream = asio::ssl::stream<plain_stream>;

/// The transport of a WebSocket over a plain socket or TLS. Without permessage-deflate, which
/// costs 25 to 200 KiB a connection and is a loss for small messages (platform.md 5).
template <class Stream>
class ws_stream final : public ws_session {
public:
  /// What an idle socket keeps ready for the next message. Beast would take 1,536 bytes.
  static constexpr std::size_t part_at_first = 512;
  static constexpr std::size_t part_unbounded = 0;

  using request_type = boost::beast::http::request<boost::beast::http::string_body>;

  ws_stream(io_thread& thread, Stream stream, std::unique_ptr<socket_handler> handler,
            request_type request, connection_permit permit, std::string address,
            std::string request_id)
    : ws_session(thread, std::move(handler), std::move(permit),
                 std::string{request[boost::beast::http::field::authorization]}, std::move(address),
                 std::move(request_id)),
      request_(std::make_unique<request_type>(std::move(request))), stream_(std::move(stream)) {}

  void start();

private:
  void read() override;
  void write(const std::string& text) override;
  void ping() override;
  void write_close(close_code code, std::string_view reason) override;
  void close_transport() override;
  void read_part();

  std::shared_ptr<ws_stream> self_ptr() {
    return std::static_pointer_cast<ws_stream>(shared_from_this());
  }

  std::unique_ptr<request_type> request_; // until accepted
  boost::beast::websocket::stream<Stream, false> stream_;
  boost::beast::flat_buffer buffer_;
  std::size_t part_max_ = part_at_first; // bytes to make room for before a message is there
};

extern template class ws_stream<plain_stream>;
extern template class ws_stream<tls_stream>;

} // namespace fief::net
