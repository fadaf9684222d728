#include "actors/clock.hpp"

#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""s;

namespace {

/// Two users; the clock is started by the case, since it looks at once.
struct ticking : actor_world {
  ticking() { populate(3); }
  void start() { spawn(actors::clock, context_of(*this)); }
  [[nodiscard]] long notices(notice_kind kind) const {
    return std::ranges::count_if(db->notices,
                                 [=](const auto& x) { return x.second.notice.kind == kind; });
  }
  /// Gives user 1 one tile that holds until then.
  void give_tile(std::int64_t holds_ms) {
    auto claim = new_claim(1, 1, 1, 0, holds_ms);
    put_accepted_run(1, 1, {claim});
    put(merge_claim{claim, 0, at(0)});
    put(close_outbox{run_of(1), 1, at(0)});
  }
};

} // namespace

TEST_CASE("due events are settled in the order in which they fell due", "[actors]") {
  ticking w;
  for (auto [n, settle_h] : {std::pair{1UL, 12L}, {2UL, 11L}, {3UL, 40L}}) {
    auto event = new_event(n, 3, 0);
    event.settle_at = at(settle_h * hour);
    event.cut_at = event.settle_at - std::chrono::minutes{30};
    w.put(create_event{event});
  }
  w.time->value = at(30 * hour);
  w.start();
  CHECK(w.db->events.at(event_of(1)).settled_at);
  CHECK(w.db->events.at(event_of(2)).settled_at);
  CHECK_FALSE(w.db->events.at(event_of(3)).settled_at);
  w.advance(11 * 3'600s, 60s);
  CHECK(w.db->events.at(event_of(3)).settled_at);
  CHECK(w.count_of("settle_event") == 3);
}

TEST_CASE("a clock that cannot look goes on ticking", "[actors]") {
  ticking w;
  w.put(create_event{new_event(1, 3, 0)});
  w.time->value = at(30 * hour);
  w.fail_next("find_due", {store_fault::refuse, store_fault::refuse});
  w.fail_next("settle_event", {store_fault::refuse});
  w.start();
  CHECK_FALSE(w.db->events.at(event_of(1)).settled_at);
  w.advance(5s);
  CHECK(w.db->events.at(event_of(1)).settled_at);
}

TEST_CASE("tiles that ran out are taken off as of their own instant, without waking anybody",
          "[actors]") {
  ticking w;
  w.give_tile(hour);
  w.time->value = at(5 * hour);
  w.start();
  const auto& account = w.db->users.at(user_of(1)).account;
  CHECK(account.mining.tiles == 0);
  CHECK(game::pending_micro(account.mining, at(5 * hour), w.rules->mining) == 50'000);
  CHECK_FALSE(w.is_live(key_of(user_of(1))));
  auto asked = w.count_of("settle_mining");
  w.advance(10s);
  CHECK(w.count_of("settle_mining") == asked); // Once is enough.
}

TEST_CASE("a full store is told of once per filling", "[actors]") {
  ticking w;
  w.give_tile(99 * hour);
  w.start();
  w.time->value = at(24 * hour - 10 * second);
  w.advance(5s);
  CHECK(w.notices(notice_kind::mining_full) == 0);
  w.advance(30s);
  CHECK(w.notices(notice_kind::mining_full) == 1);
  w.advance(600s, 5s);
  CHECK(w.notices(notice_kind::mining_full) == 1);
  must(w.ask_user(collect_tokens{user_of(1), uuid_of(5, 1)}));
  w.time->value += std::chrono::hours{24};
  w.advance(5s);
  CHECK(w.notices(notice_kind::mining_full) == 2);
}

TEST_CASE("unfinished runs are finished, whoever left them", "[actors]") {
  ticking w;
  auto fixes = fixes_of_run(900, at(0));
  must(w.ask_user(start_of(1, 1)));
  w.time->value = fixes.back().t;
  must(w.ask_user(fixes_for(1, run_of(1), fixes)));
  SECTION("its owner went silent") {
    w.time->value += std::chrono::hours{25};
  }
  SECTION("its USER died between finish and verdict") {
    w.put(finish_recording{run_of(1), user_of(1), static_cast<std::uint32_t>(fixes.size()), false,
                           w.time->value});
    w.kill(key_of(user_of(1)));
  }
  SECTION("the verdict's answer was lost") {
    w.fail_next("save_run", {store_fault::lose_answer});
    must(w.ask_user(finish_of(1, run_of(1), fixes.size())));
  }
  w.start();
  w.advance(5s);
  CHECK(stored_run(w, run_of(1)).state == run_state::accepted);
  CHECK_FALSE(w.db->runs.at(run_of(1)).in_outbox);
  CHECK(tiles_of(w, 1).size() > 5);
}
