#pragma once

#include "actors/messages/records.hpp"

namespace fief::actors {

/// The event as it stands. Reply: `event_record`.
struct get_event {
  game::event_id event;
};
FIEF_INSPECT(get_event, x.event)

/// Who asks, for rights: the organiser himself or an operator may change an event.
struct asker {
  game::user_id user;
  std::uint8_t roles = role_runner;
};
FIEF_INSPECT(asker, x.user, x.roles)

/// Changes what is given; `cut_at` and `settle_at` follow. Reply: `event_record`.
/// Errors: `forbidden`, `event_too_short`, `unknown_time_zone`, `event_cut`, `event_cancelled`,
/// `event_settled`; `event_active` for a started event, of which only name, city and pot can
/// change.
struct edit_event {
  game::event_id event;
  asker by;
  caf::optional<std::string> name;
  caf::optional<std::string> city;
  caf::optional<std::string> tz;
  caf::optional<instant> starts_at;
  caf::optional<game::metric> metric;
  caf::optional<std::int64_t> entry_fee_cents;
  caf::optional<std::int64_t> pot_cents;
  caf::optional<std::int32_t> distance_m;
  caf::optional<std::vector<waypoint>> course;
  caf::optional<std::vector<waypoint>> checkpoints;
  caf::optional<event_area> area;
  caf::optional<bool> live_spectators;
  base::uuid action{}; ///< Its id in the log of actions.
};
FIEF_INSPECT(edit_event, x.event, x.by, x.name, x.city, x.tz, x.starts_at, x.metric,
             x.entry_fee_cents, x.pot_cents, x.distance_m, x.course, x.checkpoints, x.area,
             x.live_spectators, x.action)

/// The event with what the edit gives in place; its instants are not worked out anew.
inline event_record edited(event_record event, const edit_event& x) {
  auto take = [](auto& field, const auto& given) {
    if (given)
      field = *given;
  };
  take(event.name, x.name);
  take(event.city, x.city);
  take(event.tz, x.tz);
  take(event.starts_at, x.starts_at);
  take(event.metric, x.metric);
  take(event.entry_fee_cents, x.entry_fee_cents);
  take(event.pot_cents, x.pot_cents);
  take(event.distance_m, x.distance_m);
  take(event.course, x.course);
  take(event.checkpoints, x.checkpoints);
  take(event.area, x.area);
  take(event.live_spectators, x.live_spectators);
  return event;
}

/// Calls it off and refunds. Reply: `event_record`. Errors: `forbidden`, `event_settled`.
struct call_off_event {
  game::event_id event;
  asker by;
  base::uuid action{}; ///< Its id in the log of actions.
};
FIEF_INSPECT(call_off_event, x.event, x.by, x.action)

/// Reply: `leaderboard`, provisional until the event is settled.
struct get_leaderboard {
  game::event_id event;
  std::uint32_t offset = 0;
  std::uint32_t limit = 50;
};
FIEF_INSPECT(get_leaderboard, x.event, x.offset, x.limit)

struct leaderboard {
  event_record event;
  std::vector<event_standing> items;
  std::uint32_t total = 0;
};
FIEF_INSPECT(leaderboard, x.event, x.items, x.total)

/// A ticket was issued, used or refunded: the roster's hint. No reply.
struct roster_changed {
  ticket_record ticket;
  std::string username;
};
FIEF_INSPECT(roster_changed, x.ticket, x.username)

/// A participant's run was processed and committed. No reply.
struct run_scored {
  game::event_id event;
  game::user_id user;
  game::run_id run;
  bool has_result = false; ///< False: did not finish, or held for review.
  event_result result;
  std::vector<game::claim> claims; ///< Territory metric only.
};
FIEF_INSPECT(run_scored, x.event, x.user, x.run, x.has_result, x.result, x.claims)

/// A run's result was withdrawn: rejected after it had counted. No reply.
struct result_withdrawn {
  game::event_id event;
  game::run_id run;
};
FIEF_INSPECT(result_withdrawn, x.event, x.run)

/// From CLOCK: look at the time; settle if it is due. No reply.
struct look_at_clock {
  game::event_id event;
};
FIEF_INSPECT(look_at_clock, x.event)

/// INTERNAL, from the commit feed: the row has changed.
struct event_row_changed {
  event_record event;
};
FIEF_INSPECT(event_row_changed, x.event)

} // namespace fief::actors
