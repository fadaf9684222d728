#include "actors/auth.hpp"

#include "tests/support/store/memory_store.hpp"
#include "tests/support/world.hpp"

#include <catch2/catch.hpp>
#include <memory>

using namespace fief;
using namespace fief::actors;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using game::errc;

namespace {

struct fixed_time final : time_source {
  [[nodiscard]] base::instant now() const override { return at; }
  base::instant at = base::from_ms(1'778'414'400'000);
};

/// What the fake VAULT saw, and how it is to behave.
struct vault_script {
  int hashed = 0;
  int checked = 0;
  int minted = 0;
  bool outdated = false;
  caf::error trouble; ///< Answered to every password.
};

/// VAULT without cryptography: one can see in a hash what it was made of.
vault_actor::behavior_type fake_vault(vault_actor::pointer, std::shared_ptr<vault_script> script) {
  return {
    [=](const hash_password& x) -> caf::result<password_hashed> {
      if (script->trouble)
        return script->trouble;
      return password_hashed{"hash" + std::to_string(++script->hashed) + ":" + x.password};
    },
    [=](const check_password& x) -> caf::result<password_checked> {
      ++script->checked;
      if (script->trouble)
        return script->trouble;
      const auto at = x.hash.find(':');
      const bool same = at != std::string::npos && x.hash.substr(at + 1) == x.password;
      return password_checked{same, same && script->outdated};
    },
    [=](const mint_token&) {
      const auto token = "token" + std::to_string(++script->minted);
      return token_minted{token, "#" + token};
    },
    [](const rotate_token& x) {
      return token_rotated{"#" + x.token, x.token + "'", "#" + x.token + "'"};
    },
    [](const digest_token& x) {
      return token_minted{"", "#" + x.token};
    },
  };
}

struct auth_world : test::world {
  explicit auth_world(const auth_config& limits = {}, std::uint64_t seed = 1) : world(seed) {
    test::memory_store_config store_config;
    store_config.fault = [this](const char*) { return fault; };
    auth_ports ports;
    ports.store = spawn(test::memory_store, db, store_config);
    ports.reader = spawn(test::memory_reader, db, store_config);
    vault = ports.vault = spawn(fake_vault, script);
    ports.time = time;
    auto config = limits;
    config.welcome_cents = 500;
    subject = spawn(actors::auth, ports, config);
  }

  /// The reply, or the error in `error`.
  template <class Reply, class Request>
  caf::optional<Reply> ask(Request request) {
    caf::scoped_actor client{sys, true};
    client->send(subject, std::move(request));
    drain();
    caf::optional<Reply> result;
    error = caf::error{};
    int answers = 0;
    client->receive([&](Reply& x) { result = std::move(x), ++answers; },
                    [&](caf::error& x) { error = std::move(x), ++answers; },
                    caf::after(0s) >> [] {});
    CHECK(answers == 1);
    return result;
  }

  auto register_anna() {
    return ask<signed_in>(register_user{"Anna@example.org", "password1", "anna", "192.0.2.1"});
  }
  auto log_in(const std::string& email, const std::string& password,
              const std::string& address = "192.0.2.1") {
    return ask<signed_in>(login{email, password, address});
  }
  auto refresh(const std::string& token) { return ask<signed_in>(refresh_session{token}); }

  test::memory_database::user_row& row(game::user_id user) { return db->users.at(user); }
  [[nodiscard]] std::int64_t wait_ms() const {
    REQUIRE(error == errc::too_many_attempts);
    return error.context().get_as<std::int64_t>(0);
  }

  std::shared_ptr<test::memory_database> db = std::make_shared<test::memory_database>();
  std::shared_ptr<vault_script> script = std::make_shared<vault_script>();
  std::shared_ptr<fixed_time> time = std::make_shared<fixed_time>();
  test::store_fault fault = test::store_fault::none;
  vault_actor vault;
  auth_actor subject;
  caf::error error;
};

} // namespace

TEST_CASE("a registration opens an account, a session and gives the starting coins", "[actors]") {
  auth_world w;
  const auto reply = w.register_anna();
  REQUIRE(reply);
  CHECK(reply->user.username == "anna");
  CHECK(reply->user.email == "Anna@example.org");
  CHECK(reply->user.roles == role_runner);
  CHECK(reply->user.created_at == w.time->at);
  CHECK(reply->user.id.value.hi >> 16 == static_cast<std::uint64_t>(base::to_ms(w.time->at)));
  CHECK(reply->account.coins_cents == 500);
  CHECK(w.row(reply->user.id).password_hash == "hash1:password1");
  REQUIRE(w.db->tokens.count("#" + reply->refresh_token) == 1); // Only its hash is stored.
  CHECK(w.db->tokens.count(reply->refresh_token) == 0);
  CHECK(w.db->tokens.begin()->second.expires_at == w.time->at + 720h);
  CHECK(w.log_in("anna@EXAMPLE.org", "password1"));
}

TEST_CASE("a registration with a bad field is refused before any work", "[actors]") {
  auth_world w;
  const auto refused = [&](const char* field, register_user x) {
    CHECK_FALSE(w.ask<signed_in>(x));
    CHECK(w.error == errc::invalid_argument);
    CHECK(w.error.context().get_as<std::string>(0) == field);
  };
  refused("email", {"anna", "password1", "anna", ""});
  refused("password", {"a@example.org", "short", "anna", ""});
  refused("password", {"a@example.org", std::string(10'000, 'x'), "anna", ""});
  refused("username", {"a@example.org", "password1", "a b", ""});
  CHECK(w.script->hashed == 0);
  CHECK(w.db->users.empty());
}

TEST_CASE("an address or name that is taken is told", "[actors]") {
  auth_world w;
  REQUIRE(w.register_anna());
  CHECK_FALSE(w.ask<signed_in>(register_user{"anna@example.org", "password2", "bert", ""}));
  CHECK(w.error == errc::email_taken);
  CHECK_FALSE(w.ask<signed_in>(register_user{"bert@example.org", "password2", "ANNA", ""}));
  CHECK(w.error == errc::username_taken);
  CHECK(w.db->users.size() == 1);
}

TEST_CASE("an unknown e-mail and a wrong password look alike and cost alike", "[actors]") {
  auth_world w;
  REQUIRE(w.register_anna());
  for (const auto* email : {"anna@example.org", "nobody@example.org", ""}) {
    CAPTURE(email);
    const auto before = w.script->checked;
    CHECK_FALSE(w.log_in(email, "password2"));
    CHECK(w.error == errc::wrong_credentials);
    CHECK(w.error.context().empty());
    CHECK(w.script->checked == before + 1);
  }
}

TEST_CASE("a ban is told to whoever knows the password and to nobody else", "[actors]") {
  auth_world w;
  const auto anna = w.register_anna();
  REQUIRE(anna);
  w.row(anna->user.id).user.banned = true;
  CHECK_FALSE(w.log_in("anna@example.org", "password2"));
  CHECK(w.error == errc::wrong_credentials);
  CHECK_FALSE(w.log_in("anna@example.org", "password1"));
  CHECK(w.error == errc::user_banned);
  CHECK_FALSE(w.refresh(anna->refresh_token));
  CHECK(w.error == errc::user_banned);
}

TEST_CASE("a refresh rotates, a retry gives the same, a logout ends the family", "[actors]") {
  auth_world w;
  const auto anna = w.register_anna();
  REQUIRE(anna);
  const auto first = w.refresh(anna->refresh_token);
  const auto again = w.refresh(anna->refresh_token);
  REQUIRE((first && again));
  CHECK(first->refresh_token != anna->refresh_token);
  CHECK(first->refresh_token == again->refresh_token);
  CHECK(first->user.id == anna->user.id);
  CHECK(first->account.coins_cents == 500);
  CHECK(w.ask<logged_out>(logout{first->refresh_token}));
  CHECK(w.ask<logged_out>(logout{"unknown"}));
  CHECK(w.ask<logged_out>(logout{""}));
  CHECK_FALSE(w.refresh(first->refresh_token));
  CHECK(w.error == errc::token_expired);
}

TEST_CASE("a token that is unknown, too old or no token has expired", "[actors]") {
  auth_world w;
  const auto anna = w.register_anna();
  REQUIRE(anna);
  for (const auto& token : {std::string{"unknown"}, std::string{}, std::string(100'000, 'x')}) {
    CHECK_FALSE(w.refresh(token));
    CHECK(w.error == errc::token_expired);
  }
  w.time->at += 720h;
  CHECK_FALSE(w.refresh(anna->refresh_token));
  CHECK(w.error == errc::token_expired);
}

TEST_CASE("a token that was spent for another one is reported as reused", "[actors]") {
  auth_world w;
  const auto anna = w.register_anna();
  REQUIRE(anna);
  w.db->tokens.at("#" + anna->refresh_token).successor = "#another";
  CHECK_FALSE(w.refresh(anna->refresh_token));
  CHECK(w.error == errc::token_reused);
}

TEST_CASE("failed logins are throttled per account until the time that is told", "[actors]") {
  auth_world w{{.attempts_per_account = {.burst = 3, .refill = 30s}}};
  REQUIRE(w.register_anna());
  for (int i = 0; i < 20; ++i) // Good ones do not count.
    REQUIRE(w.log_in("anna@example.org", "password1"));
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(w.log_in("Anna@example.org", "guess", "192.0.2." + std::to_string(i)));
    CHECK(w.error == errc::wrong_credentials);
  }
  const auto checked = w.script->checked;
  CHECK_FALSE(w.log_in("anna@example.org", "password1"));
  CHECK(w.wait_ms() == 30'000);
  w.run_for(29'999ms);
  CHECK_FALSE(w.log_in("anna@example.org", "password1"));
  CHECK(w.wait_ms() == 1);
  CHECK(w.script->checked == checked); // Refused before any work.
  w.run_for(1ms);
  CHECK(w.log_in("anna@example.org", "password1"));
}

TEST_CASE("failed logins are throttled per address, whichever account they try", "[actors]") {
  auth_world w{{.logins_per_address = {.burst = 4, .refill = 5s}}};
  REQUIRE(w.register_anna());
  for (int i = 0; i < 4; ++i)
    CHECK_FALSE(w.log_in("guess" + std::to_string(i) + "@example.org", "guess", "2001:db8::1"));
  CHECK_FALSE(w.log_in("anna@example.org", "password1", "2001:db8::2"));
  CHECK(w.wait_ms() == 5'000);
  CHECK(w.log_in("anna@example.org", "password1", "2001:db8:0:1::1"));
}

TEST_CASE("registrations are throttled per address and do not throttle logins", "[actors]") {
  auth_world w{{.registrations_per_address = {.burst = 2, .refill = 30s}}};
  const auto register_as = [&](const std::string& name) {
    return w.ask<signed_in>(register_user{name + "@example.org", "password1", name, "192.0.2.1"});
  };
  REQUIRE(register_as("anna"));
  CHECK_FALSE(register_as("anna"));
  CHECK(w.error == errc::email_taken);
  CHECK_FALSE(register_as("bert"));
  CHECK(w.wait_ms() == 30'000);
  CHECK(w.log_in("anna@example.org", "password1"));
}

TEST_CASE("a hash that is outdated is replaced at a login", "[actors]") {
  auth_world w;
  const auto anna = w.register_anna();
  REQUIRE(anna);
  REQUIRE(w.log_in("anna@example.org", "password1"));
  CHECK(w.row(anna->user.id).password_hash == "hash1:password1");
  w.script->outdated = true;
  REQUIRE(w.log_in("anna@example.org", "password1"));
  CHECK(w.row(anna->user.id).password_hash == "hash2:password1");
  w.script->outdated = false;
  CHECK(w.log_in("anna@example.org", "password1"));
  CHECK(w.script->hashed == 2);
}

TEST_CASE("trouble of the ports is told as such and is not counted as a guess", "[actors]") {
  auth_world w{{.attempts_per_account = {.burst = 2, .refill = 1h}}};
  REQUIRE(w.register_anna());
  for (int i = 0; i < 5; ++i) {
    w.script->trouble = errc::overloaded;
    CHECK_FALSE(w.log_in("anna@example.org", "password1"));
    CHECK(w.error == errc::overloaded);
    w.script->trouble = caf::error{};
    w.fault = test::store_fault::refuse;
    CHECK_FALSE(w.log_in("anna@example.org", "password1"));
    CHECK(w.error == errc::unavailable);
    w.fault = test::store_fault::none;
  }
  CHECK(w.log_in("anna@example.org", "password1"));
}

TEST_CASE("an error that may quote a message is told without it", "[actors]") {
  auth_world w;
  REQUIRE(w.register_anna());
  w.script->trouble = caf::make_error(caf::sec::unexpected_message, std::string{"password1"});
  CHECK_FALSE(w.log_in("anna@example.org", "password1"));
  CHECK(w.error == errc::unavailable);
  CHECK_THAT(w.sys.render(w.error), !Catch::Contains("password1"));
  caf::anon_send_exit(w.vault, caf::exit_reason::kill);
  w.drain();
  CHECK_FALSE(w.log_in("anna@example.org", "password1"));
  CHECK(w.error == errc::unavailable);
}

TEST_CASE("every request gets one answer in any order of messages and with any fault", "[actors]") {
  const auto seed = GENERATE(range(1U, 51U));
  CAPTURE(seed);
  auth_world w{{.attempts_per_account = {.burst = 5, .refill = 10s}}, seed};
  base::rng random{seed + 1'000};
  caf::scoped_actor client{w.sys, true};
  int asked = 0;
  for (int i = 0; i < 100; ++i) {
    using enum test::store_fault;
    w.fault = random.chance(1, 5) ? (random.chance(1, 2) ? refuse : lose_answer) : none;
    w.script->trouble = random.chance(1, 10) ? caf::error{errc::overloaded} : caf::error{};
    const auto name = "user" + std::to_string(random.below(3));
    const auto password = "password" + std::to_string(random.below(2));
    if (random.chance(1, 3))
      client->send(w.subject, register_user{name + "@example.org", password, name, "192.0.2.1"});
    else if (random.chance(1, 2))
      client->send(w.subject, login{name + "@example.org", password, "192.0.2.1"});
    else
      client->send(w.subject, refresh_session{"token" + std::to_string(random.below(20))});
    ++asked;
    for (auto steps = random.below(6); steps > 0; --steps)
      w.step();
  }
  w.drain();
  int answered = 0;
  bool more = true;
  while (more)
    client->receive(
      [&](const signed_in& x) {
        ++answered;
        CHECK(!x.user.id.is_nil());
      },
      [&](const caf::error& x) {
        ++answered;
        CHECK(x.category() == caf::atom("game"));
      },
      caf::after(0s) >> [&] { more = false; });
  CHECK(answered == asked);
  CHECK(w.db->users.size() <= 3);
}
