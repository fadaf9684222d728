#include "actors/chain.hpp"

#include "tests/support/actor_world.hpp"
#include "tests/support/fake_evm.hpp"

#include <catch2/catch.hpp>
#include <iostream>
#include <spdlog/spdlog.h>

using namespace fief;
using namespace fief::test;
using namespace fief::actors;

namespace {

const std::string treasury = "0x" + std::string(40, 'e');
constexpr std::uint64_t users = 4;

std::string wallet_of(std::uint64_t n) {
  return "0x" + std::string(39, '0') + std::to_string(n);
}

/// The id of a user, on either end of a word.
std::string ref_of(std::uint64_t n, bool low = true) {
  std::string digits;
  for (auto c : to_string(user_of(n)))
    if (c != '-')
      digits += c;
  std::string zeros(32, '0');
  return "0x" + (low ? zeros + digits : digits + zeros);
}

chain_rules rules_of_test() {
  chain_rules rules;
  rules.chain = 1;
  rules.token = "0x" + std::string(40, '1');
  rules.treasury = treasury;
  rules.shop = "0x" + std::string(40, '2');
  rules.rate = {1, 30}; // Three cents per unit.
  rules.confirmations = 4;
  rules.reorg_depth = 8;
  return rules;
}

chain_log transfer(const std::string& sender, std::int64_t amount) {
  chain_log log;
  log.sender = sender;
  log.amount = std::to_string(amount);
  return log;
}

chain_log purchase(const std::string& buyer, std::int64_t amount, const std::string& ref) {
  auto log = transfer(buyer, amount);
  log.kind = deposit_kind::purchase;
  log.ref = ref;
  return log;
}

/// A world with a chain, its CHAIN, and users who have linked a wallet each.
class chain_world : public actor_world {
public:
  explicit chain_world(std::uint64_t seed = 1, const chain_rules& followed = rules_of_test())
    : actor_world(seed), evm(std::make_shared<fake_evm>(seed)) {
    config.rules = followed;
    config.range_max = 16;
    populate(users, 0);
    for (std::uint64_t n = 1; n <= users; ++n) {
      put(put_wallet_challenge{user_of(n), "nonce" + std::to_string(n), at(0), at(hour)});
      put(link_wallet{user_of(n), wallet_of(n), "nonce" + std::to_string(n), at(0)});
    }
  }

  ~chain_world() {
    evm->weather = {};
    weather = nullptr;
  }

  void follow() {
    node_ = spawn(fake_node, evm);
    chain_ = spawn(actors::chain, chain_ports{store, reader, node_, time}, config);
  }
  /// Ends CHAIN where it stands, with what it has asked, and starts another one.
  void restart() {
    caf::anon_send_exit(chain_, caf::exit_reason::kill);
    caf::anon_send_exit(node_, caf::exit_reason::kill);
    drain();
    follow();
  }
  void prompt() {
    caf::anon_send(chain_, atom::flush_v);
    drain();
  }
  /// Time for it to get over whatever there was.
  void settle() { advance(std::chrono::seconds{90}, std::chrono::milliseconds{100}); }

  std::int64_t coins(std::uint64_t n) const { return db->users.at(user_of(n)).account.coins_cents; }
  const chain_status& status() const { return db->chains.at(1); }

  fake_transaction pay(std::uint64_t n, std::int64_t amount) {
    return {evm->fresh_word(), {transfer(wallet_of(n), amount)}, n, 3 * amount};
  }
  fake_transaction random_transaction();

  /// Every deposit that is deep enough on the chain as it is now is credited once, and no other.
  void check_books() const;

  std::shared_ptr<fake_evm> evm;
  chain_config config;

private:
  node_actor node_;
  chain_actor chain_;
};

fake_transaction chain_world::random_transaction() {
  auto n = 1 + rng.below(users);
  auto amount = static_cast<std::int64_t>(1 + rng.below(5));
  auto stranger = "0x" + std::string(40, 'b');
  auto ref = ref_of(n, rng.chance(1, 2));
  auto hash = evm->fresh_word();
  switch (rng.below(6)) {
    case 0: return {hash, {transfer(wallet_of(n), amount)}, n, 3 * amount};
    case 1: return {hash, {transfer(stranger, amount)}, 0, 0};
    case 2: // The shop: its payment is no deposit beside it.
      return {hash, {transfer(stranger, amount), purchase(stranger, amount, ref)}, n, 3 * amount};
    case 3: // For nobody that is known: the buyer's then.
      return {hash,
              {transfer(wallet_of(n), amount), purchase(wallet_of(n), amount, ref_of(99))},
              n,
              3 * amount};
    case 4: // Twice the same in one transaction.
      return {
        hash, {transfer(wallet_of(n), amount), transfer(wallet_of(n), amount)}, n, 6 * amount};
    default: return {hash, {transfer(wallet_of(n), 0), transfer(treasury, 7)}, 0, 0};
  }
}

void chain_world::check_books() const {
  std::map<std::uint64_t, std::int64_t> expected;
  auto final_number = evm->head() + 1 - config.rules.confirmations;
  for (const auto& block : evm->blocks())
    if (block.number <= final_number)
      for (const auto& each : block.transactions)
        expected[each.user] += each.cents;
  for (std::uint64_t n = 1; n <= users; ++n) {
    CAPTURE(n);
    CHECK(coins(n) == expected[n]);
  }
  std::int64_t booked = 0;
  for (const auto& [id, row] : db->ledger)
    booked += row.entry.amount;
  std::int64_t credited = 0;
  for (const auto& [key, row] : db->deposits)
    credited += row.credited_at ? row.seen.cents : 0;
  CHECK(booked == credited);
}

/// What one seed does to the chain and its node, then peace.
void live_through(std::uint64_t seed) {
  CAPTURE(seed);
  chain_world w{seed};
  auto& rng = w.rng;
  auto percent = [&rng](std::uint32_t most) { return static_cast<std::uint32_t>(rng.below(most)); };
  w.evm->weather = {percent(30), percent(40), percent(20), percent(60), 1 + rng.below(24)};
  auto store_faults = percent(20);
  w.weather = [&](const std::string&) {
    if (!rng.chance(store_faults, 100))
      return store_fault::none;
    constexpr store_fault all[] = {store_fault::refuse, store_fault::lose_answer,
                                   store_fault::repeat, store_fault::delay};
    return all[rng.below(4)];
  };
  auto mine = [&] {
    std::vector<fake_transaction> some;
    for (auto count = rng.below(3); count > 0; --count)
      some.push_back(w.random_transaction());
    w.evm->mine(std::move(some));
  };
  for (auto before = rng.below(60); before > 0; --before)
    mine();
  w.follow();
  for (int i = 0; i < 80; ++i) {
    auto what = rng.below(10);
    if (what < 5) {
      mine();
    } else if (what < 7) {
      auto depth = std::min<std::uint64_t>(rng.below(w.config.rules.confirmations), w.evm->head());
      auto gone = w.evm->cut(depth);
      // Some come back, in another order; there may be fewer or more blocks than before.
      for (auto blocks = depth + rng.below(3); blocks > 0; --blocks) {
        std::vector<fake_transaction> some;
        while (!gone.empty() && rng.chance(1, 2)) {
          some.push_back(gone.back());
          gone.pop_back();
        }
        w.evm->mine(std::move(some));
      }
    } else if (what == 7) {
      w.restart();
    } else if (what == 8) {
      w.prompt();
    }
    w.advance(std::chrono::milliseconds{100 * rng.below(60)}, std::chrono::milliseconds{100});
  }
  w.evm->weather = {};
  w.weather = nullptr;
  for (std::uint32_t i = 0; i < w.config.rules.confirmations; ++i)
    w.evm->mine();
  w.settle();
  REQUIRE(w.status().halted == "");
  REQUIRE(w.status().at.number == w.evm->head());
  w.check_books();
}

} // namespace

TEST_CASE("a deposit is shown when its block is read and credited when it is deep enough") {
  chain_world w;
  w.evm->mine({w.pay(1, 5)});
  w.follow();
  w.settle();
  CHECK(w.coins(1) == 0);
  REQUIRE(w.db->deposits.size() == 1);
  w.evm->mine();
  w.evm->mine();
  w.settle();
  CHECK(w.coins(1) == 0);
  w.evm->mine();
  w.prompt();
  CHECK(w.coins(1) == 15);
  w.settle();
  w.restart();
  w.settle();
  CHECK(w.coins(1) == 15);
  CHECK(w.config.gauge->credited == 1);
}

TEST_CASE("depth is counted in blocks that were read, not in those that a node tells of") {
  chain_world w;
  for (int i = 0; i < 15; ++i)
    w.evm->mine();
  w.evm->mine({w.pay(1, 10)}); // The last one, and the last of the first portion.
  w.evm->weather.lie = 100;
  w.follow();
  w.settle();
  CHECK(w.status().at.number == 16);
  CHECK(w.coins(1) == 0);
  w.evm->weather.lie = 0;
  for (int i = 0; i < 3; ++i)
    w.evm->mine();
  w.settle();
  CHECK(w.coins(1) == 30);
}

TEST_CASE("logs of a block that is not the one read are not taken") {
  chain_world w;
  w.evm->mine({w.pay(1, 10)});
  for (int i = 0; i < 5; ++i)
    w.evm->mine();
  w.evm->twist = [&](chain_logs& told) {
    for (auto& log : told.logs)
      log.block_hash = w.evm->fresh_word();
  };
  w.follow();
  w.settle();
  CHECK(w.coins(1) == 0);
  CHECK(w.db->deposits.empty());
  w.evm->twist = nullptr;
  w.settle();
  CHECK(w.coins(1) == 30);
}

TEST_CASE("at the finalized tag a deposit is credited when its block is") {
  auto rules = rules_of_test();
  rules.at_finalized = true;
  chain_world w{1, rules};
  w.evm->mine({w.pay(1, 5)});
  for (int i = 0; i < 6; ++i)
    w.evm->mine();
  w.follow();
  w.settle();
  CHECK(w.coins(1) == 0);
  w.evm->finalized = 1;
  w.settle();
  CHECK(w.coins(1) == 15);
}

TEST_CASE("days of blocks are caught up with in portions, halved where a node refuses") {
  chain_world w;
  std::int64_t sum = 0;
  for (int i = 1; i <= 200; ++i) {
    w.evm->mine({w.pay(1, i)});
    sum += 3 * i;
  }
  for (int i = 0; i < 4; ++i)
    w.evm->mine();
  w.evm->weather.range_max = 3;
  w.follow();
  w.settle();
  CHECK(w.coins(1) == sum);
  CHECK(w.status().at.number == w.evm->head());
}

TEST_CASE("a reorganisation deeper than is bearable halts the chain until it is read again") {
  chain_world w;
  w.evm->mine({w.pay(1, 5)});
  for (int i = 0; i < 6; ++i)
    w.evm->mine();
  w.follow();
  w.settle();
  REQUIRE(w.coins(1) == 15);
  auto gone = w.evm->cut(7);
  w.evm->mine({w.pay(2, 1)});
  w.evm->mine(gone); // The same transaction, elsewhere.
  for (int i = 0; i < 8; ++i)
    w.evm->mine();
  w.settle();
  CHECK(w.status().halted != "");
  CHECK(w.config.gauge->halted);
  CHECK(w.coins(2) == 0);
  w.restart();
  w.settle();
  CHECK(w.coins(2) == 0);
  w.db->chains.at(1).rescan_from = 1;
  w.settle();
  CHECK(w.status().halted == "");
  CHECK(w.status().at.number == w.evm->head());
  CHECK(w.coins(1) == 15);
  CHECK(w.coins(2) == 3);
  for (const auto& [key, row] : w.db->deposits)
    CHECK_FALSE(row.lost);
}

TEST_CASE("a reorganisation to fewer blocks is followed at once, a node that lags is waited for") {
  chain_world w;
  for (int i = 0; i < 6; ++i)
    w.evm->mine();
  w.evm->mine({w.pay(1, 5)});
  w.evm->mine();
  w.follow();
  w.settle();
  REQUIRE(w.db->deposits.size() == 1);
  w.evm->cut(1);
  w.settle();
  CHECK(w.status().at.number == 8); // As if it were behind.
  w.evm->cut(1);
  w.evm->mine({w.pay(2, 1)});
  w.settle();
  CHECK(w.status().at.number == 7);
  REQUIRE(w.db->deposits.size() == 1);
  CHECK(w.db->deposits.begin()->second.user == user_of(2));
  CHECK(w.coins(1) + w.coins(2) == 0);
}

TEST_CASE("one node on a chain of its own halts nothing") {
  chain_world w;
  for (int i = 0; i < 9; ++i)
    w.evm->mine();
  w.follow();
  w.settle();
  auto good = *w.evm;
  w.evm->cut(9);
  for (int i = 0; i < 12; ++i)
    w.evm->mine();
  w.advance(std::chrono::seconds{2}, std::chrono::milliseconds{100});
  *w.evm = good;
  w.settle();
  CHECK(w.status().halted == "");
  CHECK(w.status().at.number == 9);
}

TEST_CASE("contracts that are not what was configured stop the chain before it is read") {
  chain_world w;
  w.evm->facts.decimals = 18;
  w.evm->mine({w.pay(1, 5)});
  w.follow();
  w.settle();
  CHECK(w.config.gauge->halted);
  CHECK(w.db->chains.empty());
}

TEST_CASE("each contradiction names its setting") {
  auto rules = rules_of_test();
  node_facts good{1, true, true, 1};
  CHECK_FALSE(contradiction_of(good, rules));
  auto named = [&](node_facts facts, const std::string& key) {
    auto wrong = contradiction_of(facts, rules);
    REQUIRE(wrong);
    CHECK(wrong->find(key) != std::string::npos);
  };
  named({2, true, true, 1}, "chain.id");
  named({1, false, true, 1}, "chain.token:");
  named({1, true, false, 1}, "chain.shop");
  named({1, true, true, caf::none}, "chain.token:");
  named({1, true, true, 18}, "chain.token_decimals");
}

TEST_CASE("a ref names a user by the id on either end") {
  CHECK(user_of_ref(ref_of(3)) == user_of(3));
  CHECK(user_of_ref(ref_of(3, false)) == user_of(3));
  CHECK(user_of_ref("0x" + std::string(64, '0')).is_nil());
  CHECK(user_of_ref("0x" + std::string(64, '1')).is_nil());
  CHECK(user_of_ref("0x").is_nil());
}

TEST_CASE("whatever befalls nodes, store and server, each deposit of the chain is credited once") {
  std::cout << "seeds 1 to 150\n";
  spdlog::set_level(spdlog::level::off); // Each has a few hundred lines to say.
  for (std::uint64_t seed = 1; seed <= 150; ++seed)
    live_through(seed);
  spdlog::set_level(spdlog::level::info);
}
