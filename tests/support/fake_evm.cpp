#include "tests/support/fake_evm.hpp"

#include <cstdio>

namespace fief::test {

using namespace actors;
using game::errc;

namespace {

constexpr std::size_t past_max = 8;

template <class T>
caf::result<T> result_of(game::outcome<T> x) {
  if (x)
    return std::move(*x);
  return caf::make_error(x.error());
}

chain_block header_of(const fake_block& x) {
  return {x.number, x.hash, x.parent};
}

} // namespace

fake_evm::fake_evm(std::uint64_t seed) : random_(seed) {
  chain_.push_back({0, fresh_word(), fresh_word(), {}});
}

std::string fake_evm::fresh_word(std::size_t digits) {
  char text[17] = {};
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(++words_));
  return "0x" + std::string(digits - 16, 'a') + text;
}

void fake_evm::mine(std::vector<fake_transaction> transactions) {
  fake_block block{head() + 1, fresh_word(), chain_.back().hash, std::move(transactions)};
  std::uint64_t index = random_.below(3); // Logs of others come before.
  for (auto& each : block.transactions)
    for (auto& log : each.logs) {
      log.tx = each.hash;
      log.block = block.number;
      log.block_hash = block.hash;
      log.index = index;
      index += 1 + random_.below(2);
    }
  chain_.push_back(std::move(block));
}

std::vector<fake_transaction> fake_evm::cut(std::size_t depth) {
  past_.push_back(chain_);
  if (past_.size() > past_max)
    past_.erase(past_.begin());
  std::vector<fake_transaction> gone;
  for (; depth > 0; --depth) {
    for (auto& each : chain_.back().transactions)
      gone.push_back(std::move(each));
    chain_.pop_back();
  }
  return gone;
}

const std::vector<fake_block>& fake_evm::view() {
  if (!befalls(weather.lag))
    return chain_;
  if (past_.empty() || random_.chance(1, 2)) { // A little behind.
    past_.push_back(chain_);
    for (auto back = random_.below(4); back > 0 && past_.back().size() > 1; --back)
      past_.back().pop_back();
    if (past_.size() > past_max)
      past_.erase(past_.begin());
    return past_.back();
  }
  return past_[random_.below(past_.size())];
}

game::outcome<chain_head> fake_evm::tell_head() {
  if (befalls(weather.fail))
    return errc::unavailable;
  const auto& chain = view();
  chain_head head{header_of(chain.back()), std::min(finalized, chain.back().number)};
  if (befalls(weather.lie))
    head.latest = {head.latest.number + 1 + random_.below(50), fresh_word(), fresh_word()};
  return head;
}

game::outcome<chain_blocks> fake_evm::tell_blocks(const get_chain_blocks& x) {
  if (befalls(weather.fail))
    return errc::unavailable;
  const auto& chain = view();
  chain_blocks found;
  for (auto number : x.numbers)
    if (number < chain.size())
      found.blocks.push_back(header_of(chain[number]));
  return found;
}

game::outcome<chain_logs> fake_evm::tell_logs(const read_chain_logs& x) {
  const auto& chain = view();
  if (befalls(weather.fail) || x.last - x.first + 1 > weather.range_max || x.last >= chain.size())
    return errc::unavailable;
  chain_logs reply;
  reply.last = header_of(chain[x.last]);
  for (auto number = x.first; number <= x.last; ++number) {
    if (number == chain_.size() - 1 && befalls(weather.forget))
      continue;
    for (const auto& each : chain[number].transactions)
      reply.logs.insert(reply.logs.end(), each.logs.begin(), each.logs.end());
  }
  if (twist)
    twist(reply);
  return reply;
}

node_actor::behavior_type fake_node(node_actor::pointer, std::shared_ptr<fake_evm> evm) {
  return {
    [evm](const inspect_node&) { return evm->facts; },
    [evm](const get_chain_head&) { return result_of(evm->tell_head()); },
    [evm](const get_chain_blocks& x) { return result_of(evm->tell_blocks(x)); },
    [evm](const read_chain_logs& x) { return result_of(evm->tell_logs(x)); },
    [](const avoid_node&) {},
    [](const node_answered&) {},
  };
}

} // namespace fief::test
