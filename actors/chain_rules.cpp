#include "actors/chain_rules.hpp"

#include <algorithm>
#include <map>

namespace fief::actors {

namespace {

constexpr std::size_t word_size = 2 + 64; // `0x` and 32 bytes.

base::uuid uuid_of(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20)
      text += '-';
    text += digits[i];
  }
  return base::parse_uuid(text).value_or(base::uuid{});
}

seen_deposit deposit_of(const chain_log& log, const chain_rules& rules) {
  seen_deposit x;
  x.tx = log.tx;
  x.log = log.index;
  x.kind = log.kind;
  x.block = log.block;
  x.block_hash = log.block_hash;
  x.sender = log.sender;
  x.amount = log.amount;
  if (log.kind == deposit_kind::purchase)
    x.ref = user_of_ref(log.ref);
  auto coins = game::coins_for(log.amount, rules.rate);
  x.refused = !coins;
  if (coins) {
    x.cents = coins->cents;
    x.dust = coins->dust;
  }
  return x;
}

} // namespace

std::optional<std::string> contradiction_of(const node_facts& facts, const chain_rules& rules) {
  if (facts.chain != rules.chain)
    return "chain.id is " + std::to_string(rules.chain) + ", but the nodes of chain.rpc_urls are of"
           + " chain " + std::to_string(facts.chain);
  if (!facts.token_has_code)
    return "chain.token: there is no contract at " + rules.token;
  if (!facts.decimals)
    return "chain.token: the contract at " + rules.token + " does not say its decimals";
  if (*facts.decimals != rules.rate.decimals)
    return "chain.token_decimals is " + std::to_string(rules.rate.decimals) + ", but the token has "
           + std::to_string(*facts.decimals);
  if (!rules.shop.empty() && !facts.shop_has_code)
    return "chain.shop: there is no contract at " + rules.shop;
  return std::nullopt;
}

game::user_id user_of_ref(const std::string& ref) {
  if (ref.size() != word_size)
    return {};
  auto digits = std::string_view{ref}.substr(2);
  auto high = digits.substr(0, 32);
  auto low = digits.substr(32);
  auto is_zero = [](std::string_view part) {
    return std::ranges::all_of(part, [](char c) { return c == '0'; });
  };
  if (is_zero(high))
    return game::user_id{uuid_of(low)};
  return is_zero(low) ? game::user_id{uuid_of(high)} : game::user_id{};
}

std::vector<seen_deposit> deposits_of(std::span<const chain_log> logs, const chain_rules& rules) {
  std::map<std::pair<std::string, std::string>, std::size_t> paid; // By transaction and amount.
  for (const auto& log : logs)
    if (log.kind == deposit_kind::purchase)
      ++paid[{log.tx, log.amount}];
  std::vector<seen_deposit> all;
  for (const auto& log : logs) {
    if (log.amount == "0")
      continue;
    if (log.kind == deposit_kind::transfer) {
      if (log.sender == rules.treasury)
        continue;
      if (auto covered = paid.find({log.tx, log.amount});
          covered != paid.end() && covered->second > 0) {
        --covered->second;
        continue;
      }
    }
    all.push_back(deposit_of(log, rules));
  }
  return all;
}

bool is_linked(std::span<const chain_block> blocks, const chain_point& behind) {
  if (blocks.empty())
    return true;
  if (blocks.front().number == behind.number + 1 && blocks.front().parent != behind.hash)
    return false;
  for (std::size_t i = 1; i < blocks.size(); ++i)
    if (blocks[i].number != blocks[i - 1].number + 1 || blocks[i].parent != blocks[i - 1].hash)
      return false;
  return true;
}

bool is_within(std::span<const chain_log> logs, const chain_span& span,
               std::span<const chain_point> known) {
  std::map<std::uint64_t, std::string_view> hashes;
  for (const auto& block : known)
    hashes.emplace(block.number, block.hash);
  return std::ranges::all_of(logs, [&](const chain_log& log) {
    if (log.block < span.first || log.block > span.last)
      return false;
    // Also those of blocks that are not known agree with each other.
    return hashes.try_emplace(log.block, log.block_hash).first->second == log.block_hash;
  });
}

bool is_part_of(std::span<const chain_block> found, std::span<const chain_point> known) {
  return std::ranges::all_of(found, [&](const chain_block& block) {
    auto ours = std::ranges::find(known, block.number, &chain_point::number);
    return ours == known.end() || ours->hash == block.hash;
  });
}

std::optional<chain_point> common_block(std::span<const chain_point> known,
                                        std::span<const chain_block> found) {
  std::map<std::uint64_t, std::string_view> hashes;
  for (const auto& block : found)
    hashes.emplace(block.number, block.hash);
  std::optional<chain_point> highest;
  for (const auto& block : known) {
    auto theirs = hashes.find(block.number);
    if (theirs != hashes.end() && theirs->second == block.hash
        && (!highest || highest->number < block.number))
      highest = block;
  }
  return highest;
}

} // namespace fief::actors
