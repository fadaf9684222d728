#pragma once

// Strava's rows and records, as `rows.hpp` for the others.

#include "actors/messages/store_strava.hpp"
#include "persistence/rows.hpp"

#define FIEF_STRAVA_COLUMNS                                                                        \
  "k.user_id, k.athlete, k.state, k.scope, k.sealed, k.expires_at, k.version, k.suspect, "         \
  "k.connected_at, k.look_at, k.look_from, k.served_at, "                                          \
  "(select count(*) from strava_import q where q.user_id = k.user_id and q.state = 'queued')"

#define FIEF_STRAVA_IMPORT_COLUMNS                                                                 \
  "i.user_id, i.activity, i.state, i.by_event, i.generation, i.revision, i.run_id, i.imported, "   \
  "i.content, i.reason, i.attempts, i.not_before, i.queued_at, i.updated_at, i.started_at"

namespace fief::persistence {

/// Both throw `damaged_row` for what the rest of the program could not bear.
actors::strava_connection read_strava_connection(row_reader& row);
actors::strava_import read_strava_import(row_reader& row);

std::string name_of(actors::strava_import_state x);

} // namespace fief::persistence
