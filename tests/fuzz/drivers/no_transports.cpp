// In place of the translation units that serve real sockets, which no fuzzer opens and which take
// the longest to compile.

#include "net/server_shared.hpp"

#include <cstdlib>

namespace fief::net {

void serve_plain(io_thread&, plain_stream, connection_permit, std::string) {
  std::abort(); // A fuzzer accepts no connection.
}

void serve_tls(io_thread&, plain_stream, connection_permit, std::string) {
  std::abort(); // A fuzzer accepts no connection.
}

} // namespace fief::net
