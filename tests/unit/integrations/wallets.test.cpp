#include "base/rng.hpp"
#include "integrations/chain/eth_address.hpp"
#include "integrations/chain/keccak.hpp"
#include "integrations/chain/signature.hpp"
#include "integrations/chain/siwe.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace fief;
using namespace fief::integrations;
using namespace std::string_literals;

namespace {

// Signed with another library by the second key that every development node knows.
const std::string signer = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

struct signed_text {
  std::string text;
  std::string signature;
};

const signed_text vectors[] = {
  {"", "0xc18322a726b4f865da04323fe77b713df8286e67ae6f50fe10aa54519fddaa236c14dadd6b82cedfd527bf3c2"
       "0dac250a004e3a614095f85c106068f46b3ad431c"},
  {"hello",
   "0x76930d64d2e5eb4b3f4572ce806eda50e1e2329d51d9ca5a713a9befcb9d20883e3d4885c3c5eaf775fc8c9fcf488"
   "2a28b582b427bc0270565f3294d935549221b"},
  {"Zdravo, Čakovec 🏃",
   "0xa57ed7521f13130a470eb5051316fdd9b59562dad7181b7f1d9a5f28ffa30f9f0e57fb2c2e99d5b05ec474bb578e7"
   "aaa37754b462de56a53077690675f4ac9651c"},
  {std::string(1'000, 'a'),
   "0xeb902b0957275f5b404038e314ccf30c4d372faf403b6ab50d7199266cc4fd8b1df13717062e7046acac3c65a29ba"
   "e4db3259b03198ed0a2721d8e084f71d6c21b"},
};

const siwe_message example{.domain = "play.example.com",
                           .address = signer,
                           .statement = "Link this wallet.",
                           .uri = "https://play.example.com/link",
                           .chain = 31337,
                           .nonce = "0123456789abcdef",
                           .issued_at = base::from_ms(1'778'407'200'000),
                           .expires_at = base::from_ms(1'778'407'800'000)};

const std::string example_text =
  "play.example.com wants you to sign in with your Ethereum account:\n"
  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8\n"
  "\n"
  "Link this wallet.\n"
  "\n"
  "URI: https://play.example.com/link\n"
  "Version: 1\n"
  "Chain ID: 31337\n"
  "Nonce: 0123456789abcdef\n"
  "Issued At: 2026-05-10T10:00:00.000Z\n"
  "Expiration Time: 2026-05-10T10:10:00.000Z";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

} // namespace

TEST_CASE("Keccak-256 has the original padding") {
  CHECK(to_hex(keccak256(""s))
        == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  CHECK(to_hex(keccak256("abc"s))
        == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

TEST_CASE("addresses in mixed case need the checksum of EIP-55") {
  for (const auto* text :
       {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77"}) {
    auto address = parse_address(text);
    REQUIRE(address);
    CHECK(with_checksum(*address) == text);
    CHECK(parse_address(*address) == address);
  }
  for (const auto* text :
       {"", "0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg"})
    CHECK_FALSE(parse_address(text));
}

TEST_CASE("the signer of a text is found") {
  for (const auto& each : vectors) {
    CHECK(signer_of(each.text, each.signature) == signer);
    CHECK(signer_of(each.text + "x", each.signature) != signer);
    auto low_v = each.signature;
    low_v.replace(low_v.size() - 2, 2, low_v.ends_with("1b") ? "00" : "01");
    CHECK(signer_of(each.text, low_v) == signer);
  }
}

TEST_CASE("signatures of another form are refused") {
  auto good = vectors[1].signature;
  auto with_v = [&](const std::string& v) { return good.substr(0, good.size() - 2) + v; };
  for (const auto* v : {"02", "03", "1a", "1d", "25", "ff", "zz"})
    CHECK_FALSE(signer_of("hello", with_v(v)));
  CHECK_FALSE(signer_of("hello", good.substr(2)));
  CHECK_FALSE(signer_of("hello", good.substr(0, good.size() - 2)));
  CHECK_FALSE(signer_of("hello", good + "00"));
  CHECK_FALSE(signer_of("hello", "0x" + std::string(130, '0')));
  CHECK_FALSE(signer_of("hello", "0x" + std::string(128, 'f') + "1b"));
  // The order of the curve minus s, with the other v: the same key, by the upper half.
  CHECK_FALSE(signer_of("hello",
                        "0x76930d64d2e5eb4b3f4572ce806eda50e1e2329d51d9ca5a713a9befcb9d2088"
                        "c1c2b77a3c3a15088a03736030b77d5c2f56b1a43388793659df353f3ce0f81f1c"));
}

TEST_CASE("a message of EIP-4361 is written and read") {
  CHECK(to_text(example) == example_text);
  auto read = parse_siwe(example_text);
  REQUIRE(read);
  CHECK(to_text(*read) == example_text);
  CHECK(read->address == signer);
  CHECK(read->expires_at == example.expires_at);
  auto full = example;
  full.scheme = "https";
  full.statement = "";
  full.not_before = full.issued_at;
  full.request_id = "r-1";
  full.resources = {"https://example.com/a", "ipfs://b"};
  auto again = parse_siwe(to_text(full));
  REQUIRE(again);
  CHECK(to_text(*again) == to_text(full));
  CHECK(again->resources == full.resources);
}

TEST_CASE("what deviates from the standard's grammar is no message") {
  auto wrong = [](const std::string& what, const std::string& by) {
    CAPTURE(what, by);
    CHECK_FALSE(parse_siwe(replaced(example_text, what, by)));
  };
  wrong("play.example.com wants", " wants");
  wrong("play.example.com wants", "ftp://play.example.com wants");
  wrong("play.example.com wants", "play.example.com/x wants");
  wrong("wants you", "want you");
  wrong("C51812dc3A", "c51812dc3A");
  wrong("0x70997970C51812dc3A010C7d01b50e0d17dc79C8", signer);
  wrong("\n\nLink", "\nLink");
  wrong("wallet.\n\n", "wallet.\n");
  wrong("Link this", "Link\x01this");
  wrong("Link this wallet.", "Link\nthis wallet.");
  wrong("URI: https", "URL: https");
  wrong("https://play.example.com/link", "https://play.example.com/ link");
  wrong("https://play.example.com/link", "play");
  wrong("Version: 1", "Version: 2");
  wrong("Chain ID: 31337", "Chain ID: 0x1");
  wrong("Chain ID: 31337", "Chain ID: ");
  wrong("Chain ID: 31337", "Chain ID: 99999999999999999999");
  wrong("Nonce: 0123456789abcdef", "Nonce: 0123456");
  wrong("Nonce: 0123456789abcdef", "Nonce: 0123456789-bcdef");
  wrong("2026-05-10T10:00:00.000Z", "yesterday");
  wrong("Expiration Time: 2026-05-10T10:10:00.000Z", "Expiration Time: never");
  wrong("Expiration Time", "Expires");
  CHECK_FALSE(parse_siwe(example_text + "\n"));
  CHECK_FALSE(parse_siwe(example_text + "\nResources:\nhttps://example.com"));
  CHECK_FALSE(parse_siwe(example_text + "\nRequest ID: a\nRequest ID: b"));
  CHECK_FALSE(parse_siwe(example_text + "\nResources:" + std::string(5'000, ' ')));
  for (std::size_t size = 0; size + 1 < example_text.find("Issued At"); ++size)
    CHECK_FALSE(parse_siwe(example_text.substr(0, size)));
}

TEST_CASE("no damage to a message makes another one of the same domain pass unseen") {
  base::rng random{0x51e7};
  for (int i = 0; i < 20'000; ++i) {
    auto text = example_text;
    text[random.below(text.size())] = static_cast<char>(random.next());
    if (auto read = parse_siwe(text)) // What is read is what was written.
      CHECK(parse_siwe(to_text(*read)));
  }
}

TEST_CASE("a message has to be for this domain and chain, and of now") {
  siwe_demand demand{"play.example.com", 31337, example.issued_at};
  CHECK(meets(example, demand));
  auto with = [](auto change) {
    auto x = example;
    change(x);
    return x;
  };
  CHECK_FALSE(meets(with([](auto& x) { x.domain = "evil.example.com"; }), demand));
  CHECK_FALSE(meets(with([](auto& x) { x.uri = "https://evil.example.com"; }), demand));
  CHECK_FALSE(meets(with([](auto& x) { x.uri = "https://play.example.com.evil"; }), demand));
  CHECK_FALSE(meets(with([](auto& x) { x.uri = "ipfs://play.example.com"; }), demand));
  CHECK_FALSE(meets(with([](auto& x) { x.scheme = "http"; }), demand));
  CHECK(meets(with([](auto& x) { x.scheme = "https"; }), demand));
  CHECK_FALSE(meets(with([](auto& x) { x.chain = 1; }), demand));
  CHECK_FALSE(
    meets(with([](auto& x) { x.not_before = x.issued_at + std::chrono::hours{1}; }), demand));
  CHECK(meets(with([](auto& x) { x.expires_at.reset(); }), demand));
  auto at = [&](std::chrono::seconds later) {
    return siwe_demand{"play.example.com", 31337, example.issued_at + later};
  };
  CHECK(meets(example, at(std::chrono::seconds{-59})));
  CHECK_FALSE(meets(example, at(std::chrono::seconds{-61})));
  CHECK(meets(example, at(std::chrono::seconds{599})));
  CHECK_FALSE(meets(example, at(std::chrono::seconds{600})));
  // However long a life it claims.
  CHECK_FALSE(meets(with([](auto& x) { x.expires_at = x.issued_at + std::chrono::hours{24}; }),
                    at(std::chrono::seconds{600})));
}
