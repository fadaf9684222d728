#pragma once

// A run's fixes as a text for its readers.

#include "actors/messages/store_read.hpp"

namespace fief::actors {

enum class track_form : std::uint8_t {
  marked_json = 1, ///< `Track` of `openapi.yaml`: cleaned, with what the rules notice.
  gpx,             ///< The fixes as they are stored.
};

/// To RENDERER: `run`, loaded with its fixes. Reply: `track_rendered`. Errors: `overloaded`.
struct render_track {
  run_loaded run;
  track_form form = track_form::marked_json;
};
FIEF_INSPECT(render_track, x.run, x.form)

struct track_rendered {
  std::string text;
};
FIEF_INSPECT(track_rendered, x.text)

} // namespace fief::actors
