#include "net/api/territory_json.hpp"

#include <catch2/catch.hpp>

using namespace fief;

TEST_CASE("a change of owner is told by the hour that had begun, never by one to come", "[net]") {
  const auto hour = std::chrono::milliseconds{std::chrono::hours{1}}.count();
  const auto begun = [](std::int64_t ms) {
    return base::to_ms(net::begun_hour(base::from_ms(ms)));
  };
  CHECK(begun(7 * hour) == 7 * hour);
  CHECK(begun(7 * hour + 1) == 7 * hour);
  CHECK(begun(8 * hour - 1) == 7 * hour);
}
