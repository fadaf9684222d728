#include "src/recent_log.hpp"

#include <chrono>
#include <string_view>

namespace fief {

namespace {

/// The beginning of a text in UTF-8, never half a character.
std::string_view beginning_of(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max)
    return text;
  auto end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
    --end;
  return text.substr(0, end);
}

} // namespace

recent_log::recent_log(std::size_t lines_max, std::size_t text_bytes_max)
  : lines_max_(lines_max), text_bytes_max_(text_bytes_max) {
  set_level(spdlog::level::warn);
}

std::vector<actors::log_line> recent_log::newest_first() {
  std::lock_guard lock{mutex_};
  return {lines_.rbegin(), lines_.rend()};
}

void recent_log::sink_it_(const spdlog::details::log_msg& message) {
  auto level = spdlog::level::to_string_view(message.level);
  actors::log_line line;
  line.at = std::chrono::floor<base::milliseconds>(message.time);
  line.level.assign(level.data(), level.size());
  line.logger.assign(message.logger_name.data(), message.logger_name.size());
  line.text = beginning_of({message.payload.data(), message.payload.size()}, text_bytes_max_);
  lines_.push_back(std::move(line));
  if (lines_.size() > lines_max_)
    lines_.pop_front();
}

} // namespace fief
