#pragma once

#include "net/http_message.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace fief::net {

class io_thread;

/// What became of a bulk message.
enum class bulk_result : std::uint8_t {
  queued,   ///< It leaves as soon as the socket takes it.
  replaced, ///< Queued in the place of an older one of its key, which never left.
  behind,   ///< Refused, and what its key had waiting is gone: over the bound or closing.
};

/// Close codes of RFC 6455 section 7.4 that we send.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  policy = 1008,
  too_big = 1009,
  internal_error = 1011,
  service_restart = 1012,
  try_again_later = 1013,
};

/// The sending side of one WebSocket, for game code. Used on its I/O thread only; other threads
/// post there first. Three lanes leave in this order: priority, commands, bulk.
class socket : public std::enable_shared_from_this<socket> {
public:
  using payload = std::shared_ptr<const std::string>;

  virtual ~socket() = default;

  /// For a reply that must not wait behind anything, such as a pong. Bounded as commands are.
  virtual void send_priority(payload message) = 0;
  /// For what the client must not miss. Past the bound the socket closes with 1013, and false.
  virtual bool send_command(payload message) = 0;
  /// For state that a newer message replaces: of one key at most one waits. A caller whose
  /// messages are differences sends a whole state after `replaced`; after `behind` it waits for
  /// `socket_handler::on_caught_up`.
  virtual bulk_result send_bulk(std::uint64_t key, payload message) = 0;
  /// Takes back what the key has waiting, if anything.
  virtual void drop_bulk(std::uint64_t key) = 0;

  /// Lets priority and commands leave, then closes. Nothing can be sent afterwards.
  virtual void close(close_code code, std::string_view reason) = 0;

  /// No credit: stops reading after the message in hand, so the peer feels it. The idle deadline
  /// rests meanwhile.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;

  [[nodiscard]] virtual bool open() const = 0;
  [[nodiscard]] virtual std::size_t bytes_queued() const = 0;
  /// The `Authorization` header of the upgrade request, possibly empty.
  [[nodiscard]] virtual std::string_view authorization() const = 0;
  [[nodiscard]] virtual std::string_view remote_address() const = 0;
  [[nodiscard]] virtual std::string_view request_id() const = 0;
  [[nodiscard]] virtual io_thread& thread() = 0;
};

/// The game's side of one WebSocket. Called on the socket's I/O thread; destroyed with the socket
/// after `on_close`. Callbacks that outlive a call hold `socket.weak_from_this()`.
class socket_handler {
public:
  virtual ~socket_handler() = default;
  virtual void on_open(socket& self) = 0;
  /// One text message, valid during the call. Never called after `on_close`.
  virtual void on_text(socket& self, std::string_view text) = 0;
  /// The queue has drained to half its bound after a `behind`, for a key refused meanwhile.
  virtual void on_caught_up(socket& self, std::uint64_t key) = 0;
  /// Once, whoever closed. Nothing can be sent any more.
  virtual void on_close(socket& self) = 0;
};

using socket_factory =
  std::function<std::unique_ptr<socket_handler>(io_thread&, const http_request&)>;

} // namespace fief::net
