#include "src/rules_of.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace std::chrono_literals;

TEST_CASE("a silent socket is pinged well before it is closed, whatever is configured") {
  for (auto idle : {1'000ms, 90'000ms, 3'600'000ms}) {
    http_config http;
    http.idle = idle;
    auto limits = server_config_of(http, {}).limits;
    CHECK(limits.idle_timeout == idle);
    CHECK(limits.ping_period == idle / 3);
  }
}

TEST_CASE("a rate limit of 0 lifts the limit") {
  http_config http;
  http.requests_per_minute = 0;
  auto limits = api_limits_of(http);
  CHECK(limits.per_user.burst >= 1'000'000);
  CHECK(limits.per_address.burst >= 1'000'000);
  CHECK(limits.auth_per_address.burst == http.auth_requests_per_minute);
}

TEST_CASE("who watches without an account never takes more than half of the places") {
  http_config http;
  http.connections_max = 5'000;
  CHECK(api_limits_of(http).anonymous_max == 2'500);
  http.connections_max = 1;
  CHECK(api_limits_of(http).anonymous_max == 1);
}

TEST_CASE("the rules of the game follow the configuration and the world's own tile level") {
  config values;
  values.game.house_fee_percent = 7;
  values.game.soft_cap_tiles = 80;
  values.actors.loading_max = 9;
  values.actors.loading_queue_max = 90;
  auto rules = rules_of(values, 15);
  CHECK(rules.tiling.level() == 15);
  CHECK(rules.events.house_fee_bp == 700);
  CHECK(rules.mining.soft_cap == 80);
  CHECK(rules.loading_max == 9);
  CHECK(rules.loading_queue_max == 90);
  CHECK(is_valid(rules.events));
  CHECK(is_valid(rules.mining));
  values.game.soft_cap_tiles = 0;
  CHECK_FALSE(rules_of(values, 17).mining.soft_cap);
}
