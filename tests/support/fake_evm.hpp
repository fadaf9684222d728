#pragma once

#include "actors/interfaces.hpp"
#include "base/rng.hpp"

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fief::test {

/// A transaction: it leaves the same logs in whatever block it comes to lie.
struct fake_transaction {
  std::string hash;
  std::vector<actors::chain_log> logs; ///< Without block and index.
  std::uint64_t user = 0;              ///< Whose deposit it is; 0: nobody's.
  std::int64_t cents = 0;
};

struct fake_block {
  std::uint64_t number = 0;
  std::string hash;
  std::string parent;
  std::vector<fake_transaction> transactions;
};

/// What befalls one question to the node. In parts of 100.
struct fake_weather {
  std::uint32_t fail = 0;              ///< No answer.
  std::uint32_t lag = 0;               ///< Answers from the chain as it was some time ago.
  std::uint32_t lie = 0;               ///< Tells of a last block that does not exist.
  std::uint32_t forget = 0;            ///< The logs of the last block are not indexed yet.
  std::uint64_t range_max = 1'000'000; ///< Blocks; more are refused.
};

/// An EVM chain in memory, with a node that is as unreliable as told.
class fake_evm {
public:
  explicit fake_evm(std::uint64_t seed);

  /// One block more.
  void mine(std::vector<fake_transaction> transactions = {});
  /// Takes the last `depth` blocks away. Returns their transactions.
  std::vector<fake_transaction> cut(std::size_t depth);
  [[nodiscard]] const std::vector<fake_block>& blocks() const { return chain_; }
  [[nodiscard]] std::uint64_t head() const { return chain_.back().number; }
  /// `0x` and so many digits of a number that was never given before.
  std::string fresh_word(std::size_t digits = 64);

  fake_weather weather;
  std::uint64_t finalized = 0;
  std::function<void(actors::chain_logs&)> twist; ///< What the node makes of the logs it tells.
  actors::node_facts facts{1, true, true, 1};

  // -- as the node tells it ---------------------------------------------------------------------
  game::outcome<actors::chain_head> tell_head();
  game::outcome<actors::chain_blocks> tell_blocks(const actors::get_chain_blocks& x);
  game::outcome<actors::chain_logs> tell_logs(const actors::read_chain_logs& x);

private:
  bool befalls(std::uint32_t percent) { return random_.chance(percent, 100); }
  const std::vector<fake_block>& view();

  base::rng random_;
  std::vector<fake_block> chain_;
  std::vector<std::vector<fake_block>> past_; ///< Some of the chains that there were.
  std::uint64_t words_ = 0;
};

/// NODE over that chain.
actors::node_actor::behavior_type fake_node(actors::node_actor::pointer self,
                                            std::shared_ptr<fake_evm> evm);

} // namespace fief::test
