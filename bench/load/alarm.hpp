#pragma once

#include "bench/load/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace fief::load {

namespace asio = boost::asio;

/// Sleeps until an instant, unless somebody rings before. For one sleeper at a time.
class alarm {
public:
  explicit alarm(asio::io_context& io) : timer_(io) {}

  /// Whether somebody rang; a ring that came while nobody slept counts for the next sleep.
  asio::awaitable<bool> until(steady_time at) {
    if (!rung_) {
      timer_.expires_at(at);
      co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    auto rang = rung_;
    rung_ = false;
    co_return rang;
  }
  void ring() {
    rung_ = true;
    timer_.cancel();
  }
  void forget() { rung_ = false; }

private:
  asio::steady_timer timer_;
  bool rung_ = false;
};

} // namespace fief::load
