// The least that Beast can do for a GET with keep-alive: parse the request, answer a body of a
// given length that was made once. `bench_http_hello BODY_BYTES`.

#include "bench/baseline/listen.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <memory>
#include <string>

using namespace fief::bench;
namespace http = boost::beast::http;

namespace {

class connection : public std::enable_shared_from_this<connection> {
public:
  connection(plain_socket socket, std::size_t body_bytes) : socket_(std::move(socket)) {
    response_.set(http::field::content_type, "application/json");
    response_.body().assign(body_bytes, 'x');
    response_.prepare_payload();
  }

  void read() {
    request_ = {};
    http::async_read(socket_, buffer_, request_,
                     [self = shared_from_this()](error_code ec, std::size_t) {
                       if (!ec)
                         self->write();
                     });
  }

private:
  void write() {
    http::async_write(socket_, response_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec)
        self->read();
    });
  }

  plain_socket socket_;
  boost::beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_{http::status::ok, 11};
};

} // namespace

int main(int argc, char** argv) {
  auto body_bytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 64;
  listen_and_run([body_bytes](plain_socket socket) {
    std::make_shared<connection>(std::move(socket), body_bytes)->read();
  });
}
