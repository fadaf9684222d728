#include "bench/loops/fix_stream.hpp"
#include "bench/loops/measurement.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>
#include <string_view>

namespace fief::bench {

namespace websocket = boost::beast::websocket;

namespace {

/// A phone that sends its next batch when the one before is acknowledged.
class fixes_client {
public:
  fixes_client(asio::io_context& io, const load_options& options, bool echo, fix_stream fixes,
               measurement& into)
    : stream_(connect_to(io, options.port)), echo_(echo), fixes_(std::move(fixes)),
      measurement_(into) {
    auto head = [](websocket::request_type& request) {
      request.set(boost::beast::http::field::sec_websocket_protocol, "fief.v1.json");
    };
    stream_.set_option(websocket::stream_base::decorator{head});
    stream_.text(true);
    stream_.auto_fragment(false);
    error_code ec;
    stream_.handshake("127.0.0.1", "/v1/live", ec);
    if (ec)
      fail("the handshake failed: " + ec.message());
  }

  /// The server's side of a run begins with `hello`; an echo has none.
  void start(const std::string& token, const std::string& run) {
    if (!echo_) {
      stream_.write(
        asio::buffer(R"({"type":"hello","token":")" + token + R"(","run":")" + run + R"("})"));
      do
        read_one();
      while (!starts_with("{\"type\":\"welcome\""));
      buffer_.consume(buffer_.size());
    }
    send();
  }

private:
  [[nodiscard]] std::string_view received() const {
    auto data = buffer_.cdata();
    return {static_cast<const char*>(data.data()), data.size()};
  }

  [[nodiscard]] bool starts_with(std::string_view text) const {
    return received().starts_with(text);
  }

  void read_one() {
    buffer_.consume(buffer_.size());
    stream_.read(buffer_);
    if (starts_with("{\"type\":\"error\""))
      fail(std::string{received()});
  }

  void send() {
    message_ = fixes_.next();
    began_ = measurement::clock::now();
    stream_.async_write(asio::buffer(message_), [this](error_code ec, std::size_t) {
      if (ec)
        fail("the batch was not taken: " + ec.message());
      read();
    });
  }

  void read() {
    buffer_.consume(buffer_.size());
    stream_.async_read(buffer_, [this](error_code ec, std::size_t) {
      if (ec)
        fail("no acknowledgement: " + ec.message());
      if (!is_answer())
        return read(); // Tiles passed, and whatever else it has to say.
      measurement_.done(began_);
      if (measurement_.running())
        send();
    });
  }

  /// Whether this is what the batch waits for.
  bool is_answer() {
    if (echo_) {
      if (received() != message_)
        fail("the echo differs");
      return true;
    }
    if (starts_with("{\"type\":\"error\"") || starts_with("{\"type\":\"bye\""))
      fail(std::string{received()});
    if (!starts_with("{\"type\":\"ack\""))
      return false;
    auto wanted = "\"ack\":" + std::to_string(fixes_.last_seq()) + ",";
    if (received().find(wanted) == std::string_view::npos)
      fail("not the acknowledgement of " + wanted + " " + std::string{received()});
    return true;
  }

  websocket::stream<plain_socket, false> stream_;
  bool echo_;
  fix_stream fixes_;
  measurement& measurement_;
  measurement::clock::time_point began_{};
  std::string message_;
  boost::beast::flat_buffer buffer_;
};

} // namespace

std::string load_fixes(const load_options& options, bool echo, std::int64_t first_t_ms) {
  if (options.connections > options.credentials.size())
    fail("every connection needs a run of its own");
  asio::io_context io{1};
  std::vector<std::unique_ptr<fixes_client>> clients;
  measurement result{io, options};
  for (std::size_t i = 0; i < options.connections; ++i) {
    const auto& line = options.credentials[i];
    auto space = line.find(' ');
    if (space == std::string::npos)
      fail("a line is not TOKEN RUN: " + line);
    auto run = line.substr(space + 1);
    fix_stream fixes{run, first_t_ms, options.seed + i};
    clients.push_back(std::make_unique<fixes_client>(io, options, echo, std::move(fixes), result));
    clients.back()->start(line.substr(0, space), run);
  }
  result.start();
  io.run();
  return result.to_json();
}

} // namespace fief::bench
