#include "net/api/renderer.hpp"

#include "net/api/gpx.hpp"
#include "net/api/track_json.hpp"

namespace fief::net {

actors::track_rendered render(const actors::render_track& x, const game::run_rules& rules) {
  if (x.form == actors::track_form::gpx)
    return {gpx_of(x.run)};
  return {track_json(x.run, rules)};
}

} // namespace fief::net
