#pragma once

#include "net/ws_stream.hpp"

namespace fief::net {

template <class Stream>
void ws_stream<Stream>::start() {
  namespace http = boost::beast::http;
  namespace websocket = boost::beast::websocket;
  const auto& config = this->thread().shared().config;
  begin();
  stream_.read_message_max(config.limits.message_bytes_max);
  stream_.auto_fragment(false);
  stream_.text(true);
  const bool offered = (*request_)[http::field::sec_websocket_protocol].size() > 0;
  auto decorate = [&config, offered](websocket::response_type& response) {
    if (offered)
      response.set(http::field::sec_websocket_protocol, config.socket_protocol);
  };
  stream_.set_option(websocket::stream_base::decorator{decorate});
  stream_.control_callback([this](websocket::frame_type, auto) { on_alive(); });
  stream_.async_accept(*request_, [self = self_ptr()](error_code ec) {
    self->request_.reset();
    self->on_accepted(ec);
  });
}

template <class Stream>
void ws_stream<Stream>::read() {
  buffer_.consume(buffer_.size());
  read_part();
}

/// Reads up to the end of a message. One that says more than an idle socket has room for will do so
/// again, and costs a turn of the loop only the first time.
template <class Stream>
void ws_stream<Stream>::read_part() {
  stream_.async_read_some(buffer_, part_max_, [self = self_ptr()](error_code ec, std::size_t) {
    if (ec)
      return self->on_read_failed();
    if (!self->stream_.is_message_done()) {
      self->part_max_ = part_unbounded;
      return self->read_part();
    }
    const auto data = self->buffer_.data();
    const std::string_view message{static_cast<const char*>(data.data()), data.size()};
    self->on_message(self->stream_.got_text(), message);
  });
}

template <class Stream>
void ws_stream<Stream>::write(const std::string& text) {
  stream_.async_write(asio::buffer(text),
                      [self = self_ptr()](error_code ec, std::size_t) { self->on_written(ec); });
}

template <class Stream>
void ws_stream<Stream>::ping() {
  stream_.async_ping({}, [self = self_ptr()](error_code ec) { self->on_pinged(ec); });
}

template <class Stream>
void ws_stream<Stream>::write_close(close_code code, std::string_view reason) {
  const boost::beast::websocket::close_reason why{
    static_cast<boost::beast::websocket::close_code>(code),
    boost::beast::string_view{reason.data(), reason.size()}};
  stream_.async_close(why, [self = self_ptr()](error_code) { self->on_closed(); });
}

template <class Stream>
void ws_stream<Stream>::close_transport() {
  error_code ec;
  boost::beast::get_lowest_layer(stream_).close(ec);
}

} // namespace fief::net
