#include "integrations/strava/state_token.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace fief::integrations;

namespace {

box_key key_of(std::uint8_t x) {
  box_key key;
  key.bytes.fill(x);
  return key;
}

constexpr auto now = [] { return base::from_ms(1'778'407'200'000); };
constexpr game::user_id user{{1, 2}};

} // namespace

TEST_CASE("a state names its user until its life is over", "[integrations]") {
  const auto state = make_state(user, now(), key_of(1));
  CHECK(read_state(state, now(), key_of(1)) == user);
  CHECK(read_state(state, now() + state_life - base::milliseconds{1}, key_of(1)) == user);
  CHECK_FALSE(read_state(state, now() + state_life, key_of(1)));
  CHECK(make_state(user, now(), key_of(1)) != state);
}

TEST_CASE("a state that another key signed, or that was changed, names nobody", "[integrations]") {
  const auto state = make_state(user, now(), key_of(1));
  CHECK_FALSE(read_state(state, now(), key_of(2)));
  for (std::size_t i = 0; i < state.size(); ++i) {
    auto changed = state;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    // The last character of base64 has bits that carry nothing.
    if (i + 1 < state.size())
      CHECK_FALSE(read_state(changed, now(), key_of(1)));
    CHECK_FALSE(read_state(std::string_view{state}.substr(0, i), now(), key_of(1)));
  }
  CHECK_FALSE(read_state(std::string(100'000, 'a'), now(), key_of(1)));
}
