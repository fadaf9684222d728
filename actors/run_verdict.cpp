#include "actors/run_verdict.hpp"

#include "actors/run_recording.hpp"
#include "game/run.hpp"
#include "game/same_run.hpp"
#include "game/score.hpp"
#include "game/sketch.hpp"

#include <algorithm>
#include <cmath>

namespace fief::actors {

namespace {

using game::run_reason;

/// What an earlier run says against this one; nothing if it is another run altogether.
struct objection {
  run_reason reason = run_reason::identical;
  bool rejects = false;         ///< Counts for nothing.
  bool flags = false;           ///< Held for review.
  bool costs_territory = false; ///< The earlier one keeps it.
};

caf::optional<objection> compare(const run_evidence& x, const run_loaded& before) {
  auto earlier = decode_all(before.chunks);
  if (earlier.empty())
    return caf::none;
  game::recording old{before.run.user, before.run.clock_offset, earlier};
  game::recording added{x.run.user, x.run.clock_offset, x.fixes};
  auto own = before.run.user == x.run.user;
  switch (game::compare(old, added)) {
    case game::sameness::different: return caf::none;
    case game::sameness::same_run:
      if (!own)
        return caf::none; // Runners of a group are legal.
      return objection{run_reason::same_run, false, false, true};
    case game::sameness::impossible: return objection{run_reason::impossible, false, true, false};
    case game::sameness::replay: return objection{run_reason::replay, false, true, false};
    case game::sameness::identical:
      return own ? objection{run_reason::identical, true, false, true}
                 : objection{run_reason::duplicate_foreign, true, false, true};
  }
  return caf::none;
}

void set_result(save_run& out, const run_evidence& x, game::score score) {
  out.has_result = true;
  out.result = {x.event->id, x.run.user, x.run.id, score.value, score.reached_at, x.consumed_at};
  out.run.has_result = true;
  out.run.result_value = score.value;
  out.run.result_reached_at = score.reached_at;
}

/// Length along the points, for the 10 % tolerance of a course that names no distance.
caf::optional<double> line_length_m(const std::vector<waypoint>& line) {
  if (line.size() < 2)
    return caf::none;
  double sum = 0;
  for (std::size_t i = 1; i < line.size(); ++i)
    sum += game::distance_m(game::to_unit_vector(line[i - 1].lat_e7, line[i - 1].lon_e7),
                            game::to_unit_vector(line[i].lat_e7, line[i].lon_e7));
  return sum;
}

game::course course_of(const event_record& event) {
  game::course out;
  for (const auto& x : event.checkpoints)
    out.checkpoints.push_back({x.lat_e7, x.lon_e7});
  if (event.distance_m > 0)
    out.distance_m = event.distance_m;
  else if (auto length = line_length_m(event.course))
    out.distance_m = *length;
  return out;
}

void add_score(save_run& out, const run_evidence& x, const game::clean_track& track,
               const settings& rules) {
  const auto& event = *x.event;
  if (event.metric == game::metric::territory) {
    // Its value is known only among the others' claims: EVENT works it out.
    auto held = std::ranges::count_if(out.claims, [&](const game::claim& c) {
      return c.crossed_at >= event.starts_at && c.crossed_at < event.cut_at;
    });
    if (held > 0)
      set_result(out, x, {held, out.run.finished_at});
    return;
  }
  game::score_rules how{rules.events.checkpoint_radius_m,
                        rules.events.course_tolerance_percent / 100.0};
  auto score = event.metric == game::metric::race
                 ? game::race_score(track, course_of(event), event.starts_at, event.cut_at, how)
                 : game::distance_score(track, event.starts_at, event.cut_at);
  if (!score)
    return;
  if (event.metric == game::metric::distance)
    score->value /= 1000; // Millimetres; whole metres are ranked and shown.
  set_result(out, x, *score);
}

run_state state_of(game::verdict v) {
  switch (v) {
    case game::verdict::accepted: return run_state::accepted;
    case game::verdict::flagged: return run_state::flagged;
    case game::verdict::rejected: break;
  }
  return run_state::rejected;
}

void add_reason(run_record& run, run_reason x) {
  std::string name{game::to_string(x)};
  if (std::ranges::find(run.reasons, name) == run.reasons.end())
    run.reasons.push_back(std::move(name));
}

void fill(run_record& run, const game::run_result& result) {
  run.state = state_of(result.verdict);
  run.reasons.clear();
  for (auto reason : result.reasons)
    add_reason(run, reason);
  run.started_at = result.started_at;
  run.finished_at = result.finished_at;
  run.distance_m = std::round(result.distance_m * 10) / 10;
  run.moving = result.moving;
  run.tiles_passed = static_cast<std::int32_t>(result.passed.size());
  run.tiles_enclosed = static_cast<std::int32_t>(result.enclosed.size());
}

} // namespace

base::uuid track_hash_of(const std::vector<game::fix>& fixes, milliseconds clock_offset) {
  auto hash = game::hash_of(fixes, clock_offset);
  return {hash.hi, hash.lo};
}

find_similar_runs similar_to(const run_record& run, const std::vector<game::fix>& fixes,
                             const settings&) {
  find_similar_runs out{run.id, run.user, track_hash_of(fixes, run.clock_offset),
                        {},     {},       game::sketch_of(fixes)};
  if (!fixes.empty()) {
    auto [first, last] = std::ranges::minmax_element(fixes, {}, &game::fix::t);
    out.from = first->t + run.clock_offset;
    out.to = last->t + run.clock_offset;
  }
  return out;
}

save_run judge(const run_evidence& x, const settings& rules, instant now) {
  game::run_input input{x.run.id,      x.run.user,         x.run.sport,
                        x.run.partial, x.run.clock_offset, x.run.drift_max,
                        x.fixes,       x.home_zones,       x.run.source == run_source::simulated};
  auto track = game::clean(x.fixes, x.run.clock_offset, rules.runs);
  auto result = game::process_track(input, track, rules.runs, rules.tiling);
  save_run out;
  out.run = x.run;
  out.from = x.run.state;
  out.now = now;
  out.action = x.action;
  out.sketch = game::sketch_of(x.fixes);
  fill(out.run, result);
  out.run.track_hash = track_hash_of(x.fixes, x.run.clock_offset);
  auto keeps_territory = x.run.takes_territory;
  if (!keeps_territory)
    add_reason(out.run, run_reason::statistics_only);
  for (const auto& before : x.similar) {
    // What was made of a run while it waited for its verdict does not speak against it.
    if (x.accept_flagged && before.run.created_at > x.run.created_at)
      continue;
    if (auto against = compare(x, before)) {
      add_reason(out.run, against->reason);
      keeps_territory = keeps_territory && !against->costs_territory;
      if (against->rejects)
        out.run.state = run_state::rejected;
      else if (against->flags && out.run.state == run_state::accepted)
        out.run.state = run_state::flagged;
    }
  }
  if (x.accept_flagged && out.run.state == run_state::flagged)
    out.run.state = run_state::accepted;
  if (out.run.state == run_state::accepted && keeps_territory)
    out.claims = std::move(result.claims);
  if (out.run.state == run_state::accepted && x.event && result.counts_for_event)
    add_score(out, x, track, rules);
  return out;
}

caf::optional<event_result> result_of(const run_evidence& x, const std::vector<game::claim>& claims,
                                      const settings& rules) {
  save_run out;
  out.run = x.run;
  out.claims = claims;
  if (x.event)
    add_score(out, x, game::clean(x.fixes, x.run.clock_offset, rules.runs), rules);
  if (!out.has_result)
    return caf::none;
  return out.result;
}

} // namespace fief::actors
