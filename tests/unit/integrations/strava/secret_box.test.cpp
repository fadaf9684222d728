#include "integrations/strava/secret_box.hpp"

#include "base/rng.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace fief::integrations;

namespace {

box_key key_of(std::uint8_t x) {
  box_key key;
  key.bytes.fill(x);
  return key;
}

} // namespace

TEST_CASE("what a box sealed it opens, and nothing else does", "[integrations]") {
  const secret_box box{key_of(1)};
  const secret_box other{key_of(2)};
  for (const std::string text : {"", "x", "access refresh", "\x00\xff with bytes"}) {
    const auto sealed = box.seal(text);
    CHECK(box.open(sealed) == text);
    CHECK_FALSE(other.open(sealed));
    CHECK((text.size() < 5 || sealed.find(text) == std::string::npos));
    CHECK(box.seal(text) != sealed); // A nonce of its own.
  }
}

TEST_CASE("a sealed text that was changed does not open", "[integrations]") {
  const auto seed = GENERATE(range(1, 20));
  CAPTURE(seed);
  base::rng random{static_cast<std::uint64_t>(seed)};
  const secret_box box{key_of(1)};
  const auto sealed = box.seal("a token of some length");
  auto changed = from_base64url(sealed).value();
  changed[random.below(changed.size())] ^= static_cast<char>(1 + random.below(255));
  CHECK_FALSE(box.open(to_base64url(changed)));
  CHECK_FALSE(box.open(sealed.substr(0, random.below(sealed.size()))));
  CHECK_FALSE(box.open("not base64 !"));
}

TEST_CASE("keys for two purposes are two keys", "[integrations]") {
  CHECK(key_of(1).derive(1).bytes == key_of(1).derive(1).bytes);
  CHECK(key_of(1).derive(1).bytes != key_of(1).derive(2).bytes);
  CHECK(key_of(1).derive(1).bytes != key_of(2).derive(1).bytes);
}
