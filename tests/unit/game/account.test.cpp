#include "game/account.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace fief;
using namespace std::string_literals;

namespace {

const std::string nil = "00000000-0000-0000-0000-000000000000";
const std::string one = "00000000-0000-0000-0000-000000000001";
const std::string two = "00000000-0000-0000-0000-000000000002";

/// Counts the 64-bit words a stream would hold: a field left out would be lost between nodes.
struct counter {
  using result_type = int;
  int operator()() { return 0; }
  template <class T, class... Ts>
  int operator()(T& x, Ts&... xs) {
    return count(x) + (*this)(xs...);
  }
  int count(std::int64_t&) { return 1; }
  int count(std::uint64_t&) { return 1; }
  int count(game::instant&) { return 1; }
  int count(game::user_id& x) { return inspect(*this, x); }
  int count(game::mining_state& x) { return inspect(*this, x); }
};

} // namespace

TEST_CASE("experience counts whole tokens, ten points each", "[game][account]") {
  CHECK(game::xp_of(0) == 0);
  CHECK(game::xp_of(999'999) == 0);
  CHECK(game::xp_of(1'000'000) == 10);
  CHECK(game::xp_of(2'999'999) == 20);
  CHECK(game::xp_of(INT64_MAX) == 92'233'720'368'540);
}

TEST_CASE("causes have the form that the ledger keeps for ever", "[game][account]") {
  game::user_id user{{0, 1}};
  game::event_id event{{0, 2}};
  game::ticket_id ticket{{0, 1}};
  CHECK(game::prize_cause(event, user) == "prize:" + two + ":" + one);
  CHECK(game::ticket_cause(ticket) == "ticket:" + one);
  CHECK(game::refund_cause(ticket) == "refund:" + one);
  CHECK(game::mining_cause(user, 0) == "mining:" + one + ":0");
  CHECK(game::mining_cause(user, UINT64_MAX) == "mining:" + one + ":18446744073709551615");
  CHECK(game::grant_cause({0, 2}) == "grant:" + two);
  game::deposit_source source{137, {}, 5};
  source.tx[0] = 0xab;
  source.tx[31] = 0x0f;
  CHECK(game::deposit_cause(source) == "deposit:137:0xab"s + std::string(60, '0') + "0f:5");
}

TEST_CASE("different things never have the same cause", "[game][account]") {
  std::set<std::string> causes;
  auto add = [&](const std::string& cause) {
    CAPTURE(cause);
    CHECK(causes.insert(cause).second);
  };
  for (std::uint64_t a = 0; a < 12; ++a) {
    add(game::ticket_cause({{0, a}}));
    add(game::refund_cause({{0, a}}));
    add(game::grant_cause({0, a}));
    for (std::uint64_t b = 0; b < 12; ++b) {
      add(game::prize_cause({{0, a}}, {{0, b}}));
      add(game::mining_cause({{0, a}}, b));
      add(game::deposit_cause({a, {}, b}));
      game::deposit_source other{a, {}, b};
      other.tx[7] = 1;
      add(game::deposit_cause(other));
    }
  }
}

TEST_CASE("currencies read back from their names and nothing else does", "[game][account]") {
  for (auto x : {game::currency::coins, game::currency::tokens})
    CHECK(game::parse_currency(to_string(x)) == x);
  for (auto text : {"", "coin", "Coins", "unknown"})
    CHECK_FALSE(game::parse_currency(text));
}

TEST_CASE("inspection lists every field of an account and of its mining", "[game][account]") {
  game::account x;
  counter f;
  CHECK(inspect(f, x) * sizeof(std::int64_t) == sizeof(game::account));
  CHECK(inspect(f, x.mining) * sizeof(std::int64_t) == sizeof(game::mining_state));
  CHECK(x.next_expiry == game::account::no_expiry);
  CHECK(to_string(x.user) == nil);
}
