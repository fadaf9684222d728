#include "integrations/chain/head_feed.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <chrono>
#include <optional>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <thread>
#include <utility>

namespace fief::integrations {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::size_t message_bytes_max = 1 << 20;
constexpr std::chrono::seconds connect_patience{10};
constexpr std::chrono::seconds pause_min{1};
constexpr std::chrono::seconds pause_max{30};
constexpr const char* subscription =
  R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})";

struct address {
  bool tls = false;
  std::string host;
  std::string port;
  std::string target;
};

address parse(std::string_view url) {
  address x;
  x.tls = url.starts_with("wss://");
  if (!x.tls && !url.starts_with("ws://"))
    throw std::runtime_error("chain.ws_url must begin with ws:// or wss://");
  url.remove_prefix(x.tls ? 6 : 5);
  auto slash = std::min(url.find('/'), url.size());
  auto place = url.substr(0, slash);
  x.target = slash == url.size() ? "/" : std::string{url.substr(slash)};
  auto colon = place.rfind(':');
  if (colon == place.npos || place.find(']', colon) != place.npos) {
    x.host = place;
    x.port = x.tls ? "443" : "80";
  } else {
    x.host = place.substr(0, colon);
    x.port = place.substr(colon + 1);
  }
  if (x.host.empty() || x.port.empty())
    throw std::runtime_error("chain.ws_url names no host");
  return x;
}

/// One connection from its beginning to its end.
template <class Stream>
class link : public std::enable_shared_from_this<link<Stream>> {
public:
  using handler = std::function<void()>;

  template <class... Args>
  link(const address& to, handler prompt, handler ended, Args&&... args)
    : to_(to), prompt_(std::move(prompt)), ended_(std::move(ended)),
      stream_(std::forward<Args>(args)...) {}

  void begin(const tcp::resolver::results_type& places) {
    auto& socket = beast::get_lowest_layer(stream_);
    socket.expires_after(connect_patience);
    socket.async_connect(places, [self = this->shared_from_this()](error_code why, const auto&) {
      self->on_connected(why);
    });
  }

private:
  void on_connected(error_code why) {
    if (why)
      return ended_();
    if constexpr (is_tls)
      start_tls();
    else
      start_websocket();
  }

  void start_tls() {
    if constexpr (is_tls) {
      auto& tls = stream_.next_layer();
      tls.set_verify_callback(asio::ssl::host_name_verification(to_.host));
      if (SSL_set_tlsext_host_name(tls.native_handle(), to_.host.c_str()) != 1)
        return ended_();
      tls.async_handshake(asio::ssl::stream_base::client,
                          [self = this->shared_from_this()](error_code why) {
                            if (why)
                              self->ended_();
                            else
                              self->start_websocket();
                          });
    }
  }

  void start_websocket() {
    beast::get_lowest_layer(stream_).expires_never();
    auto timeouts = websocket::stream_base::timeout::suggested(beast::role_type::client);
    timeouts.keep_alive_pings = true;
    timeouts.idle_timeout = std::chrono::seconds{60};
    stream_.set_option(timeouts);
    stream_.read_message_max(message_bytes_max);
    stream_.async_handshake(to_.host + ':' + to_.port, to_.target,
                            [self = this->shared_from_this()](error_code why) {
                              if (why)
                                self->ended_();
                              else
                                self->subscribe();
                            });
  }

  void subscribe() {
    stream_.async_write(asio::buffer(std::string_view{subscription}),
                        [self = this->shared_from_this()](error_code why, std::size_t) {
                          if (why)
                            self->ended_();
                          else
                            self->read();
                        });
  }

  void read() {
    stream_.async_read(buffer_, [self = this->shared_from_this()](error_code why, std::size_t) {
      if (why)
        return self->ended_();
      self->buffer_.consume(self->buffer_.size());
      self->prompt_();
      self->read();
    });
  }

  static constexpr bool is_tls =
    std::is_same_v<Stream, websocket::stream<beast::ssl_stream<beast::tcp_stream>, false>>;

  address to_;
  handler prompt_;
  handler ended_;
  Stream stream_;
  beast::flat_buffer buffer_;
};

} // namespace

class head_feed::worker {
public:
  worker(const std::string& url, std::function<void()> prompt)
    : to_(parse(url)), prompt_(std::move(prompt)) {
    tls_.set_default_verify_paths();
    tls_.set_verify_mode(asio::ssl::verify_peer);
    connect();
    thread_ = std::thread{[this] { io_.run(); }};
  }
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;
  ~worker() {
    io_.stop();
    thread_.join();
  }

private:
  void connect() {
    resolver_.async_resolve(to_.host, to_.port, [this](error_code why, const auto& places) {
      if (why)
        return again();
      auto prompt = [this] {
        pause_ = pause_min;
        prompt_();
      };
      auto ended = [this] { again(); };
      if (to_.tls)
        std::make_shared<link<websocket::stream<beast::ssl_stream<beast::tcp_stream>, false>>>(
          to_, prompt, ended, io_, tls_)
          ->begin(places);
      else
        std::make_shared<link<websocket::stream<beast::tcp_stream, false>>>(to_, prompt, ended, io_)
          ->begin(places);
    });
  }

  void again() {
    if (pause_ == pause_min)
      spdlog::info("chain.ws_url is not connected; polling goes on");
    timer_.expires_after(pause_);
    pause_ = std::min(2 * pause_, pause_max);
    timer_.async_wait([this](error_code why) {
      if (!why)
        connect();
    });
  }

  address to_;
  std::function<void()> prompt_;
  asio::io_context io_{1};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  tcp::resolver resolver_{io_};
  asio::steady_timer timer_{io_};
  std::chrono::seconds pause_ = pause_min;
  std::thread thread_;
};

head_feed::head_feed(const std::string& url, std::function<void()> prompt)
  : worker_(std::make_unique<worker>(url, std::move(prompt))) {}

head_feed::head_feed(head_feed&&) noexcept = default;
head_feed::~head_feed() = default;

} // namespace fief::integrations
