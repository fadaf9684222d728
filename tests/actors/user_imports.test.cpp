#include "actors/user.hpp"
#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;

namespace {

/// A user whose run of 900 m arrives from elsewhere, some time after it ended.
struct importing : actor_world {
  explicit importing(std::uint64_t seed = 1) : actor_world(seed) {
    populate(2);
    time->value = fixes.back().t + 1h;
  }

  import_run import(std::uint64_t n, const std::string& external,
                    run_source source = run_source::strava) const {
    return {user_of(1), run_of(n), source, external, game::sport::run, fixes, true};
  }
  std::size_t tiles() const { return tiles_of(*this, 1).size(); }

  std::vector<game::fix> fixes = fixes_of_run(900, at(hour));
};

} // namespace

TEST_CASE("an imported run is judged and takes its tiles like any other", "[actors]") {
  importing w;
  auto done = must(w.ask_user(w.import(1, "77")));
  CHECK(done.run.state == run_state::accepted);
  CHECK(done.run.source == run_source::strava);
  CHECK(done.run.tiles_taken > 5);
  CHECK(w.tiles() == static_cast<std::size_t>(done.run.tiles_taken));
  CHECK(stored_fixes(w, run_of(1)) == w.fixes);
  SECTION("asked again, by either name, it is the same run") {
    for (auto again : {w.import(1, "77"), w.import(2, "77")}) {
      auto same = must(w.ask_user(again));
      CHECK(same.run.id == run_of(1));
      CHECK(same.run.state == run_state::accepted);
    }
    CHECK(w.db->runs.size() == 1);
  }
}

TEST_CASE("an import needs no pause of the run that records", "[actors]") {
  importing w;
  must(w.ask_user(start_of(1, 5)));
  CHECK(must(w.ask_user(w.import(1, "77"))).run.state == run_state::accepted);
  CHECK(must(w.ask_user(get_recording_run{user_of(1)})).run == run_of(5));
}

TEST_CASE("a run that the app recorded keeps its territory against its import", "[actors]") {
  importing w;
  w.time->value = at(hour);
  auto own = run_freely(w, 1, 5, w.fixes);
  w.time->value += 1h;
  auto shifted = w.import(1, "77");
  for (auto& fix : shifted.fixes)
    fix.lat_e7 += 200; // Another receiver: 2 m to the north.
  auto done = must(w.ask_user(shifted));
  CHECK(done.run.state == run_state::accepted);
  CHECK(done.run.reasons == std::vector<std::string>{"same_run"});
  CHECK(done.run.tiles_taken == 0);
  CHECK(w.tiles() == static_cast<std::size_t>(own.tiles_taken));
}

TEST_CASE("a source may lend a run for statistics only", "[actors]") {
  importing w;
  auto x = w.import(1, "77");
  x.takes_territory = false;
  auto done = must(w.ask_user(x));
  CHECK(done.run.state == run_state::accepted);
  CHECK(done.run.reasons == std::vector<std::string>{"statistics_only"});
  CHECK(done.run.distance_m > 800);
  CHECK(w.tiles() == 0);
}

TEST_CASE("what cannot be imported is refused", "[actors]") {
  importing w;
  auto x = w.import(1, "77");
  SECTION("from the app") {
    x.source = GENERATE(run_source::app, run_source::simulated);
    check_refused(w.ask_user(x), errc::invalid_argument);
  }
  SECTION("too many fixes") {
    x.fixes.resize(game::fix_limits::fixes_max + 1);
    check_refused(w.ask_user(x), errc::too_many_fixes);
  }
  SECTION("from the future") {
    w.time->value = w.fixes.back().t - 6s;
    check_refused(w.ask_user(x), errc::fix_in_future);
  }
  CHECK(w.db->runs.empty());
}

TEST_CASE("an import without fixes is kept for its record", "[actors]") {
  importing w;
  auto x = w.import(1, "77");
  x.fixes.clear();
  auto done = must(w.ask_user(x));
  CHECK(done.run.state == run_state::accepted);
  CHECK(done.run.reasons.front() == "no_fixes");
}

TEST_CASE("an import is finished whatever fails or dies on the way", "[actors]") {
  const auto* operation = GENERATE("create_imported_run", "find_similar_runs", "save_run",
                                   "merge_claim", "close_outbox", "crash");
  const auto fault = GENERATE(store_fault::refuse, store_fault::lose_answer);
  CAPTURE(operation, static_cast<int>(fault));
  importing w;
  w.start_clock();
  if (std::string_view{operation} == "crash") {
    (void)w.send_user(w.import(1, "77"));
    for (int i = GENERATE(4, 8, 12, 16); i > 0; --i)
      w.step();
    w.crash();
  } else {
    w.fail_next(operation, {fault});
    (void)w.send_user(w.import(1, "77"));
    w.drain();
  }
  // Whoever hears nothing, or no, asks again.
  w.advance(30s);
  must(w.ask_user(w.import(1, "77")));
  w.advance(30s);
  auto done = must(w.ask_user(w.import(2, "77")));
  CHECK(done.run.id == run_of(1));
  CHECK(done.run.state == run_state::accepted);
  CHECK(w.db->runs.size() == 1);
  CHECK_FALSE(w.db->runs.at(run_of(1)).in_outbox);
  CHECK(w.tiles() == static_cast<std::size_t>(stored_run(w, run_of(1)).tiles_taken));
  CHECK(w.tiles() > 5);
}

TEST_CASE("a run that its source takes back leaves the map", "[actors]") {
  importing w;
  must(w.ask_user(w.import(1, "77")));
  auto area = w.rules->tiling.area_of(tiles_of(w, 1).front());
  auto before = must(w.ask_area(get_area{area})).tiles.size();
  CHECK(before > 0);
  auto gone = must(w.ask_user(forget_runs{user_of(1), run_source::strava, "77", {}}));
  CHECK(gone.count == 1);
  CHECK(w.tiles() == 0);
  for (const auto& row : must(w.ask_area(get_area{area})).tiles)
    CHECK(row.owner.is_nil());
}

TEST_CASE("a ticket is spent on an imported run, and its event counts it", "[actors]") {
  importing w;
  auto event = new_event(1, 2, 0);
  event.metric = GENERATE(game::metric::distance, game::metric::territory);
  w.put(create_event{event});
  auto imported = w.import(1, "77");
  w.time->value = at(hour);
  must(w.ask_user(acquire_ticket{ticket_of(1), user_of(1), event_of(1), false}));
  w.time->value = w.fixes.back().t + 1h;
  must(w.ask_user(imported));
  check_refused(w.ask_user(attach_run{user_of(1), ticket_of(9), run_of(1)}), errc::not_found);
  check_refused(w.ask_user(attach_run{user_of(1), ticket_of(1), run_of(9)}), errc::not_found);
  for (bool created : {true, false}) {
    auto got = must(w.ask_user(attach_run{user_of(1), ticket_of(1), run_of(1)}));
    CHECK(got.created == created);
    CHECK(got.run.ticket == ticket_of(1));
    CHECK(got.run.has_result);
  }
  auto board = must(w.ask_event(get_leaderboard{event_of(1), 0, 50}));
  REQUIRE(board.items.size() == 1);
  CHECK(board.items[0].result.value > 5);
  auto value = board.items[0].result.value;
  w.crash();
  board = must(w.ask_event(get_leaderboard{event_of(1), 0, 50}));
  REQUIRE(board.items.size() == 1);
  CHECK(board.items[0].result.value == value);
  CHECK(must(w.ask_user(list_active_tickets{user_of(1)})).tickets.empty());

  must(w.ask_user(forget_runs{user_of(1), run_source::strava, "", {}}));
  CHECK(must(w.ask_event(get_leaderboard{event_of(1), 0, 50})).items.empty());
}

TEST_CASE("fixes that expired cannot be scored or accepted any more", "[actors]") {
  importing w;
  w.put(create_event{new_event(1, 2, 0)});
  w.time->value = at(hour);
  must(w.ask_user(acquire_ticket{ticket_of(1), user_of(1), event_of(1), false}));
  w.time->value = w.fixes.back().t + 1h;
  must(w.ask_user(w.import(1, "77")));
  w.put(expire_fixes{run_source::strava, w.time->value + 1s, 10});
  check_refused(w.ask_user(attach_run{user_of(1), ticket_of(1), run_of(1)}), errc::fixes_expired);
}
