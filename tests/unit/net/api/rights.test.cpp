#include "net/api/recent_rights.hpp"
#include "net/request_log.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace std::chrono_literals;
using net::recent_rights;

namespace {

constexpr std::uint32_t runner = actors::role_runner;
constexpr std::uint32_t boss = runner | actors::role_organiser | actors::role_operator;

game::user_id user(std::uint64_t n) {
  return game::user_id{{1, n}};
}

} // namespace

TEST_CASE("a token keeps its roles while nobody's rights change", "[net]") {
  recent_rights rights{900s};
  CHECK(rights.allowed(user(1), boss, true) == boss);
  CHECK(rights.allowed(user(1), runner, true) == runner);
}

TEST_CASE("a role taken away, a ban and its end reach tokens that are out already", "[net]") {
  recent_rights rights{900s};
  rights.set(user(1), runner);
  CHECK(rights.allowed(user(1), boss, true) == runner);
  rights.set(user(1), 0);
  CHECK(rights.allowed(user(1), boss, true) == 0);
  rights.set(user(1), boss);
  CHECK(rights.allowed(user(1), boss, true) == boss);
  CHECK(rights.allowed(user(1), runner, true) == runner); // What is gained comes with a new token.
  CHECK(rights.allowed(user(2), boss, true) == boss);
}

TEST_CASE("a new process trusts another's token no further than what is stored", "[net]") {
  recent_rights rights{900s};
  rights.begin({{user(1), boss}, {user(2), 0}, {user(3), runner | actors::role_organiser}});
  CHECK(rights.allowed(user(1), boss, false) == boss);
  CHECK(rights.allowed(user(2), runner, false) == 0);
  CHECK(rights.allowed(user(3), boss, false) == (runner | actors::role_organiser));
  CHECK(rights.allowed(user(4), boss, false) == runner); // By the process before.
  CHECK(rights.allowed(user(4), boss, true) == boss);    // Made an operator just now.
}

TEST_CASE("after the life of a token all is forgotten", "[net]") {
  recent_rights rights{0s};
  rights.set(user(1), 0);
  rights.begin({{user(2), 0}});
  CHECK(rights.allowed(user(1), boss, true) == boss);
  CHECK(rights.allowed(user(2), boss, true) == boss);
}

TEST_CASE("a log shows what a peer wrote as harmless text of one line", "[net]") {
  CHECK(net::loggable("/v1/runs") == "/v1/runs");
  CHECK(net::loggable("/a\x1b[2J\nb\xc2\x9b\x7f") == "/a?[2J?b???");
  CHECK(net::loggable(std::string(5'000, 'x')) == std::string(200, 'x') + "...");
}
