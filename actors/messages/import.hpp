#pragma once

// Runs that were recorded elsewhere and come whole, and what becomes of them when their source
// takes them back.

#include "actors/messages/records.hpp"

namespace fief::actors {

/// To USER: judge this run like any other. Reply: `run_finished`, in state processing if its result
/// is not committed yet; then the server finishes it by itself. The same `run`, or the same
/// `source` and `external`, again: answered with the run that is stored.
/// Errors: `too_many_fixes`, `fix_in_future`, `unavailable`.
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

/// To DECODER: a file as somebody uploaded it. Reply: `file_decoded`. Errors: `overloaded`.
struct decode_file {
  std::string content_type; ///< Without parameters, in lower case.
  std::string bytes;
};
FIEF_INSPECT(decode_file, x.content_type, x.bytes)

struct file_decoded {
  std::string error;  ///< Stable snake_case code; empty: decoded.
  std::string detail; ///< For `error`: what is wrong, and where.
  bool sport_known = false;
  game::sport sport = game::sport::run;
  std::vector<game::fix> fixes; ///< As of `import_run`.
};
FIEF_INSPECT(file_decoded, x.error, x.detail, x.sport_known, x.sport, x.fixes)

/// To STORE: appends an imported run with its fixes, in state processing. Reply: `run_record`; the
/// same id, or the same source and external id, again: the stored one.
struct create_imported_run {
  run_record run;
  std::vector<fix_chunk> chunks;
};
FIEF_INSPECT(create_imported_run, x.run, x.chunks)

/// To USER: spends a ticket on a run that was imported, as if it had been started with it.
/// Reply: `run_started`. Errors: as of `attach_ticket`.
struct attach_run {
  game::user_id user;
  game::ticket_id ticket;
  game::run_id run;
};
FIEF_INSPECT(attach_run, x.user, x.ticket, x.run)

/// To STORE: unused -> used by an imported, accepted free run that started while the event was
/// active, with the run's result, before the event is settled. Reply: `ticket_consumed`; the same
/// pair again: as the first time, with `created` false. Errors: `not_found`, `ticket_used`,
/// `ticket_refunded`, `event_not_active` (when the run started), `event_cut` (likewise),
/// `event_cancelled`, `event_settled`, `run_not_attachable` (recorded here, not accepted, or
/// attached already).
struct attach_ticket {
  game::ticket_id ticket;
  game::user_id user;
  game::run_id run;
  bool has_result = false;
  event_result result;
  instant now{};
};
FIEF_INSPECT(attach_ticket, x.ticket, x.user, x.run, x.has_result, x.result, x.now)

/// To USER: its runs of `source` never were: their claims are revoked, their results withdrawn
/// while the event is not settled, their fixes, fingerprints and statistics erased, and no list
/// shows them. Reply: `runs_forgotten`, after the commit; again: the same, with a count of 0.
struct forget_runs {
  game::user_id user;
  run_source source = run_source::strava; ///< One that is imported.
  std::string external;                   ///< Only this one; empty: all of the source.
  instant now{};                          ///< Set by USER.
};
FIEF_INSPECT(forget_runs, x.user, x.source, x.external, x.now)

struct runs_forgotten {
  std::uint32_t count = 0;
  std::vector<tile_record> tiles;      ///< Recomputed without them.
  std::vector<event_result> withdrawn; ///< Only `event`, `user` and `run` are set.
};
FIEF_INSPECT(runs_forgotten, x.count, x.tiles, x.withdrawn)

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
