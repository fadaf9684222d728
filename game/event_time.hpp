#pragma once

#include "game/errc.hpp"
#include "game/ids.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace fief::game {

/// Settings of every event (rules 4). Checked once, where the configuration is read.
struct event_rules {
  int finish_hour = 22;                               ///< Local hour of the cut. Range: 0 to 23.
  milliseconds grace = std::chrono::minutes{30};      ///< From the cut to the settlement.
  milliseconds active_min = std::chrono::minutes{30}; ///< Shortest event. Range: 1 ms to 12 h.
  milliseconds live_delay = std::chrono::seconds{30}; ///< Of positions shown to spectators.
  double checkpoint_radius_m = 40;
  int course_tolerance_percent = 10; ///< How far a race's distance may be off its course.
  int house_fee_bp = 0;              ///< Of the ticket prices. Units: 1/10,000. Range: 0 to 10,000.
  std::uint32_t tickets_per_user_max = 1;
  std::vector<std::int64_t> prize_shares{70, 20, 10}; ///< From rank 1 down.
};

/// Whether every setting is in its range.
bool is_valid(const event_rules& rules);

/// The instants of an event that follow from its start. Computed when it is created or edited, then
/// stored: a later release of the time zone data does not move an event that tickets were sold for.
struct event_times {
  instant cut_at{};    ///< The first local finish hour strictly after the start.
  instant settle_at{}; ///< `cut_at` plus the grace for late uploads.
  friend bool operator==(const event_times&, const event_times&) = default;
};

/// The two ways to repair a start that leaves too little active time.
struct event_choices {
  instant start_latest{}; ///< The latest start that is long enough and keeps this cut.
  instant start_next{};   ///< This cut: the earliest later start, which ends at `next.cut_at`.
  event_times next;
  friend bool operator==(const event_choices&, const event_choices&) = default;
};

/// Whether `tz` reads as an IANA name: `Europe/Zagreb`, `America/Argentina/Ushuaia`, `UTC`. Syntax
/// only. What names a file (`localtime`, `../x`, `/etc/passwd`, `right/UTC`) or an offset
/// (`Fixed/UTC+01:00:00`) does not.
bool is_zone_name(std::string_view tz);

/// When an event in `tz` that starts at `starts_at` is cut and settled (rules 4). Where the finish
/// hour does not exist that day, the offset before the gap gives the instant; where it happens
/// twice, the first one counts.
/// Errors: `unknown_time_zone`; `invalid_argument` for a start outside the years 1970 to 9998;
/// `event_too_short` below `active_min`, for which `event_alternatives` has the error's text.
/// Cost: the first use of a zone reads its file; names, also unknown ones, are remembered for ever,
/// so asking is for throttled callers only.
/// @pre `is_valid(rules)`.
outcome<event_times> compute_event_times(std::string_view tz, instant starts_at,
                                         const event_rules& rules);

/// What to offer in place of a start that was refused as `event_too_short`.
/// Errors: `unknown_time_zone`, `invalid_argument` as above.
/// @pre `is_valid(rules)`.
outcome<event_choices> event_alternatives(std::string_view tz, instant starts_at,
                                          const event_rules& rules);

} // namespace fief::game
