#include "actors/directory.hpp"

#include "tests/support/actor_world.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

namespace {

get_profile ask_profile(std::uint64_t user) {
  return get_profile{user_of(user)};
}

settings small_rules() {
  settings rules;
  rules.stash_max = 3;
  rules.loading_max = 2;
  rules.loading_queue_max = 2;
  rules.passivate_after = std::chrono::seconds{10};
  return rules;
}

} // namespace

TEST_CASE("the first message activates an entity and later ones find it", "[actors]") {
  actor_world w;
  w.populate(1);
  CHECK_FALSE(w.is_live(key_of(user_of(1))));
  CHECK(must(w.ask_user(ask_profile(1))).user.username == "runner1");
  CHECK(must(w.ask_user(ask_profile(1))).account.coins_cents == 10'000);
  CHECK(w.count_of("load_user") == 1);
  auto status = w.status();
  CHECK(status.users == 1);
  CHECK(status.activations == 1);
  CHECK(status.loading == 0);
  CHECK(status.stashed == 0);
}

TEST_CASE("who does not exist is not found, and a deleted account is not either", "[actors]") {
  actor_world w;
  w.populate(2);
  w.put(delete_user{user_of(2), at(0)});
  check_refused(w.ask_user(ask_profile(7)), errc::not_found);
  check_refused(w.ask_user(ask_profile(2)), errc::not_found);
  check_refused(w.ask_event(get_event{event_of(1)}), errc::not_found);
  CHECK(w.status().loading == 0);
  w.put(new_user(7));
  CHECK(w.ask_user(ask_profile(7)).has_value()); // Nothing of the refusal is remembered.
}

TEST_CASE("messages that come while an entity loads keep their order", "[actors]") {
  auto seed = GENERATE(range(1, 21));
  CAPTURE(seed);
  actor_world w{static_cast<std::uint64_t>(seed)};
  w.populate(1);
  w.fail_next("load_user", {store_fault::delay});
  std::vector<asked_ptr<profile>> renames;
  for (int n = 0; n < 5; ++n)
    renames.push_back(w.send_user(rename_user{user_of(1), "name" + std::to_string(n)}));
  w.drain();
  CHECK(w.status().stashed == 5);
  w.run_for(20ms);
  for (int n = 0; n < 5; ++n) {
    REQUIRE(renames[static_cast<std::size_t>(n)]->answers == 1);
    CHECK(renames[static_cast<std::size_t>(n)]->value->user.username == "name" + std::to_string(n));
  }
  CHECK(w.db->users.at(user_of(1)).user.username == "name4");
}

TEST_CASE("a full stash refuses, and so does a full queue of those to load", "[actors]") {
  actor_world w{1, small_rules()};
  w.populate(6);
  w.fail_next("load_user", std::vector<store_fault>(2, store_fault::delay));
  std::vector<asked_ptr<profile>> same;
  for (int n = 0; n < 5; ++n)
    same.push_back(w.send_user(ask_profile(1)));
  std::vector<asked_ptr<profile>> others;
  for (std::uint64_t n = 2; n <= 5; ++n) // One more loads, two wait, one is too many.
    others.push_back(w.send_user(ask_profile(n)));
  w.drain();
  CHECK(same[2]->answers == 0);
  check_refused(same[3]->outcome(), errc::overloaded);
  check_refused(same[4]->outcome(), errc::overloaded);
  CHECK(others[2]->answers == 0);
  check_refused(others[3]->outcome(), errc::overloaded);
  CHECK(w.status().refused == 3);
  CHECK(w.status().loading == 2);
  w.run_for(20ms);
  for (auto slot : {same[0], same[1], same[2], others[0], others[1], others[2]})
    CHECK(slot->value);
  CHECK(w.ask_user(ask_profile(5)).has_value());
}

TEST_CASE("a READER that is away refuses the askers and the next one is served", "[actors]") {
  actor_world w;
  w.populate(1);
  w.fail_next("load_user", {store_fault::refuse});
  auto first = w.send_user(ask_profile(1));
  auto second = w.send_user(ask_profile(1));
  w.drain();
  check_refused(first->outcome(), errc::unavailable);
  check_refused(second->outcome(), errc::unavailable);
  CHECK(w.ask_user(ask_profile(1)).has_value());
}

TEST_CASE("a hint does not wake who sleeps, and waits for who is waking", "[actors]") {
  actor_world w;
  w.populate(1);
  auto rich = w.db->users.at(user_of(1)).account;
  rich.version += 1;
  rich.coins_cents = 77;
  hint(w.directory, key_of(user_of(1)), account_changed{rich});
  w.drain();
  CHECK(w.count_of("load_user") == 0);
  w.fail_next("load_user", {store_fault::delay});
  auto reply = w.send_user(ask_profile(1));
  w.drain();
  hint(w.directory, key_of(user_of(1)), account_changed{rich});
  w.run_for(20ms);
  REQUIRE(reply->value);
  CHECK(must(w.ask_user(ask_profile(1))).account.coins_cents == 77);
}

TEST_CASE("the commit feed reaches live entities only", "[actors]") {
  actor_world w;
  w.populate(2);
  w.ask_user(ask_profile(1));
  auto gateway = w.open_gateway();
  must(w.ask_user(attach_session{user_of(1), {gateway, 9}, {}, caf::none}));
  put_notification put;
  put.notice.kind = notice_kind::coins_granted;
  put.notice.cause = "test";
  for (std::uint64_t n : {1, 2}) {
    put.notice.user = user_of(n);
    caf::anon_send(w.store, put);
  }
  w.drain();
  REQUIRE(w.heard(gateway).notices.size() == 1);
  CHECK(w.heard(gateway).notices[0].session == 9);
  CHECK(w.heard(gateway).notices[0].notice.cause == "test");
  CHECK_FALSE(w.is_live(key_of(user_of(2))));
}

TEST_CASE("an idle entity leaves and is activated again", "[actors]") {
  actor_world w{1, small_rules()};
  w.populate(2);
  w.ask_user(ask_profile(1));
  w.advance(6s);
  w.ask_user(ask_profile(2));
  w.advance(6s);
  CHECK_FALSE(w.is_live(key_of(user_of(1))));
  CHECK(w.is_live(key_of(user_of(2)))); // Used more lately.
  CHECK(w.status().passivations == 1);
  CHECK(w.status().users == 1);
  CHECK(w.ask_user(ask_profile(1)).has_value());
  CHECK(w.count_of("load_user") == 3);
}

TEST_CASE("an entity with a session attached stays however quiet it is", "[actors]") {
  actor_world w{1, small_rules()};
  w.populate(1);
  auto gateway = w.open_gateway();
  must(w.ask_user(attach_session{user_of(1), {gateway, 1}, {}, caf::none}));
  w.advance(60s);
  CHECK(w.is_live(key_of(user_of(1))));
  CHECK(w.status().passivations == 0);
  w.tell(key_of(user_of(1)), detach_session{user_of(1), {gateway, 1}});
  w.advance(30s);
  CHECK_FALSE(w.is_live(key_of(user_of(1))));
}

TEST_CASE("a message to an entity that is leaving brings it back", "[actors]") {
  auto seed = GENERATE(range(1, 31));
  CAPTURE(seed);
  actor_world w{static_cast<std::uint64_t>(seed), small_rules()};
  w.populate(1);
  w.ask_user(ask_profile(1));
  w.advance(9s);
  caf::anon_send(w.directory, atom::tick_v);
  w.time->value += std::chrono::seconds{5};
  auto early = w.send_user(ask_profile(1));
  auto steps = w.rng.below(4);
  for (std::uint64_t n = 0; n < steps; ++n)
    w.step();
  w.run_for(2s, 2s);
  auto late = w.send_user(ask_profile(1));
  w.drain();
  CHECK(early->answers == 1);
  CHECK(early->value);
  CHECK(late->answers == 1);
  CHECK(late->value);
}

TEST_CASE("an entity that dies is loaded anew by the next message", "[actors]") {
  actor_world w;
  w.populate(1);
  w.ask_user(ask_profile(1));
  w.kill(key_of(user_of(1)));
  CHECK_FALSE(w.is_live(key_of(user_of(1))));
  CHECK(w.status().users == 0);
  CHECK(must(w.ask_user(ask_profile(1))).user.id == user_of(1));
  CHECK(w.count_of("load_user") == 2);
}
