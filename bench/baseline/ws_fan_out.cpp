// The least that Beast can do to tell everybody something: `publish N` from anyone writes the same
// N bytes to every socket that said anything else before. The answer to that is an echo.

#include "bench/baseline/listen.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace fief::bench;
namespace websocket = boost::beast::websocket;

namespace {

class session : public std::enable_shared_from_this<session> {
public:
  using everybody = std::vector<std::shared_ptr<session>>;
  using payload = std::shared_ptr<const std::string>;

  session(plain_socket socket, everybody& all) : stream_(std::move(socket)), all_(all) {
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
        self->heard();
    });
  }

  void heard() {
    const auto data = buffer_.cdata();
    const std::string_view text{static_cast<const char*>(data.data()), data.size()};
    constexpr std::string_view publish = "publish ";
    if (text.starts_with(publish)) {
      const auto size = std::strtoul(std::string{text.substr(publish.size())}.c_str(), nullptr, 10);
      const auto message = std::make_shared<const std::string>(size, 'x');
      for (const auto& x : all_)
        x->write(message);
    } else {
      write(std::make_shared<const std::string>(text));
      if (text == "watch")
        all_.push_back(shared_from_this());
    }
    read();
  }

  void write(payload message) {
    if (std::exchange(writing_, true)) { // The client waits between two, so this cannot be.
      std::fprintf(stderr, "a socket still has the message before\n");
      std::exit(1);
    }
    const auto from = asio::buffer(*message);
    stream_.async_write(from, [self = shared_from_this(), message = std::move(message)](
                                error_code, std::size_t) { self->writing_ = false; });
  }

  websocket::stream<plain_socket, false> stream_; // without permessage-deflate
  boost::beast::flat_buffer buffer_;
  everybody& all_;
  bool writing_ = false;
};

} // namespace

int main() {
  session::everybody all;
  listen_and_run(
    [&all](plain_socket socket) { std::make_shared<session>(std::move(socket), all)->start(); });
}
