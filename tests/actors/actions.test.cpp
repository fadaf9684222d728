// Who has something done reaches the log of actions, through every actor in between.

#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;

namespace {

/// User 3 is an operator and hosts event 1; users 1 and 2 run.
struct office : actor_world {
  office() {
    populate(3);
    update_user rights;
    rights.user = user_of(3);
    rights.roles = std::uint8_t{role_runner | role_organiser | role_operator};
    put(rights);
  }
  static action_note note(std::uint64_t n) { return {uuid_of(9, n), user_of(3)}; }
  static asker boss() { return {user_of(3), role_runner | role_operator}; }

  /// The log has this action, and it is the only one.
  void check_only(std::uint64_t n, action_kind kind, const base::uuid& target) const {
    REQUIRE(db->actions.size() == 1);
    const auto& [id, row] = *db->actions.begin();
    CHECK(id == uuid_of(9, n));
    CHECK(row.by == user_of(3));
    CHECK(row.kind == kind);
    CHECK(row.target == target);
    CHECK(row.at == time->value);
  }
  /// Asks twice: the first time the answer is lost after the commit.
  template <class Ask>
  void ask_twice(const std::string& operation, Ask ask) {
    fail_next(operation, {store_fault::lose_answer});
    check_refused(ask(), errc::unavailable);
    must(ask());
  }
  void host() { put(create_event{new_event(1, 3)}); }
};

/// A run of user 1 that was flagged for its simulated location.
struct held_run : office {
  held_run() {
    auto fixes = fixes_of_run(900, time->value);
    for (auto& x : fixes)
      x.flags = game::fix::flag_mock;
    CHECK(run_freely(*this, 1, 1, fixes).state == run_state::flagged);
    CHECK(db->actions.empty());
  }
  auto review(std::uint64_t n, bool accept) {
    return ask_user(review_run{user_of(1), run_of(1), accept, "a word", note(n)});
  }
};

} // namespace

TEST_CASE("an event that is hosted, edited and called off is in the log", "[actors]") {
  office w;
  w.time->value = at(-hour);
  SECTION("hosted") {
    w.ask_twice("create_event", [&] {
      return w.ask_user(host_event{user_of(3), new_event(1, 3), office::note(1)});
    });
    w.check_only(1, action_kind::event_created, event_of(1).value);
  }
  SECTION("edited") {
    w.host();
    edit_event edit;
    edit.event = event_of(1);
    edit.by = office::boss();
    edit.city = "Rijeka";
    edit.action = uuid_of(9, 2);
    must(w.ask_event(edit));
    w.check_only(2, action_kind::event_edited, event_of(1).value);
    CHECK(w.db->actions.begin()->second.detail == R"({"city":["Zagreb","Rijeka"]})");
  }
  SECTION("called off") {
    w.host();
    w.ask_twice("cancel_event", [&] {
      return w.ask_event(call_off_event{event_of(1), office::boss(), uuid_of(9, 3)});
    });
    w.check_only(3, action_kind::event_cancelled, event_of(1).value);
  }
}

TEST_CASE("what operators give is in the log, and what runners buy is not", "[actors]") {
  office w;
  w.host();
  must(w.ask_user(acquire_ticket{ticket_of(9), user_of(2), event_of(1), false, {}}));
  SECTION("a ticket") {
    w.ask_twice("buy_ticket", [&] {
      return w.ask_user(
        acquire_ticket{ticket_of(1), user_of(1), event_of(1), true, office::note(1)});
    });
    w.check_only(1, action_kind::ticket_granted, user_of(1).value);
  }
  SECTION("coins") {
    w.ask_twice("grant_coins", [&] {
      return w.ask_user(give_coins{uuid_of(9, 2), user_of(1), user_of(3), 250, "a gift"});
    });
    w.check_only(2, action_kind::coins_granted, user_of(1).value);
  }
  SECTION("rights") {
    set_rights x;
    x.user = user_of(1);
    x.banned = true;
    x.action = office::note(3);
    w.ask_twice("update_user", [&] { return w.ask_user(x); });
    w.check_only(3, action_kind::rights_changed, user_of(1).value);
    must(w.ask_user(rename_user{user_of(1), "somebody"}));
    CHECK(w.db->actions.size() == 1);
  }
}

TEST_CASE("a verdict on a run is in the log under who gave it", "[actors]") {
  held_run w;
  SECTION("accepted, then rejected") {
    must(w.review(1, true));
    w.check_only(1, action_kind::run_accepted, run_of(1).value);
    w.ask_twice("revoke_run", [&] { return w.review(2, false); });
    REQUIRE(w.db->actions.size() == 2);
    const auto& row = w.db->actions.at(uuid_of(9, 2));
    CHECK(row.kind == action_kind::run_rejected);
    CHECK(row.by == user_of(3));
  }
  SECTION("accepted, with the answer lost") {
    w.ask_twice("save_run", [&] { return w.review(1, true); });
    w.check_only(1, action_kind::run_accepted, run_of(1).value);
  }
  SECTION("rejected") {
    w.ask_twice("save_run", [&] { return w.review(1, false); });
    w.check_only(1, action_kind::run_rejected, run_of(1).value);
  }
  SECTION("two at once: the first one's counts") {
    auto first = w.send_user(review_run{user_of(1), run_of(1), true, "yes", office::note(1)});
    auto second = w.send_user(review_run{user_of(1), run_of(1), false, "no", office::note(2)});
    w.drain();
    CHECK(must(first->outcome()).state == run_state::accepted);
    CHECK(must(second->outcome()).state == run_state::accepted);
    w.check_only(1, action_kind::run_accepted, run_of(1).value);
  }
}

TEST_CASE("what is refused on its way is not in the log", "[actors]") {
  office w;
  w.host();
  auto stranger = asker{user_of(1), role_runner};
  check_refused(w.ask_event(call_off_event{event_of(1), stranger, uuid_of(9, 1)}), errc::forbidden);
  check_refused(w.ask_user(host_event{user_of(1), new_event(2, 1), {uuid_of(9, 2), user_of(1)}}),
                errc::forbidden);
  check_refused(w.ask_user(review_run{user_of(1), run_of(7), true, "x", office::note(3)}),
                errc::not_found);
  CHECK(w.db->actions.empty());
}
