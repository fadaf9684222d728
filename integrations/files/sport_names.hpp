#pragma once

#include "game/sport.hpp"

#include <optional>
#include <string_view>

namespace fief::integrations {

/// The sport that a file names in words: `Running`, `trail_running`, `Nordic Ski`. Case, spaces and
/// signs do not matter. Numbers are those of Strava's older exports.
/// Errors: nothing for words that name no sport.
std::optional<game::sport> sport_named(std::string_view words);

/// The sport of FIT's `sport` and `sub_sport`. Virtual and driven by a machine: `other`, whatever
/// it imitates. Errors: nothing for `generic`.
std::optional<game::sport> sport_of_fit(std::uint8_t sport, std::uint8_t sub_sport);

} // namespace fief::integrations
