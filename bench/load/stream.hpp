#pragma once

#include "bench/load/target.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/role.hpp>
#include <memory>
#include <utility>

namespace fief::load {

namespace beast = boost::beast;
using error_code = boost::system::error_code;

/// A TCP socket, with TLS in it or not, as the stream that Beast wants: so that everything above is
/// compiled once.
class any_stream {
public:
  using executor_type = asio::io_context::executor_type;
  using socket_type = asio::basic_stream_socket<tcp, executor_type>;

  any_stream(asio::io_context& io, const target& to) : socket_(io) {
    if (to.context)
      tls_ = std::make_unique<asio::ssl::stream<socket_type&>>(socket_, *to.context);
  }

  [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
  [[nodiscard]] socket_type& socket() { return socket_; }

  /// Connects, and shakes hands if there is TLS. Throws `boost::system::system_error`.
  asio::awaitable<void> connect(const target& to, std::uint32_t source);

  void close() {
    error_code ignored;
    socket_.close(ignored);
  }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_)
      tls_->async_read_some(buffers, std::forward<Handler>(handler));
    else
      socket_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_)
      tls_->async_write_some(buffers, std::forward<Handler>(handler));
    else
      socket_.async_write_some(buffers, std::forward<Handler>(handler));
  }

private:
  socket_type socket_;
  std::unique_ptr<asio::ssl::stream<socket_type&>> tls_;
};

/// Beast's customisation points, found by the type.
inline void beast_close_socket(any_stream& x) {
  x.close();
}
inline void teardown(beast::role_type, any_stream& x, error_code& ec) {
  x.close();
  ec = {};
}
template <class Handler>
void async_teardown(beast::role_type, any_stream& x, Handler&& handler) {
  x.close();
  asio::post(x.get_executor(),
             [handler = std::forward<Handler>(handler)]() mutable { handler(error_code{}); });
}

} // namespace fief::load
