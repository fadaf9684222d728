#include "security/access_token.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <jwt.h>
#include <limits>
#include <memory>
#include <string>
#include <vector>

using namespace fief;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using security::access_tokens;
using security::identity;
using security::secret_key;

namespace {

const auto noon = base::from_ms(1'778'414'400'000);
const game::user_id anna{{7, 9}};

/// A token with the claims of a good one, as changed by `change`.
template <class Change>
std::string forged(const secret_key& key, jwt_alg_t algorithm, Change change) {
  jwt_t* token = nullptr;
  REQUIRE(jwt_new(&token) == 0);
  const std::unique_ptr<jwt_t, decltype(&jwt_free)> held{token, jwt_free};
  const bool is_signed = algorithm != JWT_ALG_NONE;
  REQUIRE(jwt_set_alg(token, algorithm, is_signed ? key.data() : nullptr,
                      is_signed ? static_cast<int>(secret_key::size) : 0)
          == 0);
  const long now = static_cast<long>(base::to_ms(noon) / 1000);
  jwt_add_grant(token, "iss", "fief");
  jwt_add_grant(token, "sub", base::to_string(anna).c_str());
  jwt_add_grant_int(token, "roles", 3);
  jwt_add_grant_int(token, "iat", now);
  jwt_add_grant_int(token, "exp", now + 900);
  change(token);
  const std::unique_ptr<char, decltype(&std::free)> text{jwt_encode_str(token), std::free};
  REQUIRE(text != nullptr);
  return text.get();
}

std::string forged(const secret_key& key, jwt_alg_t algorithm) {
  return forged(key, algorithm, [](jwt_t*) {});
}

template <class Set>
auto replaced(const char* claim, Set set) {
  return [=](jwt_t* token) {
    jwt_del_grants(token, claim);
    set(token, claim);
  };
}

} // namespace

TEST_CASE("what was issued is verified until it expires and not at that instant", "[security]") {
  base::rng random{1};
  access_tokens tokens{secret_key::random()};
  for (int i = 0; i < 200; ++i) {
    const auto now = noon + base::milliseconds{random.below(1'000'000'000)};
    const identity who{game::user_id{base::make_uuid_v7(now, random)},
                       static_cast<std::uint8_t>(random.below(256)),
                       {}};
    const auto token = tokens.issue(who, now);
    const auto expires = std::chrono::floor<std::chrono::seconds>(now) + 15min;
    CAPTURE(i, token);
    const auto read = tokens.verify(token, now);
    REQUIRE(read);
    CHECK(*read == identity{who.user, who.roles, expires});
    CHECK(tokens.verify(token, expires - 1ms) == read);
    CHECK_FALSE(tokens.verify(token, expires));
    CHECK_FALSE(tokens.verify(token, expires)); // Nor is it remembered.
  }
}

TEST_CASE("a token from the future is refused beyond the allowed skew", "[security]") {
  const auto key = secret_key::random();
  access_tokens tokens{key};
  const auto token = tokens.issue({anna, 1, {}}, noon);
  CHECK(tokens.verify(token, noon - 60s));
  CHECK_FALSE(tokens.verify(token, noon - 60s - 1ms)); // Also when it is remembered.
  access_tokens fresh{key};
  CHECK_FALSE(fresh.verify(token, noon - 60s - 1ms));
}

TEST_CASE("only HS256 with our key is believed", "[security]") {
  const auto key = secret_key::random();
  access_tokens tokens{key};
  CHECK(tokens.verify(forged(key, JWT_ALG_HS256), noon));
  CHECK_FALSE(tokens.verify(forged(key, JWT_ALG_NONE), noon));
  CHECK_FALSE(tokens.verify(forged(key, JWT_ALG_HS384), noon));
  CHECK_FALSE(tokens.verify(forged(key, JWT_ALG_HS512), noon));
  CHECK_FALSE(tokens.verify(forged(secret_key::random(), JWT_ALG_HS256), noon));
}

TEST_CASE("a claim that is missing, of a wrong type or out of range is refused", "[security]") {
  const auto key = secret_key::random();
  access_tokens tokens{key};
  const auto refused = [&](auto change) {
    return !tokens.verify(forged(key, JWT_ALG_HS256, change), noon);
  };
  for (const auto* claim : {"iss", "sub", "roles", "iat", "exp"}) {
    CAPTURE(claim);
    CHECK(refused(replaced(claim, [](jwt_t*, const char*) {})));
    CHECK(refused(replaced(claim, [](jwt_t* t, const char* c) { jwt_add_grant_bool(t, c, 1); })));
    CHECK(refused(replaced(claim, [](jwt_t* t, const char* c) { jwt_add_grant(t, c, "1"); })));
    for (const auto* json : {"null", "1.5", "[1]", "{}", "1e3", "99999999999999999999"})
      CHECK(refused(replaced(claim, [json](jwt_t* t, const char* c) {
        jwt_add_grants_json(t, ("{\"" + std::string{c} + "\":" + json + "}").c_str());
      })));
  }
  for (const auto* claim : {"iss", "sub"})
    CHECK(refused(replaced(claim, [](jwt_t* t, const char* c) { jwt_add_grant_int(t, c, 1); })));
  const auto number = [](long x) {
    return [x](jwt_t* t, const char* c) { jwt_add_grant_int(t, c, x); };
  };
  CHECK(refused(replaced("roles", number(256))));
  CHECK(refused(replaced("roles", number(-1))));
  CHECK(refused(replaced("iat", number(-1))));
  CHECK(refused(replaced("exp", number(std::numeric_limits<long>::max()))));
  CHECK(refused(replaced("exp", number(0))));
  CHECK(refused(replaced("iss", [](jwt_t* t, const char* c) { jwt_add_grant(t, c, "fiefs"); })));
  const auto nil = base::to_string(base::uuid{});
  CHECK(
    refused(replaced("sub", [&](jwt_t* t, const char* c) { jwt_add_grant(t, c, nil.c_str()); })));
}

TEST_CASE("changing any character of a token spoils it, and rubbish is no token", "[security]") {
  const auto key = secret_key::random();
  access_tokens tokens{key};
  const auto token = tokens.issue({anna, 1, {}}, noon);
  REQUIRE(tokens.verify(token, noon));
  base::rng random{2};
  // The last character is left out: two of its six bits carry nothing.
  for (std::size_t i = 0; i + 1 < token.size(); ++i) {
    auto bad = token;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    CAPTURE(i, bad);
    CHECK_FALSE(tokens.verify(bad, noon));
    CHECK_FALSE(tokens.verify(std::string_view{token}.substr(0, i), noon));
  }
  CHECK_FALSE(tokens.verify(token + std::string(1, '\0'), noon));
  CHECK_FALSE(tokens.verify(token + ".", noon));
  CHECK_FALSE(tokens.verify(token + std::string(2'000, 'A'), noon));
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random.below(200), '\0');
    for (auto& c : bytes)
      c = static_cast<char>(random.chance(1, 20) ? '.' : random.below(256));
    CHECK_FALSE(tokens.verify(bytes, noon));
  }
}

TEST_CASE("remembering changes no answer and stays within its bound", "[security]") {
  const auto seed = GENERATE(range(1U, 6U));
  CAPTURE(seed);
  base::rng random{seed};
  const auto key = secret_key::random();
  access_tokens remembering{key, {.remembered_max = 8}};
  access_tokens forgetful{key, {.remembered_max = 0}};
  auto now = noon;
  std::vector<std::string> issued;
  for (int i = 0; i < 2'000; ++i) {
    if (issued.empty() || random.chance(1, 10))
      issued.push_back(remembering.issue({anna, static_cast<std::uint8_t>(i % 8), {}}, now));
    const auto recent = std::min<std::uint64_t>(issued.size(), 16);
    const auto& token = issued[issued.size() - 1 - random.below(recent)];
    CHECK(remembering.verify(token, now) == forgetful.verify(token, now));
    CHECK(remembering.remembered() <= 8);
    CHECK(forgetful.remembered() == 0);
    now += base::milliseconds{random.below(20'000)};
    if (random.chance(1, 50))
      now -= 100s;
  }
}
