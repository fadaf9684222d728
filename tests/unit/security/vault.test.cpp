#include "security/vault.hpp"

#include "security/password_hash.hpp"
#include "security/refresh_token.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <set>

using namespace fief;
using namespace fief::actors;
using security::password_cost;

namespace {

constexpr password_cost cheap{.memory_kib = 64, .passes = 1};

security::vault_config config_for(password_cost cost) {
  security::vault_config config;
  config.cost = cost;
  config.refresh_key = security::secret_key{std::array<std::uint8_t, 32>{1, 2, 3}};
  return config;
}

/// A real actor system, since VAULT's workers are threads, and a VAULT that ends with it.
struct vault_world {
  explicit vault_world(const security::vault_config& config)
    : sys(registered(settings)), self(sys, true), vault(sys.spawn(security::vault, config)) {}
  ~vault_world() { caf::anon_send_exit(vault, caf::exit_reason::user_shutdown); }

  static caf::actor_system_config& registered(caf::actor_system_config& x) {
    x.add_message_types<caf::id_block::fief>();
    x.set("scheduler.max-threads", 1);
    return x;
  }

  template <class Reply, class Request>
  Reply ask(Request request) {
    auto result = std::make_unique<Reply>();
    self->request(vault, caf::infinite, std::move(request))
      .receive([&](Reply& x) { *result = std::move(x); },
               [&](const caf::error& x) { FAIL(sys.render(x)); });
    return std::move(*result);
  }

  caf::actor_system_config settings;
  caf::actor_system sys;
  caf::scoped_actor self;
  vault_actor vault;
};

struct tally {
  int answered = 0;
  int overloaded = 0;
};

} // namespace

TEST_CASE("a password matches its own hash and no other", "[security]") {
  vault_world w{config_for(cheap)};
  const std::vector<std::string> passwords{
    "correct horse",       "correct horsE",          "",
    std::string(256, 'x'), std::string("nul\0x", 5), "пароль-πάσο"};
  for (const auto& password : passwords) {
    CAPTURE(password);
    const auto hash = w.ask<password_hashed>(hash_password{password}).hash;
    CHECK_THAT(hash, Catch::StartsWith("$argon2id$v=19$m=64,t=1,p=1$"));
    CHECK(hash != w.ask<password_hashed>(hash_password{password}).hash); // Salted.
    for (const auto& tried : passwords) {
      const auto result = w.ask<password_checked>(check_password{tried, hash});
      CHECK(result.matches == (tried == password));
      CHECK_FALSE(result.outdated);
    }
  }
}

TEST_CASE("no hash and a broken hash match nothing", "[security]") {
  vault_world w{config_for(cheap)};
  for (const auto* hash : {"", "$argon2id$", "x", "$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA"}) {
    CAPTURE(hash);
    CHECK_FALSE(w.ask<password_checked>(check_password{"", hash}).matches);
    CHECK_FALSE(w.ask<password_checked>(check_password{"password", hash}).matches);
  }
}

TEST_CASE("a hash is outdated only when it is weaker than what is configured", "[security]") {
  const auto outdated = [](password_cost made, password_cost configured) {
    return security::is_weaker(*security::hash_of("password", made), configured);
  };
  CHECK_FALSE(outdated({64, 2}, {64, 2}));
  CHECK(outdated({64, 2}, {128, 2}));
  CHECK(outdated({64, 2}, {64, 3}));
  CHECK_FALSE(outdated({128, 3}, {64, 2}));
  CHECK(outdated({128, 2}, {64, 3}));
  CHECK(security::is_weaker("not a hash", {64, 2}));

  vault_world w{config_for({.memory_kib = 128, .passes = 2})};
  const auto old = *security::hash_of("password", cheap);
  const auto right = w.ask<password_checked>(check_password{"password", old});
  CHECK(right.matches);
  CHECK(right.outdated);
  CHECK_FALSE(w.ask<password_checked>(check_password{"wrong", old}).outdated);
}

TEST_CASE("passwords beyond the threads and the queue are refused as overloaded", "[security]") {
  auto config = config_for(cheap);
  config.threads = 2;
  config.queue_max = 3;
  vault_world w{config};
  // One scheduler thread and all requests sent from one handler: VAULT meets them in one go, before
  // any worker's answer, so the count is exact.
  const auto collector = caf::actor_cast<caf::actor>(w.self);
  w.sys.spawn([vault = w.vault, collector](caf::event_based_actor* self) {
    auto seen = std::make_shared<tally>();
    for (int i = 0; i < 20; ++i) {
      const auto count = [=](bool answered) {
        ++(answered ? seen->answered : seen->overloaded);
        if (seen->answered + seen->overloaded == 20)
          self->send(collector, seen->answered, seen->overloaded);
      };
      self->request(vault, caf::infinite, hash_password{"password"})
        .then([count](const password_hashed&) { count(true); },
              [count](const caf::error& x) { count(x != game::errc::overloaded); });
    }
  });
  w.self->receive([](int answered, int overloaded) {
    CHECK(answered == 5);
    CHECK(overloaded == 15);
  });
  CHECK_FALSE(w.ask<password_hashed>(hash_password{"later"}).hash.empty());
}

TEST_CASE("minted tokens are 256 bits of base64url and never repeat", "[security]") {
  vault_world w{config_for(cheap)};
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) {
    const auto minted = w.ask<token_minted>(mint_token{});
    CHECK(minted.token.size() == 43);
    CHECK(minted.token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-_")
          == std::string::npos);
    CHECK(minted.hash == w.ask<token_minted>(digest_token{minted.token}).hash);
    CHECK(seen.insert(minted.token).second);
  }
}

TEST_CASE("rotation finds the same successor again, and another for another key", "[security]") {
  vault_world w{config_for(cheap)};
  auto other_config = config_for(cheap);
  other_config.refresh_key = security::secret_key::random();
  vault_world other{other_config};
  auto token = w.ask<token_minted>(mint_token{}).token;
  std::set<std::string> chain{token};
  for (int i = 0; i < 50; ++i) {
    const auto first = w.ask<token_rotated>(rotate_token{token});
    const auto again = w.ask<token_rotated>(rotate_token{token});
    CHECK(first.token == again.token);
    CHECK(first.hash == again.hash);
    CHECK(first.old_hash == security::digest_of(token));
    CHECK(first.hash == security::digest_of(first.token));
    CHECK(other.ask<token_rotated>(rotate_token{token}).token != first.token);
    CHECK(chain.insert(first.token).second);
    token = first.token;
  }
}

TEST_CASE("digests are those of the published test vectors", "[security]") {
  // Source: FIPS 180-4 examples; the HMAC checked against Python's hmac module.
  CHECK(security::digest_of("abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const security::secret_key key{std::array<std::uint8_t, 32>{1, 2, 3}};
  CHECK(security::successor_of("token", key) == "0yIO4zYpSzRn8MSUoms-N82HFxSa322Sy21HGS_5UUo");
}
