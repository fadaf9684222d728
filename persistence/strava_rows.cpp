#include "persistence/strava_rows.hpp"

#include <array>
#include <utility>

namespace fief::persistence {

namespace {

using actors::strava_import_state;
using actors::strava_state;

constexpr std::array<std::pair<strava_state, std::string_view>, 3> connection_states{
  {{strava_state::active, "active"},
   {strava_state::broken, "broken"},
   {strava_state::leaving, "leaving"}}};

constexpr std::array<std::pair<strava_import_state, std::string_view>, 4> import_states{
  {{strava_import_state::queued, "queued"},
   {strava_import_state::done, "done"},
   {strava_import_state::skipped, "skipped"},
   {strava_import_state::failed, "failed"}}};

template <class Names>
auto parse(row_reader& row, const Names& names) {
  const auto text = row.text();
  for (const auto& [value, name] : names)
    if (name == text)
      return value;
  row.refuse("which is no such state");
}

} // namespace

std::string name_of(strava_import_state x) {
  for (const auto& [value, name] : import_states)
    if (value == x)
      return std::string{name};
  return {};
}

actors::strava_connection read_strava_connection(row_reader& row) {
  actors::strava_connection x;
  x.user = row.id<game::user_id>();
  x.athlete = row.integer();
  x.state = parse(row, connection_states);
  x.scope = row.text();
  x.sealed = row.text();
  x.expires_at = row.at();
  x.version = row.integer();
  x.suspect = row.boolean();
  x.connected_at = row.at();
  x.look_at = row.maybe_at();
  x.look_from = row.at();
  x.served_at = row.at();
  x.queued = row.integer();
  return x;
}

actors::strava_import read_strava_import(row_reader& row) {
  actors::strava_import x;
  x.user = row.id<game::user_id>();
  x.activity = row.integer();
  x.state = parse(row, import_states);
  x.by_event = row.boolean();
  x.generation = row.integer();
  x.revision = row.integer();
  x.run = row.id<game::run_id>();
  x.imported = row.boolean();
  row.require(!x.imported || !x.run.is_nil(), "without the run");
  x.content = row.text();
  x.reason = row.text();
  x.attempts = row.small<std::int32_t>();
  x.not_before = row.at();
  x.queued_at = row.at();
  x.updated_at = row.at();
  x.started_at = row.at();
  return x;
}

} // namespace fief::persistence
