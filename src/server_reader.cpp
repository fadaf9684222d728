#include "src/server_reader.hpp"

#include <algorithm>

namespace fief {

server_reading server_reader::read(const actors::store_health& store,
                                   const actors::directory_status& live) const {
  server_reading out;
  out.sockets = static_cast<std::uint64_t>(std::max<std::int64_t>(net_.sockets.value(), 0));
  for (const auto* each :
       {&net_.requests_ok, &net_.requests_redirect, &net_.requests_client, &net_.requests_server})
    out.requests += each->value();
  out.fixes_acked = live_.fixes_acked.value();
  out.acks = live_.ack_seconds.read();
  out.store = store;
  out.live = live;
  out.queues = read_queues(store, gauges_);
  out.process = read_process_usage();
  return out;
}

} // namespace fief
