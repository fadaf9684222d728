#pragma once

// What STRAVA hears from the edge, and what it asks of STRAVA_API, the port to Strava itself.
// Tokens travel sealed: only the port's implementation can open them, so no actor, no row and no
// log ever holds one in the clear.

#include "actors/messages/store_strava.hpp"

namespace fief::actors {

// -- STRAVA ---------------------------------------------------------------------------------------

/// Where the user lets Strava know that he agrees. Reply: `strava_link`.
struct begin_strava {
  game::user_id user;
};
FIEF_INSPECT(begin_strava, x.user)

struct strava_link {
  std::string url;
};
FIEF_INSPECT(strava_link, x.url)

/// He came back from there. `state` says who he is. Reply: `strava_status`.
/// Errors: `forbidden` (a state that is not ours, or too old), `strava_scope_missing` (he did not
/// let us read activities), `strava_taken`, `strava_refused` (the code is worth nothing),
/// `unavailable`.
struct complete_strava {
  std::string state;
  std::string code;
  std::string scope; ///< What he agreed to, separated by commas.
};
FIEF_INSPECT(complete_strava, x.state, x.code, x.scope)

/// Reply: `strava_status`. Errors: `strava_not_connected`.
struct get_strava {
  game::user_id user;
};
FIEF_INSPECT(get_strava, x.user)

struct strava_status {
  strava_connection connection; ///< Without its tokens.
  caf::optional<instant> quota_until;
};
FIEF_INSPECT(strava_status, x.connection, x.quota_until)

/// Ends the connection: everything that came through it is withdrawn, Strava is told.
/// Reply: `store_done`, once the runs are gone. Errors: `strava_not_connected`.
struct leave_strava {
  game::user_id user;
};
FIEF_INSPECT(leave_strava, x.user)

/// Reply: `strava_imports`.
struct get_strava_imports {
  game::user_id user;
  page_request page;
};
FIEF_INSPECT(get_strava_imports, x.user, x.page)

struct strava_imports {
  std::vector<strava_import> items;
  std::string next_cursor;
  std::vector<std::int64_t> fetching;          ///< Those of `items` that are under way.
  caf::optional<instant> event_quota_until;    ///< Until when nothing at all can be fetched.
  caf::optional<instant> catch_up_quota_until; ///< The same for what no webhook announced.
};
FIEF_INSPECT(strava_imports, x.items, x.next_cursor, x.fetching, x.event_quota_until,
             x.catch_up_quota_until)

/// A webhook said that something happened. It is not signed: a hint to fetch again, no more.
/// Reply: `store_done` once the hint is durable. Errors: `overloaded`, `unavailable`.
struct strava_event {
  std::int64_t athlete = 0;
  std::int64_t activity = 0; ///< 0: it is about the athlete.
  bool deleted = false;      ///< The activity.
  bool deauthorized = false; ///< The athlete took his word back.
};
FIEF_INSPECT(strava_event, x.athlete, x.activity, x.deleted, x.deauthorized)

// -- STRAVA_API -----------------------------------------------------------------------------------

/// One rate window as an answer's headers tell it. `limit` 0: they do not.
struct strava_window {
  std::int32_t limit = 0;
  std::int32_t usage = 0;
};
FIEF_INSPECT(strava_window, x.limit, x.usage)

struct strava_rates {
  strava_window quarter; ///< Every request, in 15 minutes from :00, :15, :30 or :45.
  strava_window day;     ///< From midnight UTC.
  strava_window read_quarter;
  strava_window read_day;
  instant server_time{}; ///< Strava's clock; zero: it did not say.
};
FIEF_INSPECT(strava_rates, x.quarter, x.day, x.read_quarter, x.read_day, x.server_time)

enum class strava_outcome : std::uint8_t {
  done = 1,
  unauthorized, ///< The access token is worth nothing any more.
  forbidden,
  not_found,
  rate_limited,
  refused,     ///< Of a code or a refresh token: it is dead. Else: a request it does not take.
  unavailable, ///< No answer, one of 5xx, or one that nobody can read.
};

/// Signs who asks into a link. Reply: `strava_link`.
struct make_strava_link {
  game::user_id user;
  instant now{};
};
FIEF_INSPECT(make_strava_link, x.user, x.now)

/// Reply: `strava_state_read`. Errors: `forbidden`.
struct read_strava_state {
  std::string state;
  instant now{};
};
FIEF_INSPECT(read_strava_state, x.state, x.now)

struct strava_state_read {
  game::user_id user;
};
FIEF_INSPECT(strava_state_read, x.user)

/// Reply: `strava_grant`.
struct exchange_strava_code {
  std::string code;
};
FIEF_INSPECT(exchange_strava_code, x.code)

/// The old refresh token is dead once this was answered. Reply: `strava_grant`.
struct refresh_strava_tokens {
  std::string sealed;
};
FIEF_INSPECT(refresh_strava_tokens, x.sealed)

struct strava_grant {
  strava_outcome outcome = strava_outcome::unavailable;
  std::int64_t athlete = 0; ///< Of a code; 0 for a refresh.
  std::string sealed;       ///< Both tokens.
  std::chrono::seconds expires_in{0};
};
FIEF_INSPECT(strava_grant, x.outcome, x.athlete, x.sealed, x.expires_in)

/// Reply: `strava_answered`.
struct revoke_strava_tokens {
  std::string sealed;
};
FIEF_INSPECT(revoke_strava_tokens, x.sealed)

/// Whether the access token still opens anything. Costs a read. Reply: `strava_answered`.
struct probe_strava {
  std::string sealed;
};
FIEF_INSPECT(probe_strava, x.sealed)

struct strava_answered {
  strava_outcome outcome = strava_outcome::unavailable;
  strava_rates rates;
};
FIEF_INSPECT(strava_answered, x.outcome, x.rates)

/// What of an activity decides whether and how it is imported.
struct strava_activity {
  std::int64_t id = 0; ///< Above 2^53 for some.
  std::int64_t athlete = 0;
  std::string sport_type;
  instant start{};
  std::int64_t elapsed_s = 0;
  std::int64_t distance_dm = 0;
  bool manual = false;
  bool trainer = false;
  bool flagged = false;
  bool only_me = false; ///< Private.
};
FIEF_INSPECT(strava_activity, x.id, x.athlete, x.sport_type, x.start, x.elapsed_s, x.distance_dm,
             x.manual, x.trainer, x.flagged, x.only_me)

/// Reply: `strava_activity_fetched`.
struct fetch_strava_activity {
  std::string sealed;
  std::int64_t activity = 0;
};
FIEF_INSPECT(fetch_strava_activity, x.sealed, x.activity)

struct strava_activity_fetched {
  strava_outcome outcome = strava_outcome::unavailable;
  strava_rates rates;
  strava_activity activity;
};
FIEF_INSPECT(strava_activity_fetched, x.outcome, x.rates, x.activity)

/// One page of what started after an instant; an empty one is the last. Reply:
/// `strava_activities_listed`.
struct list_strava_activities {
  std::string sealed;
  instant after{};
  std::uint32_t page = 1;
};
FIEF_INSPECT(list_strava_activities, x.sealed, x.after, x.page)

struct strava_activities_listed {
  strava_outcome outcome = strava_outcome::unavailable;
  strava_rates rates;
  std::uint32_t count = 0; ///< On the page; those that nobody can read are not among the items.
  std::vector<strava_activity> items;
};
FIEF_INSPECT(strava_activities_listed, x.outcome, x.rates, x.count, x.items)

/// Reply: `strava_streams_fetched`; `not_found`: it has none.
struct fetch_strava_streams {
  std::string sealed;
  std::int64_t activity = 0;
  instant start{}; ///< Of the activity: streams count from it.
};
FIEF_INSPECT(fetch_strava_streams, x.sealed, x.activity, x.start)

struct strava_streams_fetched {
  strava_outcome outcome = strava_outcome::unavailable;
  strava_rates rates;
  std::vector<game::fix> fixes; ///< Those with a place.
};
FIEF_INSPECT(strava_streams_fetched, x.outcome, x.rates, x.fixes)

} // namespace fief::actors
