// The least that Beast can do for a WebSocket message: read it and send the same bytes back.

#include "bench/baseline/listen.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>

using namespace fief::bench;
namespace websocket = boost::beast::websocket;

namespace {

class session : public std::enable_shared_from_this<session> {
public:
  explicit session(plain_socket socket) : stream_(std::move(socket)) {
    stream_.auto_fragment(false);
    stream_.text(true);
  }

  void start() {
    stream_.async_accept([self = shared_from_this()](error_code ec) {
      if (!ec)
        self->read();
    });
  }

private:
  void read() {
    buffer_.consume(buffer_.size());
    stream_.async_read(buffer_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec)
        self->write();
    });
  }

  void write() {
    stream_.async_write(buffer_.data(), [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec)
        self->read();
    });
  }

  websocket::stream<plain_socket, false> stream_; // without permessage-deflate
  boost::beast::flat_buffer buffer_;
};

} // namespace

int main() {
  listen_and_run(
    [](plain_socket socket) { std::make_shared<session>(std::move(socket))->start(); });
}
