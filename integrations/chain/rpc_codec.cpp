#include "integrations/chain/rpc_codec.hpp"

#include "integrations/chain/keccak.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <simdjson.h>

namespace fief::integrations {

namespace {

using simdjson::dom::element;

constexpr std::size_t word_size = 66; // `0x` and 32 bytes.
constexpr std::size_t error_size_max = 200;

/// `0x` and digits, in lower case; nothing for another text.
std::optional<std::string> hex_of(const element& x, std::string_view name) {
  std::string_view text;
  if (x[name].get(text) != simdjson::SUCCESS || !text.starts_with("0x"))
    return std::nullopt;
  std::string out{text};
  for (auto& c : out) {
    if (&c - out.data() > 1 && digit_of(c) < 0)
      return std::nullopt;
    if (c >= 'A' && c <= 'F')
      c = static_cast<char>(c + 32);
  }
  return out;
}

std::optional<std::string> word_of(const element& x, std::string_view name) {
  auto word = hex_of(x, name);
  return word && word->size() == word_size ? word : std::nullopt;
}

std::optional<std::uint64_t> quantity_of(const element& x, std::string_view name) {
  auto text = hex_of(x, name);
  return text ? parse_quantity(*text) : std::nullopt;
}

/// The last 20 of 32 bytes; nothing unless the others are zero.
std::optional<std::string> address_of(std::string_view word) {
  constexpr std::string_view zeros = "000000000000000000000000";
  if (word.size() != word_size - 2 || !word.starts_with(zeros))
    return std::nullopt;
  return "0x" + std::string{word.substr(zeros.size())};
}

/// The event's arguments in their order, each 32 bytes of digits without `0x`: those that are
/// indexed are topics, the others data. Which ones are, a contract may choose; of as many as there
/// are, the canonical ones are taken: the two addresses, the buyer, then the `ref`.
std::optional<std::vector<std::string>> arguments_of(const element& log, std::string_view event,
                                                     actors::deposit_kind kind) {
  simdjson::dom::array topics;
  auto data = hex_of(log, "data");
  if (!data || (data->size() - 2) % 64 != 0 || log["topics"].get(topics) != simdjson::SUCCESS)
    return std::nullopt;
  std::vector<std::string> indexed;
  for (auto each : topics) {
    std::string_view text;
    if (each.get(text) != simdjson::SUCCESS || text.size() != word_size || !text.starts_with("0x"))
      return std::nullopt;
    indexed.emplace_back(text.substr(2));
    for (auto& c : indexed.back()) {
      if (digit_of(c) < 0)
        return std::nullopt;
      c = "0123456789abcdef"[digit_of(c)];
    }
  }
  if (indexed.empty() || indexed.front() != event.substr(2))
    return std::nullopt;
  indexed.erase(indexed.begin());
  std::vector<std::string> plain;
  for (std::size_t at = 2; at < data->size(); at += 64)
    plain.push_back(data->substr(at, 64));
  if (indexed.size() + plain.size() != 3)
    return std::nullopt;
  auto all = indexed;
  all.insert(all.end(), plain.begin(), plain.end());
  if (kind == actors::deposit_kind::purchase && indexed.size() == 2)
    std::swap(all[1], all[2]); // buyer and ref are indexed, the amount is not.
  return all;
}

std::optional<actors::chain_log> log_of(const element& x, actors::deposit_kind kind,
                                        std::string_view event) {
  actors::chain_log log;
  log.kind = kind;
  auto block = quantity_of(x, "blockNumber");
  auto index = quantity_of(x, "logIndex");
  auto hash = word_of(x, "blockHash");
  auto tx = word_of(x, "transactionHash");
  bool removed = false;
  auto is_removed = x["removed"].get(removed) == simdjson::SUCCESS && removed;
  auto arguments = arguments_of(x, event, kind);
  if (!block || !index || !hash || !tx || !arguments || is_removed)
    return std::nullopt;
  auto sender = address_of((*arguments)[0]);
  auto is_transfer = kind == actors::deposit_kind::transfer;
  auto amount = parse_amount("0x" + (*arguments)[is_transfer ? 2 : 1]);
  if (!sender || !amount)
    return std::nullopt;
  log.block = *block;
  log.index = *index;
  log.block_hash = *hash;
  log.tx = *tx;
  log.sender = *sender;
  log.amount = *amount;
  if (!is_transfer)
    log.ref = "0x" + (*arguments)[2];
  return log;
}

/// What the node says of a call that it refused, as one short line.
std::string refusal_of(const element& error) {
  std::string_view text;
  if (error["message"].get(text) != simdjson::SUCCESS)
    text = "an error";
  std::string out{text.substr(0, error_size_max)};
  std::ranges::replace_if(
    out, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out.empty() ? "an error" : out;
}

bool read_result(const element& x, std::uint64_t first_id, std::vector<rpc_result>& to,
                 std::vector<bool>& seen) {
  std::uint64_t id = 0;
  if (x["id"].get(id) != simdjson::SUCCESS || id < first_id || id - first_id >= to.size()
      || seen[id - first_id])
    return false;
  seen[id - first_id] = true;
  element inner;
  if (x["error"].get(inner) == simdjson::SUCCESS && !inner.is_null())
    to[id - first_id].error = refusal_of(inner);
  else if (x["result"].get(inner) == simdjson::SUCCESS)
    to[id - first_id].json = simdjson::minify(inner);
  else
    return false;
  return true;
}

std::string logs_params(std::string_view address, std::string_view topics, std::uint64_t first,
                        std::uint64_t last) {
  std::string out = R"([{"fromBlock":")" + to_quantity(first) + R"(","toBlock":")"
                    + to_quantity(last) + R"(","address":")";
  out.append(address).append(R"(","topics":[)").append(topics).append("]}]");
  return out;
}

} // namespace

std::string write_calls(std::span<const rpc_call> calls, std::uint64_t first_id) {
  std::string out = calls.size() == 1 ? "" : "[";
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i > 0)
      out += ',';
    out += R"({"jsonrpc":"2.0","id":)" + std::to_string(first_id + i) + R"(,"method":")"
           + calls[i].method + R"(","params":)" + calls[i].params + '}';
  }
  return calls.size() == 1 ? out : out + ']';
}

std::optional<std::vector<rpc_result>> read_results(std::string_view body, std::uint64_t first_id,
                                                    std::size_t count) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(simdjson::padded_string{body}).get(root) != simdjson::SUCCESS)
    return std::nullopt;
  std::vector<rpc_result> results(count);
  std::vector<bool> seen(count);
  simdjson::dom::array all;
  if (root.get(all) != simdjson::SUCCESS) {
    if (count != 1 || !read_result(root, first_id, results, seen))
      return std::nullopt;
    return results;
  }
  for (auto each : all)
    if (!read_result(each, first_id, results, seen))
      return std::nullopt;
  return std::ranges::all_of(seen, [](bool x) { return x; }) ? std::optional{results}
                                                             : std::nullopt;
}

std::optional<std::uint64_t> parse_quantity(std::string_view text) {
  std::uint64_t x = 0;
  if (text.size() < 3 || !text.starts_with("0x"))
    return std::nullopt;
  auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), x, 16);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return x;
}

std::string to_quantity(std::uint64_t x) {
  char digits[16];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, x, 16);
  return "0x" + std::string{digits, end};
}

std::optional<std::string> parse_amount(std::string_view text) {
  if (text.size() < 3 || text.size() > word_size || !text.starts_with("0x")
      || !std::ranges::all_of(text.substr(2), [](char c) { return digit_of(c) >= 0; }))
    return std::nullopt;
  boost::multiprecision::uint256_t x{std::string{text}};
  return x.str();
}

std::optional<std::uint64_t> read_quantity(std::string_view json) {
  auto text = read_text(json);
  return text ? parse_quantity(*text) : std::nullopt;
}

std::optional<std::string> read_text(std::string_view json) {
  simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(simdjson::padded_string{json}).get(text) != simdjson::SUCCESS)
    return std::nullopt;
  return std::string{text};
}

std::optional<std::optional<actors::chain_block>> read_block(std::string_view json) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(simdjson::padded_string{json}).get(root) != simdjson::SUCCESS)
    return std::nullopt;
  if (root.is_null())
    return std::optional<actors::chain_block>{};
  auto number = quantity_of(root, "number");
  auto hash = word_of(root, "hash");
  auto parent = word_of(root, "parentHash");
  if (!number || !hash || !parent)
    return std::nullopt;
  return actors::chain_block{*number, *hash, *parent};
}

std::optional<std::vector<actors::chain_log>> read_logs(std::string_view json,
                                                        actors::deposit_kind kind) {
  simdjson::dom::parser parser;
  simdjson::dom::array all;
  if (parser.parse(simdjson::padded_string{json}).get(all) != simdjson::SUCCESS)
    return std::nullopt;
  auto event = kind == actors::deposit_kind::transfer ? transfer_topic() : purchase_topic();
  std::vector<actors::chain_log> logs;
  for (auto each : all) {
    auto log = log_of(each, kind, event);
    if (!log)
      return std::nullopt;
    logs.push_back(std::move(*log));
  }
  std::ranges::sort(logs, {}, [](const auto& x) { return std::pair{x.block, x.index}; });
  return logs;
}

rpc_call call_block(std::uint64_t number) {
  return call_block(std::string_view{to_quantity(number)});
}

rpc_call call_block(std::string_view tag) {
  return {"eth_getBlockByNumber", "[\"" + std::string{tag} + "\",false]"};
}

rpc_call call_transfers(std::string_view token, std::string_view treasury, std::uint64_t first,
                        std::uint64_t last) {
  auto topics = '"' + transfer_topic() + R"(",null,"0x000000000000000000000000)"
                + std::string{treasury.substr(2)} + '"';
  return {"eth_getLogs", logs_params(token, topics, first, last)};
}

rpc_call call_purchases(std::string_view shop, std::uint64_t first, std::uint64_t last) {
  return {"eth_getLogs", logs_params(shop, '"' + purchase_topic() + '"', first, last)};
}

rpc_call call_code(std::string_view address) {
  return {"eth_getCode", "[\"" + std::string{address} + "\",\"latest\"]"};
}

rpc_call call_decimals(std::string_view token) {
  auto hash = keccak256("decimals()");
  auto selector = to_hex(std::span{hash}.first(4));
  return {"eth_call",
          R"([{"to":")" + std::string{token} + R"(","data":"0x)" + selector + R"("},"latest"])"};
}

std::string transfer_topic() {
  return "0x" + to_hex(keccak256("Transfer(address,address,uint256)"));
}

std::string purchase_topic() {
  return "0x" + to_hex(keccak256("CoinsPurchased(address,uint256,bytes32)"));
}

} // namespace fief::integrations
