#include "net/stream_connection.hpp"

namespace fief::net {

void serve_plain(io_thread& thread, plain_stream stream, connection_permit permit,
                 std::string address) {
  std::make_shared<stream_connection<plain_stream>>(thread, std::move(stream), std::move(permit),
                                                    std::move(address))
    ->start();
}

} // namespace fief::net
