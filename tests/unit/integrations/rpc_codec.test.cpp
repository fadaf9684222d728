#include "integrations/chain/rpc_codec.hpp"

#include "base/rng.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace fief;
using namespace fief::integrations;
using fief::actors::deposit_kind;

namespace {

std::string word(const std::string& digits) {
  return std::string(64 - digits.size(), '0') + digits;
}

const std::string sender = "70997970c51812dc3a010c7d01b50e0d17dc79c8";
const std::string ref = "0190000000007001800000000000002a";

/// A log as nodes write it, with these topics behind the event's, and this data.
std::string log_json(const std::string& event, const std::vector<std::string>& topics,
                     const std::string& data, const std::string& more = "") {
  std::string all = '"' + event + '"';
  for (const auto& each : topics)
    all += ",\"0x" + each + '"';
  return R"({"address":"0x5FbDB2315678afecb367f032d93F642f64180aa3","topics":[)" + all
         + R"(],"data":"0x)" + data + R"(","blockHash":"0x)" + word("B1")
         + R"(","blockNumber":"0x1f",)" + R"("transactionHash":"0x)" + word("7a")
         + R"(","transactionIndex":"0x0","logIndex":"0x2")" + more + "}";
}

std::string transfer_json() {
  return log_json(transfer_topic(), {word(sender), word("c0de5")}, word("de0b6b3a7640000"));
}

} // namespace

TEST_CASE("calls are written one by one or as a batch") {
  std::vector<rpc_call> calls{{"eth_chainId"}, call_block(31)};
  CHECK(write_calls(std::span{calls}.first(1), 7)
        == R"({"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]})");
  CHECK(write_calls(calls, 7)
        == R"([{"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]},)"
           R"({"jsonrpc":"2.0","id":8,"method":"eth_getBlockByNumber","params":["0x1f",false]}])");
  CHECK(call_transfers("0xt", "0x00000000000000000000000000000000000c0de5", 0, 255).params
        == R"([{"fromBlock":"0x0","toBlock":"0xff","address":"0xt","topics":[)"
           R"("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",null,)"
           R"("0x00000000000000000000000000000000000000000000000000000000000c0de5"]}])");
  CHECK(call_decimals("0xt").params == R"([{"to":"0xt","data":"0x313ce567"},"latest"])");
}

TEST_CASE("answers are put in the order of the calls") {
  auto got =
    read_results(R"([{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"too\nmany"}},)"
                 R"({"jsonrpc":"2.0","id":1,"result":{"a":[1,"x"]}}])",
                 1, 2);
  REQUIRE(got);
  CHECK((*got)[0].json == R"({"a":[1,"x"]})");
  CHECK((*got)[1].error == "too many");
  CHECK(read_results(R"({"id":1,"result":null})", 1, 1)->front().json == "null");
}

TEST_CASE("answers that are not one to each call are refused") {
  for (const auto* body :
       {"", "{", "[]", "null", "7", "\"x\"", R"({"id":1})", R"({"id":2,"result":1})",
        R"({"id":"1","result":1})", R"({"result":1})",
        R"([{"id":1,"result":1},{"id":1,"result":1}])",
        R"([{"id":1,"result":1},{"id":3,"result":1}])", R"([{"id":1,"result":1},7])"}) {
    CAPTURE(body);
    CHECK_FALSE(read_results(body, 1, 2));
  }
  CHECK_FALSE(read_results(R"({"id":1,"error":{"message":"no batches"}})", 1, 2));
  CHECK(read_results(R"({"id":1,"error":7})", 1, 1)->front().error == "an error");
}

TEST_CASE("numbers are hexadecimal and fit") {
  CHECK(parse_quantity("0x0") == 0);
  CHECK(parse_quantity("0xffffffffffffffff") == ~0ULL);
  for (const auto* text : {"", "0x", "1f", "0x1g", "0x10000000000000000", "0x-1", " 0x1"})
    CHECK_FALSE(parse_quantity(text));
  CHECK(to_quantity(0) == "0x0");
  CHECK(to_quantity(~0ULL) == "0xffffffffffffffff");
  CHECK(parse_amount("0x" + std::string(64, 'F'))
        == "115792089237316195423570985008687907853269984665640564039457584007913129639935");
  CHECK(parse_amount("0x0") == "0");
  for (const auto& text : {std::string{"0x"}, std::string{"0xg"}, "0x" + std::string(65, '1')})
    CHECK_FALSE(parse_amount(text));
}

TEST_CASE("blocks are read, and that there is none") {
  auto json = R"({"number":"0x1F","hash":"0x)" + word("AB") + R"(","parentHash":"0x)" + word("a1")
              + R"(","transactions":["0x1"],"baseFeePerGas":"0x7"})";
  auto block = read_block(json);
  REQUIRE((block && *block));
  CHECK((*block)->number == 31);
  CHECK((*block)->hash == "0x" + word("ab"));
  REQUIRE(read_block("null"));
  CHECK_FALSE(*read_block("null"));
  for (const auto& wrong : {std::string{"{}"}, std::string{"7"}, std::string{"[]"}, std::string{""},
                            R"({"number":"0x1","hash":"0x1","parentHash":"0x2"})" + std::string{}})
    CHECK_FALSE(read_block(wrong));
}

TEST_CASE("transfers are read by block and index") {
  auto later = transfer_json();
  later.replace(later.find("0x1f"), 4, "0x20");
  auto logs = read_logs('[' + later + ',' + transfer_json() + ']', deposit_kind::transfer);
  REQUIRE(logs);
  REQUIRE(logs->size() == 2);
  const auto& first = logs->front();
  CHECK(first.block == 31);
  CHECK(first.index == 2);
  CHECK(first.block_hash == "0x" + word("b1"));
  CHECK(first.tx == "0x" + word("7a"));
  CHECK(first.sender == "0x" + sender);
  CHECK(first.amount == "1000000000000000000");
  CHECK(logs->back().block == 32);
  CHECK(read_logs("[]", deposit_kind::transfer)->empty());
}

TEST_CASE("purchases are read whichever arguments a shop has indexed") {
  auto buyer = word(sender);
  auto amount = word("ff");
  auto whom = word(ref);
  auto read = [&](const std::vector<std::string>& topics, const std::string& data) {
    auto logs =
      read_logs('[' + log_json(purchase_topic(), topics, data) + ']', deposit_kind::purchase);
    REQUIRE(logs);
    const auto& log = logs->front();
    CHECK(log.sender == "0x" + sender);
    CHECK(log.amount == "255");
    CHECK(log.ref == "0x" + whom);
  };
  read({buyer, whom}, amount);
  read({buyer}, amount + whom);
  read({}, buyer + amount + whom);
  read({buyer, amount, whom}, "");
}

TEST_CASE("logs that are not what was asked for are refused") {
  auto refused = [](const std::string& json) {
    CAPTURE(json);
    CHECK_FALSE(read_logs('[' + json + ']', deposit_kind::transfer));
  };
  auto amount = word("1");
  refused("7");
  refused("{}");
  refused(log_json(purchase_topic(), {word(sender), word("1")}, amount));
  refused(log_json(transfer_topic(), {word(sender)}, amount));
  refused(log_json(transfer_topic(), {word(sender), word("1")}, ""));
  refused(log_json(transfer_topic(), {word(sender), word("1")}, amount + amount));
  refused(log_json(transfer_topic(), {word(sender), word("1")}, amount.substr(1)));
  refused(log_json(transfer_topic(), {word(sender), word("1")}, "zz" + amount.substr(2)));
  refused(log_json(transfer_topic(), {std::string(64, 'f'), word("1")}, amount)); // No address.
  refused(log_json(transfer_topic(), {word(sender), word("1")}, amount, R"(,"removed":true)"));
  CHECK(read_logs(
    '[' + log_json(transfer_topic(), {word(sender), word("1")}, amount, R"(,"removed":false)")
      + ']',
    deposit_kind::transfer));
  for (const auto* body : {"", "{}", "null", "[", "\"0x\""})
    CHECK_FALSE(read_logs(body, deposit_kind::transfer));
}

TEST_CASE("no damage to an answer does more than to have it refused") {
  base::rng random{0xc0dec};
  auto good =
    R"([{"id":1,"result":)" + ('[' + transfer_json() + ']') + R"(},{"id":2,"result":"0x1"}])";
  for (int i = 0; i < 20'000; ++i) {
    auto text = good;
    for (auto times = 1 + random.below(3); times > 0; --times)
      text[random.below(text.size())] = static_cast<char>(random.next());
    text.resize(random.chance(1, 4) ? random.below(text.size()) : text.size());
    if (auto got = read_results(text, 1, 2))
      for (const auto& each : *got) {
        (void)read_logs(each.json, deposit_kind::transfer);
        (void)read_block(each.json);
        (void)read_quantity(each.json);
      }
  }
}
