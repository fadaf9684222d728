#include "game/event.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using base::from_ms;
using game::event_state;
using game::metric;
using game::state_of;

TEST_CASE("the state of an event follows from the clock and its two marks", "[game][event]") {
  auto starts = from_ms(1000);
  auto cut = from_ms(2000);
  auto at = [&](std::int64_t ms) { return state_of(from_ms(ms), starts, cut, false, false); };
  CHECK(at(0) == event_state::scheduled);
  CHECK(at(999) == event_state::scheduled);
  CHECK(at(1000) == event_state::active);
  CHECK(at(1999) == event_state::active);
  CHECK(at(2000) == event_state::cut);
  CHECK(at(1'000'000'000'000) == event_state::cut);
}

TEST_CASE("a mark is final whatever the clock says, and settled is the stronger one",
          "[game][event]") {
  for (auto now : {game::instant::min(), from_ms(0), from_ms(1000), from_ms(1500), from_ms(2000),
                   game::instant::max()}) {
    CHECK(state_of(now, from_ms(1000), from_ms(2000), true, false) == event_state::settled);
    CHECK(state_of(now, from_ms(1000), from_ms(2000), false, true) == event_state::cancelled);
    CHECK(state_of(now, from_ms(1000), from_ms(2000), true, true) == event_state::settled);
  }
}

TEST_CASE("states and metrics read back from their names and nothing else does", "[game][event]") {
  for (auto x : {event_state::scheduled, event_state::active, event_state::cut,
                 event_state::settled, event_state::cancelled})
    CHECK(game::parse_event_state(to_string(x)) == x);
  for (auto x : {metric::race, metric::territory, metric::distance})
    CHECK(game::parse_metric(to_string(x)) == x);
  for (auto text : {"", "unknown", "Race", "race ", "cancel"}) {
    CHECK_FALSE(game::parse_event_state(text));
    CHECK_FALSE(game::parse_metric(text));
  }
}
