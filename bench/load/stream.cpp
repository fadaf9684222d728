#include "bench/load/stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/in.h>
#include <openssl/ssl.h>

namespace fief::load {

asio::awaitable<void> any_stream::connect(const target& to, std::uint32_t source) {
  socket_.open(to.endpoint.protocol());
  if (auto from = to.source(source)) {
    // The port is chosen when the other end is known: so one address serves 28,000 per server.
    using no_port = asio::detail::socket_option::boolean<IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT>;
    socket_.set_option(no_port{true});
    socket_.bind(tcp::endpoint{*from, 0});
  }
  co_await socket_.async_connect(to.endpoint, asio::use_awaitable);
  socket_.set_option(tcp::no_delay{true});
  if (!tls_)
    co_return;
  SSL_set_tlsext_host_name(tls_->native_handle(), to.host.c_str());
  tls_->set_verify_callback(asio::ssl::host_name_verification{to.host});
  co_await tls_->async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
}

} // namespace fief::load
