#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdio>
#include <utility>

namespace fief::bench {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;
/// A concrete executor: the fastest form that Beast has on this platform.
using plain_socket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;
using plain_acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

/// Hands every accepted socket to `serve`.
template <class Serve>
void accept_next(plain_acceptor& acceptor, Serve serve) {
  acceptor.async_accept([&acceptor, serve](error_code ec, plain_socket socket) {
    if (ec)
      return;
    socket.set_option(tcp::no_delay{true});
    serve(std::move(socket));
    accept_next(acceptor, serve);
  });
}

/// Listens on a free port of the loopback, says which, and serves on this thread until killed.
template <class Serve>
void listen_and_run(Serve serve) {
  asio::io_context io{1};
  plain_acceptor acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  std::printf("listening on http://127.0.0.1:%u\n", unsigned{acceptor.local_endpoint().port()});
  std::fflush(stdout);
  accept_next(acceptor, serve);
  io.run();
}

} // namespace fief::bench
