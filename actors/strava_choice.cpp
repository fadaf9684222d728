#include "actors/strava_choice.hpp"

#include <algorithm>

namespace fief::actors {

namespace {

bool has_scope(std::string_view scopes, std::string_view wanted) {
  while (!scopes.empty()) {
    const auto end = std::min(scopes.find_first_of(", "), scopes.size());
    if (scopes.substr(0, end) == wanted)
      return true;
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
  }
  return false;
}

} // namespace

std::optional<game::sport> strava_sport(std::string_view sport_type) {
  if (sport_type == "Run")
    return game::sport::run;
  if (sport_type == "TrailRun")
    return game::sport::trail_run;
  if (sport_type == "Walk")
    return game::sport::walk;
  if (sport_type == "Hike")
    return game::sport::hike;
  return std::nullopt;
}

bool may_read_activities(std::string_view scope) {
  return has_scope(scope, "activity:read") || has_scope(scope, "activity:read_all");
}

std::string_view strava_objection(const strava_activity& x) {
  if (!strava_sport(x.sport_type))
    return "other_sport";
  if (x.manual)
    return "manual";
  if (x.trainer)
    return "trainer";
  if (x.flagged)
    return "flagged";
  if (x.only_me)
    return "private";
  return {};
}

std::string strava_content(const strava_activity& x) {
  return x.sport_type + ' ' + std::to_string(base::to_ms(x.start)) + ' '
         + std::to_string(x.elapsed_s) + ' ' + std::to_string(x.distance_dm);
}

} // namespace fief::actors
