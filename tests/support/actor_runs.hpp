#pragma once

#include "actors/run_recording.hpp"
#include "tests/support/actor_world.hpp"
#include "tests/support/game/synthetic_run.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace fief::test {

/// A plausible run straight to the east from `start` on, one fix a second, `north_m` metres north
/// of the origin of all of them. 900 m take five minutes and are enough for territory.
inline std::vector<game::fix> fixes_of_run(double metres, game::instant start,
                                           std::uint64_t seed = 1, double north_m = 0) {
  runner who;
  who.start = start;
  base::rng random{seed};
  std::vector<point_m> path{{0, north_m}, {metres, north_m}};
  return run_along(path, who, random);
}

/// Fixes `first` to `last` by `seq`, inclusive.
inline std::vector<game::fix> part_of(const std::vector<game::fix>& fixes, std::uint32_t first,
                                      std::uint32_t last) {
  std::vector<game::fix> out;
  std::ranges::copy_if(fixes, std::back_inserter(out),
                       [=](const game::fix& x) { return x.seq >= first && x.seq <= last; });
  return out;
}

inline actors::start_run start_of(std::uint64_t user, std::uint64_t run) {
  return {user_of(user), run_of(run), game::sport::run, caf::none};
}

inline actors::add_fixes fixes_for(std::uint64_t user, game::run_id run,
                                   std::vector<game::fix> fixes) {
  return {user_of(user), run, caf::none, std::move(fixes)};
}

inline actors::finish_run finish_of(std::uint64_t user, game::run_id run, std::size_t total) {
  return {user_of(user), run, static_cast<std::uint32_t>(total)};
}

/// Sends the fixes of a run that was started, moves the game's clock to its end and finishes it.
inline actors::run_finished record(actor_world& w, std::uint64_t user, game::run_id run,
                                   const std::vector<game::fix>& fixes) {
  w.time->value = std::max(w.time->value, fixes.back().t);
  must(w.ask_user(fixes_for(user, run, fixes)));
  return must(w.ask_user(finish_of(user, run, fixes.size())));
}

/// A free run from its start to its verdict.
inline actors::run_record run_freely(actor_world& w, std::uint64_t user, std::uint64_t run,
                                     const std::vector<game::fix>& fixes) {
  must(w.ask_user(start_of(user, run)));
  return record(w, user, run_of(run), fixes).run;
}

/// The fixes that are durable, by `seq`, each once.
inline std::vector<game::fix> stored_fixes(const actor_world& w, game::run_id run) {
  auto all = actors::decode_all(w.db->runs.at(run).chunks);
  std::ranges::stable_sort(all, {}, &game::fix::seq);
  all.erase(std::unique(all.begin(), all.end(),
                        [](const auto& a, const auto& b) { return a.seq == b.seq; }),
            all.end());
  return all;
}

/// Tiles whose top is this user's, holding or not.
inline std::vector<game::tile_id> tiles_of(const actor_world& w, std::uint64_t user) {
  std::vector<game::tile_id> out;
  for (const auto& [id, tile] : w.db->tiles)
    if (tile.top.user == user_of(user))
      out.push_back(id);
  return out;
}

inline const actors::run_record& stored_run(const actor_world& w, game::run_id run) {
  return w.db->runs.at(run).run;
}

} // namespace fief::test
