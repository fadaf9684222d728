#include "net/ws_stream_impl.hpp"

namespace fief::net {

template class ws_stream<plain_stream>;

} // namespace fief::net
