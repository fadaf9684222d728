#pragma once

#include "bench/load/alarm.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <functional>
#include <vector>

namespace fief::load {

/// Does all jobs, at most `lanes` at once, and returns when the last is done. A job's exception
/// ends the program: `io` passes it on.
inline asio::awaitable<void> do_together(asio::io_context& io,
                                         std::vector<std::function<asio::awaitable<void>()>> jobs,
                                         std::size_t lanes) {
  struct state {
    std::size_t next = 0;
    std::size_t busy = 0;
  } now;
  alarm done{io};
  std::function<void()> begin_next = [&] {
    if (now.next == jobs.size())
      return;
    ++now.busy;
    asio::co_spawn(io, jobs[now.next++](), [&](std::exception_ptr error) {
      if (error)
        std::rethrow_exception(error);
      --now.busy;
      begin_next();
      done.ring();
    });
  };
  for (auto left = std::min(lanes, jobs.size()); left > 0; --left)
    begin_next();
  while (now.busy > 0)
    co_await done.until(steady::now() + std::chrono::hours{1});
}

} // namespace fief::load
