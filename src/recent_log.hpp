#pragma once

#include "actors/messages/status.hpp"

#include <cstddef>
#include <deque>
#include <mutex>
#include <spdlog/sinks/base_sink.h>
#include <vector>

namespace fief {

/// Remembers the last warnings and errors of the log, for those who look at the server and not at
/// its log. Of a long line the beginning, so that its memory has a bound.
/// Threads: any.
class recent_log final : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit recent_log(std::size_t lines_max = 50, std::size_t text_bytes_max = 1'000);

  [[nodiscard]] std::vector<actors::log_line> newest_first();

private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

  std::size_t lines_max_;
  std::size_t text_bytes_max_;
  std::deque<actors::log_line> lines_; ///< Oldest first.
};

} // namespace fief
