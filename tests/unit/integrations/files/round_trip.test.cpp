// What the server gives out as a track it takes back as the same run.

#include "game/fix_chunk.hpp"
#include "game/same_run.hpp"
#include "net/api/gpx.hpp"
#include "tests/support/files/any_track.hpp"
#include "tests/unit/integrations/files/decoded.hpp"

using namespace fief;
using game::sport;

TEST_CASE("a run's own GPX is read as the same run, to the millisecond and the last digit") {
  const std::array sports{sport::run,  sport::trail_run, sport::walk, sport::hike, sport::ride,
                          sport::swim, sport::ski,       sport::row,  sport::other};
  for (std::uint64_t seed = 1; seed <= 45; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = test::any_track(random, 1 + random.below(300));
    actors::run_loaded loaded;
    loaded.run.sport = sports[seed % sports.size()];
    loaded.run.clock_offset = base::milliseconds{static_cast<std::int64_t>(random.below(9'000))};
    loaded.chunks.resize(1);
    loaded.chunks[0].data = game::encode_chunk(fixes);
    const auto file = test::decoded(net::gpx_of(loaded), "application/gpx+xml");
    CHECK(file.sport == loaded.run.sport);
    CHECK(file.sport_known);
    const auto hash = game::hash_of(fixes, loaded.run.clock_offset);
    CHECK(game::hash_of(file.fixes, base::milliseconds{0}) == hash);
    for (auto& x : fixes) {
      x.t += loaded.run.clock_offset;
      x.acc_dm = game::fix::acc_unknown; // GPX has no place for it.
    }
    CHECK(file.fixes == fixes);
  }
}
