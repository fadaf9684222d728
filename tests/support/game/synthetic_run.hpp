#pragma once

#include "base/rng.hpp"
#include "game/fix.hpp"

#include <span>
#include <vector>

namespace fief::test {

/// Metres east and north of a run's origin.
struct point_m {
  double x = 0;
  double y = 0;
};

/// How a generated runner moves. The pace sways and the noise is correlated, as a real one's.
struct runner {
  double lat = 45.81; ///< Of the origin; the poles and longitude 180 are fine.
  double lon = 15.98;
  double speed_mps = 3.0;
  double sway = 0.15; ///< Share of the speed by which it varies.
  double noise_m = 1.0;
  game::milliseconds interval{1000};
  game::instant start = game::instant{std::chrono::sys_days{std::chrono::year{2026} / 5 / 10}};
};

/// The place of a point round an origin.
game::fix fix_at(const runner& who, point_m p);

/// Fixes of a run along straight lines from point to point.
std::vector<game::fix> run_along(std::span<const point_m> path, const runner& who,
                                 base::rng& random);

/// Ring roads of a centre at the origin, closed, `laps` times round.
std::vector<point_m> circle(double radius_m, int laps = 1);
/// An open path that never turns back in x, so it never meets itself.
std::vector<point_m> open_path(double length_m, base::rng& random);
/// There and back on the same street.
std::vector<point_m> out_and_back(double length_m);

/// Moves and numbers the fixes anew: `seq` from 1, times from `start` on, in the order given.
std::vector<game::fix> joined(std::span<const game::fix> first, std::span<const game::fix> then,
                              game::milliseconds gap);

/// In random order, some of them twice.
std::vector<game::fix> shuffled_with_repeats(std::vector<game::fix> fixes, base::rng& random);

} // namespace fief::test
