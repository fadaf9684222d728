#include "src/log_sink.hpp"
#include "src/open_files.hpp"

#include <catch2/catch.hpp>

#include <spdlog/logger.h>
#include <string>
#include <unistd.h>

namespace {

struct pipe_log {
  pipe_log() {
    REQUIRE(::pipe(ends) == 0);
    sink = std::make_shared<fief::log_sink>(ends[1]);
    sink->set_pattern("%v");
    logger = std::make_unique<spdlog::logger>("test", sink);
  }
  ~pipe_log() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  /// What is in the pipe. @pre Something is.
  std::string read() {
    std::string out(1 << 20, '\0');
    out.resize(static_cast<std::size_t>(::read(ends[0], out.data(), out.size())));
    return out;
  }

  int ends[2];
  std::shared_ptr<fief::log_sink> sink;
  std::unique_ptr<spdlog::logger> logger;
};

} // namespace

TEST_CASE("a line arrives whole, also a long one", "[src]") {
  pipe_log log;
  log.logger->info("one");
  CHECK(log.read() == "one\n");
  const std::string text(20'000, 'x');
  log.logger->info("{}", text);
  CHECK(log.read() == text + "\n");
  CHECK(log.sink->lost() == 0);
}

TEST_CASE("nobody waits for a log that nobody reads, and what was lost is told later", "[src]") {
  pipe_log log;
  const std::string text(999, 'x');
  for (auto i = 0; i < 1'000; ++i) // Sixteen times what a pipe holds.
    log.logger->info("{}", text);
  const auto lost = log.sink->lost();
  CHECK(lost > 500);
  CHECK(lost < 1'000);
  log.read();
  log.logger->info("back");
  CHECK(log.read() == "(" + std::to_string(lost) + " lines of the log were lost here)\nback\n");
  log.logger->info("again");
  CHECK(log.read() == "again\n");
}

TEST_CASE("connections leave room for the other files of the process", "[src]") {
  CHECK(fief::connections_within(18'000, 1'048'576) == 18'000);
  CHECK(fief::connections_within(18'000, 20'000) == 18'000);
  CHECK(fief::connections_within(20'000, 20'000) == 19'700);
  CHECK(fief::connections_within(18'000, 1'024) == 724);
  CHECK(fief::connections_within(18'000, 256) == 128);
  CHECK(fief::connections_within(10, 1'024) == 10);
  CHECK(fief::raise_open_files() > 0);
}
