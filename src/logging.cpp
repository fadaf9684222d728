#include "src/logging.hpp"

#include "src/log_sink.hpp"
#include "src/recent_log.hpp"

#include <memory>
#include <spdlog/pattern_formatter.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace fief {

namespace {

/// The message as a JSON string's inside.
class json_text_flag : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    constexpr std::string_view digits = "0123456789abcdef";
    for (auto c : message.payload) {
      auto u = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(c);
      } else if (u < 0x20) {
        for (auto d : {'\\', 'u', '0', '0', digits[u >> 4], digits[u & 15]})
          out.push_back(d);
      } else {
        out.push_back(c);
      }
    }
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<json_text_flag>();
  }
};

std::unique_ptr<spdlog::formatter> make_formatter(const std::string& format) {
  auto out = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  if (format == "json")
    out->add_flag<json_text_flag>('*').set_pattern(
      R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","logger":"%n","text":"%*"})");
  else
    out->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %-11n %v");
  return out;
}

} // namespace

void start_logging(const log_config& config) {
  auto sink = std::make_shared<log_sink>(STDERR_FILENO);
  sink->set_formatter(make_formatter(config.format));
  auto recent = std::make_shared<recent_log>();
  auto level = spdlog::level::from_str(config.level);
  for (auto name : {"app", "actors", "net", "persistence", "security"}) {
    auto logger = std::make_shared<spdlog::logger>(name, spdlog::sinks_init_list{sink, recent});
    logger->set_level(level);
    logger->flush_on(spdlog::level::info);
    if (std::string_view{name} == "app")
      spdlog::set_default_logger(logger); // Registers it, too.
    else
      spdlog::register_logger(logger);
  }
}

namespace {

/// The program's sink of this kind; null before `start_logging`.
template <class Sink>
Sink* find_sink() {
  for (const auto& each : spdlog::default_logger()->sinks())
    if (auto* sink = dynamic_cast<Sink*>(each.get()))
      return sink;
  return nullptr;
}

} // namespace

std::uint64_t log_lines_lost() {
  const auto* sink = find_sink<log_sink>();
  return sink != nullptr ? sink->lost() : 0;
}

std::vector<actors::log_line> recent_log_lines() {
  auto* sink = find_sink<recent_log>();
  return sink != nullptr ? sink->newest_first() : std::vector<actors::log_line>{};
}

} // namespace fief
