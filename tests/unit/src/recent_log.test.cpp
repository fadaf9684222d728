#include "src/recent_log.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <spdlog/logger.h>
#include <string>

namespace {

struct remembering {
  std::shared_ptr<fief::recent_log> sink = std::make_shared<fief::recent_log>(3, 10);
  spdlog::logger net{"net", sink};
  spdlog::logger store{"persistence", sink};
};

} // namespace

TEST_CASE("the last warnings and errors are remembered, newest first, and "
          "nothing less",
          "[src]") {
  remembering log;
  log.net.set_level(spdlog::level::trace);
  log.net.info("not this");
  log.net.debug("nor this");
  CHECK(log.sink->newest_first().empty());
  log.net.warn("one");
  log.store.error("two {}", 2);
  log.net.critical("three");
  auto lines = log.sink->newest_first();
  REQUIRE(lines.size() == 3);
  CHECK((lines[0].level == "critical" && lines[0].logger == "net" && lines[0].text == "three"));
  CHECK((lines[1].level == "error" && lines[1].logger == "persistence"));
  CHECK(lines[1].text == "two 2");
  CHECK((lines[2].level == "warning" && lines[2].text == "one"));
  CHECK(lines[0].at >= lines[2].at);
  CHECK(lines[2].at > fief::base::from_ms(1'600'000'000'000));
  log.net.warn("four");
  lines = log.sink->newest_first();
  REQUIRE(lines.size() == 3);
  CHECK((lines[0].text == "four" && lines[2].text == "two 2"));
}

TEST_CASE("of a long line the beginning is remembered, in whole characters", "[src]") {
  remembering log;
  log.net.warn("0123456789");
  log.net.warn("0123456789 and more");
  log.net.warn("01234567\u20ac and more"); // A sign of three bytes, from the ninth on.
  auto lines = log.sink->newest_first();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].text == "01234567");
  CHECK(lines[1].text == "0123456789");
  CHECK(lines[2].text == "0123456789");
}
