#pragma once

#include "actors/messages/store_read.hpp"
#include "actors/messages/store_write.hpp"
#include "actors/settings.hpp"

#include <caf/optional.hpp>
#include <vector>

namespace fief::actors {

/// What a finished run is judged by.
struct run_evidence {
  run_record run;
  std::vector<game::fix> fixes;
  std::vector<game::home_zone> home_zones;
  std::vector<run_loaded> similar; ///< Earlier runs it may repeat.
  caf::optional<event_record> event;
  instant consumed_at{};
  bool accept_flagged = false; ///< An operator's review: flags no longer hold anything.
  action_note action{};        ///< The operator's.
};

/// What READER is asked for before a verdict.
find_similar_runs similar_to(const run_record& run, const std::vector<game::fix>& fixes,
                             const settings& rules);

/// The verdict as the command that stores it: rules 2.1 to 2.3, the claims of rules 3 and the
/// result in the run's event. Pure.
save_run judge(const run_evidence& evidence, const settings& rules, instant now);

/// What an accepted run that made these claims is worth in `evidence.event`; nothing if it does not
/// count there. Pure.
caf::optional<event_result> result_of(const run_evidence& evidence,
                                      const std::vector<game::claim>& claims,
                                      const settings& rules);

/// The fixes' canonical hash as stored in `run_record::track_hash`. Nil when no fix is usable, as
/// indoors, which makes two such runs no more alike than any others.
base::uuid track_hash_of(const std::vector<game::fix>& fixes, milliseconds clock_offset);

} // namespace fief::actors
