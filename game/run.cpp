#include "game/run.hpp"

#include "base/assert.hpp"
#include "game/claims.hpp"
#include "game/enclosed.hpp"
#include "game/track_flags.hpp"

#include <algorithm>
#include <cmath>

namespace fief::game {

namespace {

using reasons = std::vector<run_reason>;

bool is_flag(run_reason x) {
  return x == run_reason::mock_location || x == run_reason::cadence || x == run_reason::acceleration
         || x == run_reason::uniform_speed || x == run_reason::clock_drift;
}

bool is_rejection(run_reason x) {
  return x == run_reason::no_usable_time || x == run_reason::too_many_fixes
         || x == run_reason::too_long || x == run_reason::vehicle;
}

bool costs_territory(run_reason x) {
  return is_rejection(x) || x == run_reason::no_fixes || x == run_reason::weak_gps
         || x == run_reason::too_short || x == run_reason::too_sparse
         || x == run_reason::not_a_territory_sport;
}

/// Whether at least half of the fixes have an instant of their own: a route drawn on a map has
/// none, or one for all its points.
bool has_usable_time(const track_counts& counts) {
  return std::uint64_t{2} * (counts.untimed + counts.same_time) <= counts.given;
}

milliseconds median_interval(std::span<const track_point> points) {
  if (points.size() < 2)
    return milliseconds{0};
  std::vector<milliseconds> gaps;
  gaps.reserve(points.size());
  for (std::size_t i = 1; i < points.size(); ++i)
    gaps.push_back(points[i].t - points[i - 1].t);
  auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return *middle;
}

void judge_data(const clean_track& track, const run_rules& rules, reasons& why) {
  const auto& counts = track.counts;
  if (counts.given == 0 || counts.impossible == counts.given) {
    why.push_back(run_reason::no_fixes);
    return;
  }
  auto usable = has_usable_time(counts);
  if (!usable)
    why.push_back(run_reason::no_usable_time);
  if (counts.given > rules.fixes_max)
    why.push_back(run_reason::too_many_fixes);
  // A few fixes with a broken clock must not stretch a run whose other times are good.
  auto span = usable && !track.points.empty() ? track.points.back().t - track.points.front().t
                                              : track.span_given;
  if (span > rules.duration_max)
    why.push_back(run_reason::too_long);
  auto judged = counts.given - counts.impossible - counts.untimed - counts.same_time;
  if (std::uint64_t{2} * counts.inaccurate > judged)
    why.push_back(run_reason::weak_gps);
}

void judge_movement(const run_input& input, const clean_track& track, const run_result& result,
                    const run_rules& rules, reasons& why) {
  auto on_foot = takes_territory(input.declared);
  if (!on_foot)
    why.push_back(run_reason::not_a_territory_sport);
  else if (track.fast >= rules.vehicle_time)
    why.push_back(run_reason::vehicle);
  else if (track.fast > milliseconds{0})
    why.push_back(run_reason::vehicle_part);
  if (track.points.empty())
    return;
  if (result.distance_m < rules.distance_m_min || result.moving < rules.moving_min)
    why.push_back(run_reason::too_short);
  if (track.points.size() < rules.fixes_min
      || median_interval(track.points) > rules.interval_median_max)
    why.push_back(run_reason::too_sparse);
}

void judge_honesty(const run_input& input, const clean_track& track, const run_rules& rules,
                   reasons& why) {
  if (track.counts.mock > 0 && !input.simulated)
    why.push_back(run_reason::mock_location);
  if (input.drift_max_seen > rules.drift_max || input.drift_max_seen < -rules.drift_max)
    why.push_back(run_reason::clock_drift);
  if (!takes_territory(input.declared))
    return; // The numbers below are those of feet.
  if (is_cadence_odd(track.points, input.declared, rules))
    why.push_back(run_reason::cadence);
  if (is_acceleration_odd(track.points, rules))
    why.push_back(run_reason::acceleration);
  if (is_speed_uniform(track.points, rules))
    why.push_back(run_reason::uniform_speed);
}

void measure(const clean_track& track, run_result& result) {
  result.counts = track.counts;
  result.fast = track.fast;
  if (track.points.empty())
    return;
  result.distance_m = moving_distance_m(track.points);
  result.moving = moving_time(track.points);
  result.started_at = track.points.front().t;
  result.finished_at = track.points.back().t;
  result.elapsed = result.finished_at - result.started_at;
  if (result.distance_m >= 1)
    result.pace_ms_per_km =
      std::llround(static_cast<double>(result.moving.count()) / result.distance_m * 1000);
}

/// Empty, with the reason noted, when the enclosure is beyond what a run may enclose.
std::vector<tile_id> enclose(tile_walk& walk, const clean_track& track, double length_m,
                             const run_rules& rules, const tiling& tiles, reasons& why) {
  auto closed = is_closed(track.points, length_m, rules);
  if (closed)
    walk.touch(track.points.back().at, track.points.front().at);
  auto enclosed = enclosed_by(walk.touched(), tiles);
  keep_truly_closed(enclosed, track.points, closed, rules);
  if (enclosed.empty())
    return enclosed;
  auto size_m2 = static_cast<double>(enclosed.size()) * area_m2(enclosed[enclosed.size() / 2]);
  if (size_m2 <= rules.enclosed_m2_max && length_m <= rules.enclosed_track_m_max)
    return enclosed;
  why.push_back(run_reason::enclosure_too_large);
  return {};
}

void take_tiles(const run_input& input, const clean_track& track, const run_rules& rules,
                const tiling& tiles, run_result& result) {
  tile_walk walk{rules, tiles};
  for (std::size_t i = 1; i < track.points.size(); ++i)
    walk.add(track.points[i - 1], track.points[i]);
  result.passed = walk.passed();
  result.enclosed = enclose(walk, track, result.distance_m, rules, tiles, result.reasons);
  auto at_home = [&](tile_id tile) { return inside_any(input.home_zones, tile); };
  std::erase_if(result.passed, [&](const tile_pass& x) { return at_home(x.tile); });
  std::erase_if(result.enclosed, at_home);
}

void make_claims(const run_input& input, const run_rules& rules, run_result& result) {
  auto base = claim{{}, input.user, input.run, {}, {}, false};
  for (const auto& pass : result.passed) {
    base.tile = pass.tile;
    base.crossed_at = pass.crossed_at;
    base.holds_until = holds_until_passed(pass.crossed_at, pass.pace_ms_per_km, rules);
    result.claims.push_back(base);
  }
  base.enclosed = true;
  base.crossed_at = result.finished_at;
  base.holds_until = holds_until_enclosed(result.finished_at, result.pace_ms_per_km, rules);
  for (auto tile : result.enclosed) {
    base.tile = tile;
    result.claims.push_back(base);
  }
  auto by_tile = [](const claim& a, const claim& b) { return a.tile < b.tile; };
  std::sort(result.claims.begin(), result.claims.end(), by_tile);
}

} // namespace

bool run_result::has(run_reason x) const {
  return std::find(reasons.begin(), reasons.end(), x) != reasons.end();
}

run_result process_track(const run_input& input, const clean_track& track, const run_rules& rules,
                         const tiling& tiles) {
  run_result result;
  auto& why = result.reasons;
  measure(track, result);
  judge_data(track, rules, why);
  judge_movement(input, track, result, rules, why);
  judge_honesty(input, track, rules, why);
  if (input.partial)
    why.push_back(run_reason::partial);
  if (std::any_of(why.begin(), why.end(), is_rejection))
    result.verdict = verdict::rejected;
  else if (std::any_of(why.begin(), why.end(), is_flag))
    result.verdict = verdict::flagged;
  result.counts_for_event = result.verdict != verdict::rejected;
  if (std::none_of(why.begin(), why.end(), costs_territory)) {
    take_tiles(input, track, rules, tiles, result);
    make_claims(input, rules, result);
  }
  std::sort(why.begin(), why.end());
  FIEF_ASSERT(std::adjacent_find(why.begin(), why.end()) == why.end());
  return result;
}

run_result process_run(const run_input& input, const run_rules& rules, const tiling& tiles) {
  return process_track(input, clean(input.fixes, input.clock_offset, rules), rules, tiles);
}

} // namespace fief::game
