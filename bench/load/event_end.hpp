#pragma once

#include "bench/load/world.hpp"

namespace fief::load {

/// Watches the events of a scenario with `finish_at` end: waits for the cut by the server's clock,
/// and measures how long it takes until the results are final.
class event_end {
public:
  explicit event_end(world& in) : in_(in), alarm_(in.io) {}

  asio::awaitable<void> play();

private:
  asio::awaitable<void> follow(std::size_t index);

  world& in_;
  alarm alarm_;
};

/// See `check_everything`: of the events that are settled, ranks without a gap, payouts that are
/// exactly the pool, and, unless tiles of others count, everybody whose run has a result.
asio::awaitable<void> check_events(world& in);

} // namespace fief::load
