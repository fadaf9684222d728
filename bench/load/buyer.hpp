#pragma once

#include "bench/load/shop.hpp"
#include "bench/load/world.hpp"

namespace fief::load {

/// One who looks at events, buys tickets, counts coins and claims tokens: one request of REST at
/// every beat of the schedule, whether the one before is answered or not.
class buyer {
public:
  buyer(world& in, person& who, std::uint32_t index);

  asio::awaitable<void> play();

private:
  asio::awaitable<void> act(std::uint64_t step, steady_time due);
  asio::awaitable<void> buy_next(steady_time due);
  asio::awaitable<void> claim(steady_time due);
  asio::awaitable<void> read(op what, std::string path, steady_time due);

  world& in_;
  person& who_;
  std::uint32_t index_;
  base::rng random_;
  alarm alarm_;
  shop shop_;
  std::int64_t claimable_at_ms_ = 0;
  std::uint32_t under_way_ = 0;
};

} // namespace fief::load
