#include "bench/load/live_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

namespace fief::load {

namespace websocket = boost::beast::websocket;

class live_link::session : public std::enable_shared_from_this<session> {
public:
  session(const place& where, handlers to)
    : place_(where), handlers_(std::move(to)), socket_(where.io, where.to) {}

  void start() {
    ++place_.open_count;
    auto self = shared_from_this();
    asio::co_spawn(place_.io, live(self), asio::detached);
  }

  void send(std::string text) {
    if (is_over_)
      return;
    waiting_.push_back(std::move(text));
    write();
  }

  void close() {
    is_closing_ = true;
    write();
  }

  void cut() {
    handlers_ = {};
    end({});
    socket_.next_layer().close();
  }

  /// Nobody listens any more; what is being closed politely may end so.
  void forget() {
    handlers_ = {};
    if (!is_closing_)
      cut();
  }

private:
  /// Takes the session by value: it holds it alive.
  asio::awaitable<void> live(std::shared_ptr<session> self) {
    std::string why;
    try {
      co_await socket_.next_layer().connect(place_.to, place_.source);
      co_await shake_hands();
      is_open_ = true;
      write();
      while (!is_over_)
        co_await read();
    } catch (const boost::system::system_error& error) {
      why = socket_.reason().code != websocket::close_code::none
              ? "closed " + std::to_string(socket_.reason().code)
              : "connection: " + error.code().message();
    }
    self->end(why);
  }

  asio::awaitable<void> shake_hands() {
    websocket::stream_base::timeout bounds{std::chrono::seconds{60}, websocket::stream_base::none(),
                                           false};
    socket_.set_option(bounds);
    socket_.set_option(websocket::stream_base::decorator{[](websocket::request_type& head) {
      head.set(boost::beast::http::field::sec_websocket_protocol, "fief.v1.json");
    }});
    socket_.text(true);
    socket_.auto_fragment(false);
    socket_.secure_prng(false);
    socket_.read_message_max(256U << 20);
    co_await socket_.async_handshake(place_.to.host, "/v1/live", asio::use_awaitable);
  }

  asio::awaitable<void> read() {
    auto size = co_await socket_.async_read(buffer_, asio::use_awaitable);
    ++place_.counts.of(counter::messages_in);
    place_.counts.of(counter::bytes_in) += size;
    auto data = buffer_.cdata();
    auto hear = handlers_.on_text; // It may cut us, which forgets it.
    if (hear)
      hear({static_cast<const char*>(data.data()), data.size()});
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > 65'536)
      buffer_.shrink_to_fit(); // A map's snapshot, once in a while.
  }

  void write() {
    if (!is_open_ || is_over_ || is_writing_)
      return;
    if (waiting_.empty()) {
      if (is_closing_)
        close_now();
      return;
    }
    is_writing_ = true;
    place_.counts.of(counter::bytes_out) += waiting_.front().size();
    socket_.async_write(asio::buffer(waiting_.front()),
                        [self = shared_from_this()](error_code ec, std::size_t) {
                          self->is_writing_ = false;
                          if (ec || self->is_over_)
                            return; // The reader hears of it too.
                          self->waiting_.pop_front();
                          self->write();
                        });
  }

  void close_now() {
    is_writing_ = true;
    socket_.async_close(websocket::close_code::normal,
                        [self = shared_from_this()](error_code) { self->end({}); });
  }

  void end(const std::string& why) {
    if (is_over_)
      return;
    is_over_ = true;
    --place_.open_count;
    auto tell = std::move(handlers_.on_end);
    handlers_ = {};
    if (tell && !is_closing_)
      tell(why);
  }

  place place_;
  handlers handlers_;
  websocket::stream<any_stream, false> socket_;
  boost::beast::flat_buffer buffer_;
  std::deque<std::string> waiting_; // A deque's front stays where it is while others are added.
  bool is_open_ = false;
  bool is_writing_ = false;
  bool is_closing_ = false;
  bool is_over_ = false;
};

live_link::live_link(const place& where, handlers to)
  : session_(std::make_shared<session>(where, std::move(to))) {
  session_->start();
}

live_link::~live_link() {
  session_->forget();
}

void live_link::send(std::string text) {
  session_->send(std::move(text));
}

void live_link::cut() {
  session_->cut();
}

void live_link::close() {
  session_->close();
}

} // namespace fief::load
