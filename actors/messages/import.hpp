#pragma once

// Runs that were recorded elsewhere and come whole, and what becomes of them when their source
// takes them back.

#include "actors/messages/records.hpp"

namespace fief::actors {

/// To USER: judge this run like any other. Reply: `run_finished`, in state processing if its result
/// is not committed yet; then the server finishes it by itself. The same `run`, or the same
/// `source` and `external`, again: answered with the run that is stored.
/// Errors: `too_many_fixes`, `unavailable`.
struct import_run {
  game::user_id user;
  game::run_id run; ///< Given by the asker, so that asking twice imports once.
  run_source source = run_source::file;
  std::string external; ///< The activity's id at its source; empty: it has none.
  game::sport sport = game::sport::run;
  std::vector<game::fix> fixes; ///< `seq` 1, 2, 3 ...; true instants. May be empty.
  bool takes_territory = true;  ///< False: statistics only.
};
FIEF_INSPECT(import_run, x.user, x.run, x.source, x.external, x.sport, x.fixes, x.takes_territory)

/// To USER: its runs of `source` never were: their claims are revoked, their results withdrawn
/// while the event is not settled, their fixes, fingerprints and statistics erased, and no list
/// shows them. Reply: `runs_forgotten`, after the commit; again: the same, with a count of 0.
struct forget_runs {
  game::user_id user;
  run_source source = run_source::strava; ///< Not `app`.
  std::string external;                   ///< Only this one; empty: all of the source.
  instant now{};                          ///< Set by USER.
};
FIEF_INSPECT(forget_runs, x.user, x.source, x.external, x.now)

struct runs_forgotten {
  std::uint32_t count = 0;
  std::vector<tile_record> tiles; ///< Recomputed without them.
};
FIEF_INSPECT(runs_forgotten, x.count, x.tiles)

/// To STORE: erases the fixes of runs of `source` that were imported before `before`; claims and
/// statistics stay. Reply: `fixes_expired`.
struct expire_fixes {
  run_source source = run_source::strava;
  instant before{};
  std::uint32_t runs_max = 1'000;
};
FIEF_INSPECT(expire_fixes, x.source, x.before, x.runs_max)

struct fixes_expired {
  std::uint32_t runs = 0; ///< As many as `runs_max`: there may be more.
};
FIEF_INSPECT(fixes_expired, x.runs)

} // namespace fief::actors
