#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace fief::net {

namespace asio = boost::asio;

/// A TCP socket that knows its executor's type: no virtual call per operation (platform.md 5).
using plain_stream = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

} // namespace fief::net
