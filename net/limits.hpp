#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <cstdint>

namespace fief::net {

using base::milliseconds;

/// Everything a peer could use up, and how much of it one gets. A deadline is never early and at
/// most two `wheel_tick` late.
struct net_limits {
  std::size_t header_bytes_max = 16 * 1024;    ///< Request line and headers; beyond it 431.
  std::size_t body_bytes_max = 1024 * 1024;    ///< Unless the route says otherwise; beyond it 413.
  std::size_t upload_bytes_max = 25'000'000;   ///< No route may ask for more than this.
  std::size_t bodies_bytes_max = 256 << 20;    ///< All request bodies that are not small, together.
  std::size_t body_bytes_small = 16 * 1024;    ///< A body up to this always has its place.
  std::size_t answers_bytes_max = 512 << 20;   ///< All answers being written that are not small.
  std::size_t answer_bytes_small = 64 * 1024;  ///< An answer up to this always has its place.
  std::size_t message_bytes_max = 64 * 1024;   ///< One socket message; beyond it close 1009.
  std::size_t json_depth_max = 16;             ///< Nesting of arrays and objects in a body.
  std::size_t connections_max = 15'000;        ///< All threads together; 0 is unbounded.
  std::size_t connections_per_address = 1'000; ///< Whole cities sit behind one NAT; 0 is unbounded.
  /// What the kernel takes for us of each connection before we read it; it counts as much again for
  /// its own records. By default that is megabytes, and filling them is work that nobody can
  /// refuse.
  int receive_buffer_bytes = 64 * 1024;
  std::size_t entity_routes_max = 4'096; ///< Entities a thread asks directly; 0: by DIRECTORY only.

  milliseconds first_byte_timeout{10'000}; ///< From accept to the first byte, TLS included.
  milliseconds request_timeout{30'000};    ///< From the first byte to the last of a request.
  milliseconds answer_timeout{30'000};     ///< For the handler; then 503 and the connection ends.
  milliseconds write_timeout{30'000};      ///< For the peer to take the whole answer.
  milliseconds keep_alive_timeout{60'000}; ///< Between two requests of a connection.
  milliseconds linger_timeout{2'000};      ///< For the peer to close after our last byte.

  milliseconds hello_timeout{5'000};      ///< To the first message of a socket without a token.
  milliseconds ping_period{30'000};       ///< After this long without a frame we ping.
  milliseconds idle_timeout{90'000};      ///< After this long without a frame we close.
  milliseconds close_timeout{5'000};      ///< For the peer to answer our close frame.
  std::size_t outbox_bytes_max = 1 << 20; ///< Waiting bytes of one socket.
  std::size_t outbox_commands_max = 256;  ///< Waiting commands of one socket; beyond it close 1013.
  std::size_t outbox_priority_max = 32;   ///< Waiting pongs of one socket; beyond it close 1013.

  milliseconds wheel_tick{250}; ///< Coarseness of every deadline above.
};

} // namespace fief::net
