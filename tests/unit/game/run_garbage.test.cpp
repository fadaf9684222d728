// What peers may send: any integers at all. Nothing may crash, assert or overflow.

#include "game/live_track.hpp"
#include "game/run.hpp"
#include "game/same_run.hpp"
#include "game/score.hpp"
#include "tests/support/game/synthetic_run.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace fief;
using namespace fief::game;

namespace {

template <class Integer>
Integer any(base::rng& random, Integer usual) {
  switch (random.below(12)) {
    case 0: return std::numeric_limits<Integer>::min();
    case 1: return std::numeric_limits<Integer>::max();
    case 2: return static_cast<Integer>(random.next());
    case 3: return 0;
    default: return usual;
  }
}

std::vector<fix> garbage(base::rng& random) {
  test::runner who;
  who.lat = random.unit() * 180 - 90;
  who.lon = random.unit() * 360 - 180;
  std::vector<test::point_m> path{{0, 0}, {600, 300}, {-400, 200}, {0, 0}};
  auto fixes = run_along(path, who, random);
  auto one_in = 1 + random.below(300);
  for (auto& f : fixes) {
    if (!random.chance(1, static_cast<std::uint32_t>(one_in)))
      continue;
    f.seq = any(random, f.seq);
    f.t = base::from_ms(any(random, base::to_ms(f.t)));
    f.lat_e7 = any(random, f.lat_e7);
    f.lon_e7 = any(random, f.lon_e7);
    f.acc_dm = any(random, f.acc_dm);
    f.steps = any(random, f.steps);
    f.flags = any(random, f.flags);
  }
  return fixes;
}

} // namespace

TEST_CASE("no fixes, however absurd, break the processing of a run") {
  int with_territory = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = garbage(random);
    run_input input;
    input.fixes = fixes;
    input.clock_offset = milliseconds{any<std::int64_t>(random, 0)};
    input.drift_max_seen = milliseconds{any<std::int64_t>(random, 0)};
    auto result = process_run(input, run_rules{}, tiling{17});
    CHECK(result.counts.given >= result.counts.good);
    CHECK(std::isfinite(result.distance_m));
    CHECK(result.moving <= result.elapsed);
    with_territory += result.claims.empty() ? 0 : 1;
    live_track live{run_rules{}, tiling{17}, input.clock_offset, {}};
    live.feed(fixes);
    recording a{{}, input.clock_offset, fixes};
    auto others = garbage(random);
    recording b{{}, milliseconds{0}, others};
    CHECK(compare(a, a) != sameness::impossible);
    compare(a, b);
    auto track = clean(fixes, input.clock_offset, run_rules{});
    course asked{{{fixes[0].lat_e7, fixes[0].lon_e7}, {fixes[9].lat_e7, fixes[9].lon_e7}}, 1000.0};
    if (auto won = race_score(track, asked, instant::min(), instant::max()))
      CHECK(won->value >= 0);
  }
  CHECK(with_territory > 30);
}
