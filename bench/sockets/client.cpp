#include "bench/sockets/client.hpp"

#include "bench/loops/measurement.hpp"

#include <algorithm>
#include <charconv>
#include <netinet/in.h>
#include <sys/socket.h>

namespace fief::bench {

namespace websocket = boost::beast::websocket;

namespace {

/// The port is chosen at the connect, where the whole pair of addresses counts: a bind to port 0
/// would take one that is free for all of them.
void choose_port_late(client::socket_type& socket) {
  const int on = 1;
  if (setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0)
    fail("IP_BIND_ADDRESS_NO_PORT is not known here");
}

} // namespace

client::client(asio::io_context& io, std::uint16_t port, unsigned source, std::vector<line> opening)
  : stream_(io), server_(asio::ip::address_v4::loopback(), port), opening_(std::move(opening)) {
  std::ranges::reverse(opening_);
  auto& socket = stream_.next_layer();
  socket.open(tcp::v4());
  choose_port_late(socket);
  socket.bind({asio::ip::address_v4{{127, 0, 0, static_cast<unsigned char>(source)}}, 0});
}

void client::start() {
  stream_.next_layer().async_connect(server_, [this](error_code ec) {
    if (ec)
      fail("cannot connect: " + ec.message());
    shake_hands();
  });
}

void client::shake_hands() {
  stream_.next_layer().set_option(tcp::no_delay{true});
  auto head = [](websocket::request_type& request) {
    request.set(boost::beast::http::field::sec_websocket_protocol, "fief.v1.json");
  };
  stream_.set_option(websocket::stream_base::decorator{head});
  stream_.text(true);
  stream_.auto_fragment(false);
  stream_.async_handshake("127.0.0.1", "/v1/live", [this](error_code ec) {
    if (ec)
      fail("the handshake failed: " + ec.message());
    next_line();
    read();
  });
}

void client::next_line() {
  if (!opening_.empty())
    return send(opening_.back().text);
  if (on_ready)
    on_ready();
}

void client::send(std::string text) {
  outgoing_.push_back(std::move(text));
  if (outgoing_.size() == 1)
    write();
}

void client::write() {
  stream_.async_write(asio::buffer(outgoing_.front()), [this](error_code ec, std::size_t) {
    if (ec)
      fail("cut off while sending: " + ec.message());
    outgoing_.pop_front();
    if (!outgoing_.empty())
      write();
  });
}

void client::read() {
  buffer_.consume(buffer_.size());
  stream_.async_read(buffer_, [this](error_code ec, std::size_t) {
    if (ec)
      fail("cut off while listening: " + ec.message());
    const auto data = buffer_.cdata();
    heard({static_cast<const char*>(data.data()), data.size()});
    read();
  });
}

void client::heard(std::string_view text) {
  if (text.starts_with(R"({"type":"bye")"))
    fail(std::string{text});
  if (!opening_.empty()) {
    if (text.starts_with(R"({"type":"error")"))
      fail(std::string{text});
    if (!text.starts_with(opening_.back().answer))
      return;
    opening_.pop_back();
    return next_line();
  }
  if (on_text)
    on_text(text);
}

client::line hello_line(std::string_view token, std::string_view run, bool echo) {
  auto text = R"({"type":"hello","token":")" + std::string{token} + '"';
  if (!run.empty())
    text += R"(,"run":")" + std::string{run} + '"';
  return {text + '}', echo ? R"({"type":"hello")" : R"({"type":"welcome")"};
}

std::int64_t number_of(std::string_view text, std::string_view name) {
  const auto key = '"' + std::string{name} + "\":";
  const auto at = text.find(key);
  std::int64_t out = 0;
  if (at == text.npos)
    fail("no " + key + " in " + std::string{text});
  const auto digits = text.substr(at + key.size());
  if (std::from_chars(digits.data(), digits.data() + digits.size(), out).ec != std::errc{})
    fail("no number behind " + key + " in " + std::string{text});
  return out;
}

} // namespace fief::bench
