#include "game/event.hpp"

#include "base/assert.hpp"

namespace fief::game {

std::string_view to_string(event_state x) {
  switch (x) {
    case event_state::scheduled: return "scheduled";
    case event_state::active: return "active";
    case event_state::cut: return "cut";
    case event_state::settled: return "settled";
    case event_state::cancelled: return "cancelled";
  }
  return "unknown";
}

std::optional<event_state> parse_event_state(std::string_view text) {
  for (auto x : {event_state::scheduled, event_state::active, event_state::cut,
                 event_state::settled, event_state::cancelled})
    if (text == to_string(x))
      return x;
  return std::nullopt;
}

event_state state_of(instant now, instant starts_at, instant cut_at, bool settled, bool cancelled) {
  FIEF_ASSERT(starts_at < cut_at);
  if (settled)
    return event_state::settled;
  if (cancelled)
    return event_state::cancelled;
  if (now < starts_at)
    return event_state::scheduled;
  return now < cut_at ? event_state::active : event_state::cut;
}

std::string_view to_string(metric x) {
  switch (x) {
    case metric::race: return "race";
    case metric::territory: return "territory";
    case metric::distance: return "distance";
  }
  return "unknown";
}

std::optional<metric> parse_metric(std::string_view text) {
  for (auto x : {metric::race, metric::territory, metric::distance})
    if (text == to_string(x))
      return x;
  return std::nullopt;
}

} // namespace fief::game
