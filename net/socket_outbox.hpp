#pragma once

#include "net/lane.hpp"
#include "net/limits.hpp"
#include "net/socket.hpp"

#include <cstddef>
#include <vector>

namespace fief::net {

/// What waits to leave through one socket, bounded in every direction: a slow reader costs at most
/// `outbox_bytes_max` and the commands' bound, whatever happens on the map.
class socket_outbox {
public:
  using payload = socket::payload;

  explicit socket_outbox(const net_limits& limits) : limits_(limits) {}

  /// False when the lane is full; the caller closes.
  [[nodiscard]] bool push_priority(payload message);
  [[nodiscard]] bool push_command(payload message);
  bulk_result push_bulk(std::uint64_t key, payload message);
  void drop_bulk(std::uint64_t key);

  /// The next to leave, or null: priority, then commands, then the bulk key that waited longest.
  payload pop();
  /// The keys refused since, once the rest has drained to half the bound; each once per refusal.
  std::vector<std::uint64_t> take_caught_up();

  /// Forgets all bulk, waiting and refused: the socket is closing.
  void clear_bulk();
  void clear();

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// Nothing waits and nobody was refused: what comes now may leave past it.
  [[nodiscard]] bool idle() const {
    return priority_.empty() && commands_.empty() && bulk_.empty() && behind_.empty();
  }

private:
  struct keyed {
    std::uint64_t key;
    payload message;
  };
  std::vector<keyed>::iterator find_bulk(std::uint64_t key);
  bool push_urgent(lane<payload>& to, std::size_t max, payload message);
  payload take_urgent(lane<payload>& from);

  const net_limits& limits_;
  lane<payload> priority_;
  lane<payload> commands_;
  lane<keyed> bulk_;                  // a handful of subscriptions: searched, not indexed
  std::vector<std::uint64_t> behind_; // keys refused since, no key twice
  std::size_t bytes_ = 0;
  std::size_t urgent_bytes_ = 0; // of priority and commands
};

} // namespace fief::net
