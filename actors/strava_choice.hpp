#pragma once

#include "actors/messages/strava.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fief::actors {

/// The sport of ours that Strava's `sport_type` is; nothing for any that no run can be.
std::optional<game::sport> strava_sport(std::string_view sport_type);

/// Whether a scope list, separated by commas or spaces, lets us read activities at all.
bool may_read_activities(std::string_view scope);

/// Why an activity is none of ours: a stable code (`other_sport`, `manual`, `trainer`, `flagged`,
/// `private`). Empty: it is imported. What only its athlete may see is none of ours whatever he
/// agreed to, since a claim on the map would show it to everybody.
std::string_view strava_objection(const strava_activity& x);

/// What of an activity its import depends on: an edit that changes it makes another run.
std::string strava_content(const strava_activity& x);

} // namespace fief::actors
