#include "src/log_sink.hpp"

#include <climits>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace fief {

/// A pipe that is ready takes `PIPE_BUF` bytes without waiting, so a long line goes in pieces.
bool log_sink::write_now(std::string_view text) const {
  while (!text.empty()) {
    pollfd ready{descriptor_, POLLOUT, 0};
    if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0)
      return false;
    const auto piece = text.substr(0, PIPE_BUF);
    const auto written = ::write(descriptor_, piece.data(), piece.size());
    if (written <= 0)
      return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void log_sink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  if (told_ < lost_) {
    const auto missing = fmt::format("({} lines of the log were lost here)\n", lost_ - told_);
    if (!write_now(missing)) {
      lost_ += 1;
      return;
    }
    told_ = lost_;
  }
  if (!write_now({line.data(), line.size()}))
    lost_ += 1;
}

} // namespace fief
