#pragma once

#include "game/fix.hpp"
#include "game/sport.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fief::test {

/// A real track, decoded.
struct real_track {
  std::string name; ///< `good/run_london_7km_loop`, without the format.
  std::string file; ///< As in the manifest: `good/run_london_7km_loop.fit`.
  std::vector<game::fix> fixes;
  std::optional<double> enclosed_ha; ///< Of the independent 10 m grid.
};

/// The folder from `FIEF_TRACKS`, else `../shared/tracks` beside the sources; nothing if missing.
std::optional<std::string> tracks_folder();

/// All tracks of the folder, in the manifest's order. A point without a time gets the epoch.
const std::vector<real_track>& real_tracks();

/// @pre There is one of that name.
const real_track& real_track_named(const std::string& name);

} // namespace fief::test

/// Leaves the test case, loudly, where the tracks are not installed.
#define FIEF_NEEDS_TRACKS()                                                                        \
  if (!fief::test::tracks_folder()) {                                                              \
    WARN("SKIPPED: no real tracks; set FIEF_TRACKS to their folder");                              \
    return;                                                                                        \
  }
