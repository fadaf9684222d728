#include "bench/loops/measurement.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>

namespace fief::bench {

namespace http = boost::beast::http;

namespace {

/// One keep-alive connection that asks again as soon as it has its answer.
class http_client {
public:
  http_client(asio::io_context& io, const load_options& options, std::string request,
              measurement& into)
    : socket_(connect_to(io, options.port)), request_(std::move(request)), measurement_(into) {}

  void ask() {
    began_ = measurement::clock::now();
    asio::async_write(socket_, asio::buffer(request_), [this](error_code ec, std::size_t) {
      if (ec)
        fail("the request was not taken: " + ec.message());
      read();
    });
  }

private:
  void read() {
    response_ = {};
    http::async_read(socket_, buffer_, response_, [this](error_code ec, std::size_t) {
      if (ec)
        fail("no answer: " + ec.message());
      if (response_.result() != http::status::ok)
        fail("answered " + std::to_string(response_.result_int()) + ": " + response_.body());
      measurement_.done(began_);
      if (measurement_.running())
        ask();
    });
  }

  plain_socket socket_;
  std::string request_;
  measurement& measurement_;
  measurement::clock::time_point began_{};
  boost::beast::flat_buffer buffer_;
  http::response<http::string_body> response_;
};

std::string request_text(const std::string& target, const std::string& token) {
  auto text = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (!token.empty())
    text += "Authorization: Bearer " + token + "\r\n";
  return text + "\r\n";
}

} // namespace

std::string load_http(const load_options& options, const std::string& target) {
  asio::io_context io{1};
  std::vector<std::unique_ptr<http_client>> clients;
  measurement result{io, options};
  for (std::size_t i = 0; i < options.connections; ++i) {
    const auto& token = options.credentials[i % options.credentials.size()];
    clients.push_back(
      std::make_unique<http_client>(io, options, request_text(target, token), result));
    clients.back()->ask();
  }
  result.start();
  io.run();
  return result.to_json();
}

} // namespace fief::bench
