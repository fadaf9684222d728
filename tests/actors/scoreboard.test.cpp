#include "actors/scoreboard.hpp"
#include "base/rng.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

using namespace fief;

namespace {

template <class Id>
Id id_of(std::uint64_t n) {
  return {{1, n}};
}

actors::ticket_record ticket(std::uint64_t n, bool used) {
  actors::ticket_record out;
  out.id = id_of<game::ticket_id>(n);
  out.user = id_of<game::user_id>(n);
  if (used) {
    out.state = game::ticket_state::used;
    out.run = id_of<game::run_id>(n);
  }
  return out;
}

actors::run_scored scored(std::uint64_t n) {
  actors::run_scored out;
  out.run = id_of<game::run_id>(n);
  return out;
}

} // namespace

TEST_CASE("an event is complete when the runs of all consumed tickets are processed", "[event]") {
  const auto seed = GENERATE(range(1U, 30U));
  CAPTURE(seed);
  base::rng random{seed};
  std::map<std::uint64_t, bool> open; // of consumed tickets
  actors::event_loaded loaded;
  for (std::uint64_t n = 0; n < random.below(10); ++n) {
    const bool used = random.below(2) == 0;
    const bool is_open = used && random.below(2) == 0;
    loaded.roster.push_back({ticket(n, used), "runner", is_open});
    if (used)
      open[n] = is_open;
  }
  actors::scoreboard aut;
  aut.put_ticket(ticket(99, true), "before the load"); // Which replaces everything.
  aut.load(loaded);
  for (int i = 0; i < 100; ++i) {
    const auto n = random.below(12);
    switch (random.below(3)) {
      case 0: aut.put_ticket(ticket(n, open.contains(n)), "runner"); break; // Told again.
      case 1:
        aut.put_ticket(ticket(n, true), "runner");
        open.try_emplace(n, true);
        break;
      default:
        if (!open.contains(n))
          break;
        aut.put_result(scored(n));
        open[n] = false;
    }
    const bool none_open =
      std::none_of(open.begin(), open.end(), [](const auto& x) { return x.second; });
    REQUIRE(aut.is_complete() == none_open);
  }
}
