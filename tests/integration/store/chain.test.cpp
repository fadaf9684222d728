#include "tests/integration/store/backends.hpp"
#include "tests/support/store/conformance.hpp"

#include "game/coin_rate.hpp"

using namespace fief;
using namespace fief::test;
using namespace fief::actors;

namespace {

constexpr std::uint64_t chain = 31337;

std::string word(std::uint64_t n, std::size_t digits = 64) {
  auto text = std::to_string(n);
  return "0x" + std::string(digits - text.size(), '0') + text;
}

std::string wallet_of(std::uint64_t n) {
  return word(n, 40);
}

/// Block `number` of branch 0, or of another one.
chain_point block(std::uint64_t number, std::uint64_t branch = 0) {
  return {number, word(1'000 * branch + number)};
}

seen_deposit deposit(std::uint64_t tx, std::uint64_t sender, std::uint64_t number,
                     std::int64_t cents = 300, std::uint64_t branch = 0) {
  seen_deposit x;
  x.tx = word(tx);
  x.log = 4;
  x.block = number;
  x.block_hash = block(number, branch).hash;
  x.sender = wallet_of(sender);
  x.amount = std::to_string(cents) + "00000000000000000000000001"; // Beyond 64 bits.
  x.cents = cents;
  x.dust = "1";
  return x;
}

void link(store_world& world, std::uint64_t user, std::uint64_t wallet) {
  auto nonce = "nonce" + std::to_string(wallet);
  must(world.write(put_wallet_challenge{user_of(user), nonce, at(0), at(hour)}));
  must(world.write(link_wallet{user_of(user), wallet_of(wallet), nonce, at(1)}));
}

/// From block to block, with everything read up to `final_number` credited.
advance_chain step(const chain_point& from, const chain_point& to, std::uint64_t final_number,
                   std::vector<seen_deposit> deposits = {}) {
  advance_chain x;
  x.chain = chain;
  x.from = from;
  x.fork = from.number;
  x.to = to;
  x.final_number = final_number;
  x.head = to.number;
  x.blocks = {to};
  if (to.number > from.number)
    x.spans = {{from.number + 1, to.number}};
  x.deposits = std::move(deposits);
  x.now = at(2);
  return x;
}

std::vector<deposit_record> deposits_of(store_world& world, std::uint64_t user) {
  return must(world.read(list_deposits{user_of(user), {}})).items;
}

void begin(store_world& world, std::uint64_t users = 3) {
  populate(world, users, 0);
  must(world.write(open_chain{chain, block(0), at(0)}));
}

} // namespace

TEST_CASE("a challenge proves one wallet once") {
  store_world world{each_backend()};
  populate(world, 2);
  put_wallet_challenge put{user_of(1), "nonce", at(0), at(hour)};
  must(world.write(put));
  must(world.write(put));
  link_wallet good{user_of(1), wallet_of(1), "nonce", at(1)};
  auto with = [&](auto change) {
    auto x = good;
    change(x);
    return x;
  };
  check_refused(world.write(with([](auto& x) { x.user = user_of(2); })), errc::challenge_expired);
  check_refused(world.write(with([](auto& x) { x.now = at(hour); })), errc::challenge_expired);
  check_refused(world.write(with([](auto& x) { x.nonce = "other"; })), errc::challenge_expired);
  check_refused(world.write(with([](auto& x) { x.user = user_of(9); })), errc::not_found);
  CHECK(must(world.write(good)).wallet.linked_at == at(1));
  CHECK(must(world.write(with([](auto& x) { x.now = at(5); }))).wallet.linked_at == at(1));
  check_refused(world.write(with([](auto& x) { x.address = wallet_of(2); })),
                errc::challenge_expired);
  must(world.write(put_wallet_challenge{user_of(2), "theirs", at(0), at(hour)}));
  check_refused(world.write(link_wallet{user_of(2), wallet_of(1), "theirs", at(1)}),
                errc::wallet_taken);
  auto list = must(world.read(list_wallets{user_of(1)})).wallets;
  REQUIRE(list.size() == 1);
  CHECK(list[0].address == wallet_of(1));
  CHECK(must(world.read(list_wallets{user_of(2)})).wallets.empty());
  must(world.write(unlink_wallet{user_of(2), wallet_of(1)})); // Not his: nothing.
  CHECK(must(world.read(list_wallets{user_of(1)})).wallets.size() == 1);
  must(world.write(unlink_wallet{user_of(1), wallet_of(1)}));
  CHECK(must(world.read(list_wallets{user_of(1)})).wallets.empty());
  check_refused(world.write(good), errc::challenge_expired); // The old proof is spent.
}

TEST_CASE("a user has five challenges at once, the latest") {
  store_world world{each_backend()};
  populate(world, 1);
  for (int n = 1; n <= 6; ++n)
    must(world.write(
      put_wallet_challenge{user_of(1), "nonce" + std::to_string(n), at(n), at(hour + n)}));
  check_refused(world.write(link_wallet{user_of(1), wallet_of(1), "nonce1", at(9)}),
                errc::challenge_expired);
  for (std::uint64_t n = 2; n <= 6; ++n)
    must(world.write(link_wallet{user_of(1), wallet_of(n), "nonce" + std::to_string(n), at(9)}));
}

TEST_CASE("a deposit is pending, then credited once, and the same step again changes nothing") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  auto first = step(block(0), block(3), 0, {deposit(1, 1, 2)});
  CHECK(must(world.write(first)).credited == 0);
  auto seen = deposits_of(world, 1);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].confirmations == 2);
  CHECK_FALSE(seen[0].deep_enough);
  CHECK_FALSE(seen[0].credited_at);
  CHECK(seen[0].seen.amount == "30000000000000000000000000001");
  CHECK(account_of(world, 1).coins_cents == 0);
  auto second = step(block(3), block(6), 3);
  CHECK(must(world.write(second)).credited == 1);
  for (int times = 0; times < 2; ++times)
    CHECK(must(world.write(second)).credited == 0);
  check_refused(world.write(first), errc::stale);
  CHECK(account_of(world, 1).coins_cents == 300);
  REQUIRE(ledger_of(world, 1).size() == 1);
  CHECK(ledger_of(world, 1)[0].cause == "deposit:31337:" + word(1) + ":4");
  auto notices = notices_of(world, 1);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].kind == notice_kind::deposit_credited);
  CHECK(notices[0].amount_cents == 300);
  CHECK(deposits_of(world, 1)[0].credited_at == at(2));
  auto status = must(world.read(load_chain{chain})).status;
  CHECK(status.at == block(6));
  CHECK(status.final_number == 3);
}

TEST_CASE("steps at once from one place: one is taken") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  std::vector<advance_chain> steps;
  for (std::uint64_t branch = 1; branch <= 5; ++branch)
    steps.push_back(step(block(0), block(3, branch), 3,
                         {deposit(branch, 1, 2, 100 * static_cast<std::int64_t>(branch), branch)}));
  std::size_t taken = 0;
  for (auto& reply : world.write_at_once(steps))
    taken += reply ? 1 : 0;
  CHECK(taken == 1);
  CHECK(ledger_of(world, 1).size() == 1);
}

TEST_CASE("a reorganisation replaces what is not credited") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  must(world.write(step(block(0), block(3), 1, {deposit(1, 1, 1), deposit(2, 1, 3)})));
  CHECK(account_of(world, 1).coins_cents == 300);
  auto other = step(block(3), block(4, 1), 2, {deposit(3, 1, 3, 50, 1)});
  other.fork = 2;
  other.blocks = {block(3, 1), block(4, 1)};
  other.spans = {{3, 4}};
  must(world.write(other));
  auto seen = deposits_of(world, 1);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].seen.tx == word(3));
  must(world.write(step(block(4, 1), block(9, 1), 9)));
  CHECK(account_of(world, 1).coins_cents == 350);
  auto too_deep = step(block(9, 1), block(9, 2), 9);
  too_deep.fork = 8;
  check_refused(world.write(too_deep), errc::invalid_argument);
}

TEST_CASE("what a second reading finds is what counts") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  must(world.write(step(block(0), block(3), 0, {deposit(1, 1, 1, 100), deposit(2, 1, 2, 200)})));
  auto again = step(block(3), block(4), 2, {deposit(1, 1, 1, 100), deposit(3, 1, 2, 400)});
  again.spans.push_back({1, 2}); // One had been left out, one never was.
  CHECK(must(world.write(again)).credited == 2);
  CHECK(account_of(world, 1).coins_cents == 500);
  CHECK(deposits_of(world, 1).size() == 2);
}

TEST_CASE("a deposit of an unknown wallet waits for whoever links it") {
  store_world world{each_backend()};
  begin(world);
  must(world.write(step(block(0), block(5), 3, {deposit(1, 1, 1), deposit(2, 1, 5)})));
  CHECK(deposits_of(world, 1).empty());
  must(world.write(put_wallet_challenge{user_of(1), "n", at(0), at(hour)}));
  CHECK(must(world.write(link_wallet{user_of(1), wallet_of(1), "n", at(1)})).credited == 1);
  CHECK(account_of(world, 1).coins_cents == 300);
  CHECK(deposits_of(world, 1).size() == 2);
  must(world.write(unlink_wallet{user_of(1), wallet_of(1)}));
  CHECK(deposits_of(world, 1).size() == 1); // The other waits for the next owner.
  must(world.write(step(block(5), block(9), 9)));
  link(world, 2, 1);
  CHECK(account_of(world, 1).coins_cents == 300);
  CHECK(account_of(world, 2).coins_cents == 300);
}

TEST_CASE("a purchase is the named user's, else its buyer's") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  auto for_two = deposit(1, 1, 1, 100);
  for_two.kind = deposit_kind::purchase;
  for_two.ref = user_of(2);
  auto for_nobody = deposit(2, 1, 1, 20);
  for_nobody.kind = deposit_kind::purchase;
  for_nobody.ref = user_of(77);
  must(world.write(step(block(0), block(5), 5, {for_two, for_nobody})));
  CHECK(account_of(world, 2).coins_cents == 100);
  CHECK(account_of(world, 1).coins_cents == 20);
}

TEST_CASE("refused and worthless deposits are kept and move no coins") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  auto large = deposit(1, 1, 1, 0);
  large.refused = true;
  must(world.write(step(block(0), block(5), 5, {large, deposit(2, 1, 1, 0)})));
  auto seen = deposits_of(world, 1);
  REQUIRE(seen.size() == 2);
  CHECK(static_cast<bool>(seen[0].credited_at) != static_cast<bool>(seen[1].credited_at));
  CHECK(ledger_of(world, 1).empty());
  CHECK(notices_of(world, 1).empty());
}

TEST_CASE("a halted chain stands still until it is read again, and credits nothing twice") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  must(world.write(step(block(0), block(5), 5, {deposit(1, 1, 1), deposit(2, 1, 2, 40)})));
  check_refused(world.write(halt_chain{7, block(5), "x"}), errc::not_found);
  CHECK(must(world.write(halt_chain{chain, block(4), "elsewhere"})).halted.empty());
  CHECK(must(world.write(halt_chain{chain, block(5), "too deep"})).halted == "too deep");
  check_refused(world.write(step(block(5), block(6), 6)), errc::stale);
  // Without an operator's wish nothing goes back.
  CHECK(must(world.write(restart_chain{chain, block(0), at(3)})).halted == "too deep");
}

TEST_CASE("deposits come in pages, newest first") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  std::vector<seen_deposit> many;
  for (std::uint64_t n = 1; n <= 7; ++n)
    many.push_back(deposit(n, 1, n, static_cast<std::int64_t>(n)));
  must(world.write(step(block(0), block(9), 0, many)));
  std::vector<std::int64_t> cents;
  page_request page{"", 3};
  do {
    auto got = must(world.read(list_deposits{user_of(1), page}));
    for (const auto& each : got.items)
      cents.push_back(each.seen.cents);
    page.cursor = got.next_cursor;
  } while (!page.cursor.empty());
  CHECK(cents == std::vector<std::int64_t>{7, 6, 5, 4, 3, 2, 1});
  check_refused(world.read(list_deposits{user_of(1), {"nonsense", 3}}), errc::invalid_argument);
}

TEST_CASE("a closed account leaves its credited deposits and gives up the rest") {
  store_world world{each_backend()};
  begin(world);
  link(world, 1, 1);
  must(world.write(step(block(0), block(5), 3, {deposit(1, 1, 1), deposit(2, 1, 5)})));
  must(world.write(delete_user{user_of(1), at(3)}));
  CHECK(must(world.read(list_wallets{user_of(1)})).wallets.empty());
  must(world.write(step(block(5), block(9), 9)));
  CHECK(ledger_of(world, 1).size() == 1);
  link(world, 2, 1);
  CHECK(account_of(world, 2).coins_cents == 300);
}

TEST_CASE("hashes of blocks below the bound are forgotten") {
  store_world world{each_backend()};
  begin(world);
  auto first = step(block(0), block(3), 0);
  first.blocks = {block(1), block(2), block(3)};
  must(world.write(first));
  auto second = step(block(3), block(5), 2);
  second.blocks = {block(4), block(5)};
  second.keep_from = 2;
  must(world.write(second));
  auto blocks = must(world.read(load_chain{chain})).blocks;
  CHECK(blocks == std::vector<chain_point>{block(2), block(3), block(4), block(5)});
  check_refused(world.read(load_chain{7}), errc::not_found);
}
