#pragma once

#include "net/http_connection.hpp"
#include "net/ws_stream.hpp"

#include <boost/asio/write.hpp>

#include <type_traits>

namespace fief::net {

/// The transport of an HTTP connection: a plain socket, or TLS over one.
template <class Stream>
class stream_connection final : public http_connection {
public:
  static constexpr bool is_plain = std::is_same_v<Stream, plain_stream>;

  stream_connection(io_thread& thread, Stream stream, connection_permit permit, std::string address)
    : http_connection(thread, std::move(permit), std::move(address)), stream_(std::move(stream)) {}

  void start() {
    start_deadline(thread().shared().config.limits.first_byte_timeout);
    if constexpr (is_plain) {
      on_ready();
    } else {
      stream_.async_handshake(Stream::server, [self = self_ptr()](error_code ec) {
        if (ec)
          self->close();
        else
          self->on_ready();
      });
    }
  }

private:
  void read_some(asio::mutable_buffer into) override {
    stream_.async_read_some(
      into, [self = self_ptr()](error_code ec, std::size_t count) { self->on_read(ec, count); });
  }

  void write_all(std::array<asio::const_buffer, 2> from) override {
    asio::async_write(stream_, from,
                      [self = self_ptr()](error_code ec, std::size_t) { self->on_written(ec); });
  }

  void finish(asio::mutable_buffer scrap) override {
    if (finishing_)
      return read_scrap(scrap);
    finishing_ = true;
    if constexpr (is_plain) {
      shut_down_sending(scrap);
    } else {
      stream_.async_shutdown(
        [self = self_ptr(), scrap](error_code) { self->shut_down_sending(scrap); });
    }
  }

  void shut_down_sending(asio::mutable_buffer scrap) {
    error_code ec;
    socket().shutdown(asio::socket_base::shutdown_send, ec);
    if (ec)
      return close();
    read_scrap(scrap);
  }

  void read_scrap(asio::mutable_buffer scrap) {
    socket().async_read_some(scrap, [self = self_ptr()](error_code ec, std::size_t count) {
      self->on_finish_progress(ec, count);
    });
  }

  void close_transport() override {
    error_code ec;
    socket().close(ec);
  }

  void upgrade(std::unique_ptr<socket_handler> handler, request_parser::value_type&& request,
               connection_permit permit, std::string address, std::string request_id) override {
    std::make_shared<ws_stream<Stream>>(thread(), std::move(stream_), std::move(handler),
                                        std::move(request), std::move(permit), std::move(address),
                                        std::move(request_id))
      ->start();
  }

  plain_stream& socket() {
    if constexpr (is_plain)
      return stream_;
    else
      return stream_.next_layer();
  }

  std::shared_ptr<stream_connection> self_ptr() {
    return std::static_pointer_cast<stream_connection>(shared_from_this());
  }

  Stream stream_;
  bool finishing_ = false;
};

} // namespace fief::net
