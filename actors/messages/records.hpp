#pragma once

// The facts that travel between actors, to STORE and to the edge. Plain values: whoever holds one
// holds a copy, and Postgres holds the truth.

#include "actors/messages/inspect.hpp"
#include "game/account.hpp"
#include "game/claim.hpp"
#include "game/errc.hpp"
#include "game/event.hpp"
#include "game/fix.hpp"
#include "game/sport.hpp"
#include "game/ticket.hpp"
#include "game/tiling.hpp"

#include <caf/optional.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace fief::actors {

using game::instant;
using game::milliseconds;
using game::ticket_state;

/// Bits of `user_record::roles`.
enum role : std::uint8_t { role_runner = 1, role_organiser = 2, role_operator = 4 };

/// One account's personal data. Never leaves towards other users, but for `username`.
struct user_record {
  game::user_id id;
  std::string username;
  std::string email; ///< As typed; compared in lower case. Empty once deleted.
  std::uint8_t roles = role_runner;
  bool banned = false;
  bool deleted = false;
  instant created_at{};
  std::vector<game::home_zone> home_zones;
};
FIEF_INSPECT(user_record, x.id, x.username, x.email, x.roles, x.banned, x.deleted, x.created_at,
             x.home_zones)

/// A point of a course, in degrees × 10^7.
struct waypoint {
  std::int32_t lat_e7 = 0;
  std::int32_t lon_e7 = 0;
  friend bool operator==(const waypoint&, const waypoint&) = default;
};
FIEF_INSPECT(waypoint, x.lat_e7, x.lon_e7)

/// Where an event takes place. `radius_m` 0: nowhere in particular.
struct event_area {
  waypoint center;
  std::int32_t radius_m = 0; ///< Range: 0, or 100 to 50,000.
  friend bool operator==(const event_area&, const event_area&) = default;
};
FIEF_INSPECT(event_area, x.center, x.radius_m)

/// An event as stored. Its state is a function of the clock: `game::state_of`.
struct event_record {
  game::event_id id;
  game::user_id organiser;
  std::string name;
  std::string city;
  std::string tz; ///< IANA name.
  instant starts_at{};
  instant cut_at{};
  instant settle_at{};
  game::metric metric = game::metric::race;
  std::int64_t entry_fee_cents = 0;
  std::int64_t pot_cents = 0;
  std::int32_t distance_m = 0;       ///< 0: none given.
  std::vector<waypoint> course;      ///< Line to show and to measure; may be empty.
  std::vector<waypoint> checkpoints; ///< In running order; empty or at least two.
  event_area area;
  bool live_spectators = false;
  instant created_at{};
  caf::optional<instant> settled_at;
  caf::optional<instant> cancelled_at;
  std::int64_t version = 0;       ///< Raised by every change of the row, its roster or its results.
  std::int64_t pool_cents = 0;    ///< Paid out at settlement; 0 before.
  std::int64_t tickets_sold = 0;  ///< Not refunded.
  std::int64_t tickets_cents = 0; ///< Paid for those.
};
FIEF_INSPECT(event_record, x.id, x.organiser, x.name, x.city, x.tz, x.starts_at, x.cut_at,
             x.settle_at, x.metric, x.entry_fee_cents, x.pot_cents, x.distance_m, x.course,
             x.checkpoints, x.area, x.live_spectators, x.created_at, x.settled_at, x.cancelled_at,
             x.version, x.pool_cents, x.tickets_sold, x.tickets_cents)

struct ticket_record {
  game::ticket_id id;
  game::event_id event;
  game::user_id user;
  std::int64_t price_cents = 0; ///< Actually paid; 0 for a granted one.
  ticket_state state = ticket_state::unused;
  instant bought_at{};
  caf::optional<instant> consumed_at;
  game::run_id run; ///< Nil until consumed.
};
FIEF_INSPECT(ticket_record, x.id, x.event, x.user, x.price_cents, x.state, x.bought_at,
             x.consumed_at, x.run)

/// A ticket with the event it is for, as its holder sees it.
struct held_ticket {
  ticket_record ticket;
  event_record event;
};
FIEF_INSPECT(held_ticket, x.ticket, x.event)

enum class run_kind : std::uint8_t { free = 1, event };

/// Where a run's fixes come from. Appended, never renamed: the names are stored.
enum class run_source : std::uint8_t { app = 1, file, strava, simulated };

/// The source of a run that is recorded here.
constexpr run_source recorder_of(bool simulated) {
  return simulated ? run_source::simulated : run_source::app;
}

/// Whether the run came whole from elsewhere. What a simulated phone sends is recorded here, fix by
/// fix, like the app's.
constexpr bool is_imported(run_source x) {
  return x == run_source::file || x == run_source::strava;
}

enum class run_state : std::uint8_t { recording = 1, processing, accepted, flagged, rejected };

/// A run's row: what is known from its start, and once it is processed its result.
struct run_record {
  game::run_id id;
  game::user_id user;
  run_kind kind = run_kind::free;
  game::ticket_id ticket; ///< Nil for a free run.
  game::event_id event;   ///< Nil for a free run.
  game::sport sport = game::sport::run;
  run_state state = run_state::recording;
  std::vector<std::string> reasons; ///< Stable snake_case codes, `game::run_reason`.
  instant created_at{};             ///< When it was started, by the server's clock.
  milliseconds clock_offset{0};     ///< Added to the device's times.
  milliseconds drift_max{0};        ///< Greatest change of that offset seen since.
  instant last_data_at{};           ///< Last fixes received, by the server's clock.
  std::uint32_t total_seq = 0;      ///< Declared when it was finished; 0 before.
  bool partial = false;             ///< Finished by the server after 24 h of silence.
  instant started_at{};             ///< First and last good fix; zero before processing.
  instant finished_at{};
  double distance_m = 0;
  milliseconds moving{0};
  std::int32_t tiles_passed = 0;
  std::int32_t tiles_enclosed = 0;
  std::int32_t tiles_taken = 0;  ///< Of the claims, those that became the tile's owner.
  base::uuid track_hash;         ///< `game::canonical_hash` of the fixes; nil before.
  bool has_result = false;       ///< Whether it counts for its event.
  std::int64_t result_value = 0; ///< In the unit of the event's metric.
  instant result_reached_at{};
  std::string note; ///< A reviewer's word to the runner.
  run_source source = run_source::app;
  std::string external;        ///< Its id at the source, unique per user; empty: none.
  bool takes_territory = true; ///< False: the source allows statistics only.
  bool fixes_expired = false;  ///< They were kept for their time and are erased.
};
FIEF_INSPECT(run_record, x.id, x.user, x.kind, x.ticket, x.event, x.sport, x.state, x.reasons,
             x.created_at, x.clock_offset, x.drift_max, x.last_data_at, x.total_seq, x.partial,
             x.started_at, x.finished_at, x.distance_m, x.moving, x.tiles_passed, x.tiles_enclosed,
             x.tiles_taken, x.track_hash, x.has_result, x.result_value, x.result_reached_at, x.note,
             x.source, x.external, x.takes_territory, x.fixes_expired)

/// Fixes of one run as stored, `game::decode_chunk` reads `data`.
struct fix_chunk {
  std::uint32_t first_seq = 0; ///< Unique per run.
  std::uint32_t count = 0;
  std::vector<std::uint8_t> data;
};
FIEF_INSPECT(fix_chunk, x.first_seq, x.count, x.data)

/// A tile's row: the greatest claim ever merged, whether or not it still holds.
struct tile_record {
  game::claim top;
  std::int64_t generation = 0; ///< Raised when claims were revoked and the tile recomputed.
};
FIEF_INSPECT(tile_record, x.top, x.generation)

enum class notice_kind : std::uint8_t {
  tiles_lost = 1,
  event_result,
  event_cancelled,
  mining_full,
  deposit_credited,
  import_finished,
  run_flagged,
  run_rejected,
  run_accepted,
  coins_granted,
  ticket_granted,
};

/// Something a user is told. `cause` is unique per user, so repeating the cause tells it once.
struct notification {
  game::notification_id id;
  game::user_id user;
  notice_kind kind = notice_kind::tiles_lost;
  std::string cause;
  instant at{};
  std::int64_t count = 0;        ///< Tiles lost, rank.
  std::int64_t amount_cents = 0; ///< Prize, refund or grant.
  game::run_id run;              ///< Nil unless it is about one.
  game::event_id event;          ///< Nil unless it is about one.
  std::string text;              ///< Reason codes joined by comma, or a reviewer's words.
};
FIEF_INSPECT(notification, x.id, x.user, x.kind, x.cause, x.at, x.count, x.amount_cents, x.run,
             x.event, x.text)

/// One row of the append-only ledger.
struct ledger_entry {
  std::int64_t id = 0;
  game::currency currency = game::currency::coins;
  std::int64_t amount = 0; ///< Cents or micro-tokens; negative when spent.
  std::string cause;
  std::string note;
  instant at{};
};
FIEF_INSPECT(ledger_entry, x.id, x.currency, x.amount, x.cause, x.note, x.at)

/// What one run is worth in its event.
struct event_result {
  game::event_id event;
  game::user_id user;
  game::run_id run;
  std::int64_t value = 0;
  instant reached_at{};
  instant consumed_at{};
};
FIEF_INSPECT(event_result, x.event, x.user, x.run, x.value, x.reached_at, x.consumed_at)

/// A final rank with what it was paid.
struct event_standing {
  std::int32_t rank = 0; ///< From 1.
  event_result result;
  std::int64_t prize_cents = 0;
  std::string username;
};
FIEF_INSPECT(event_standing, x.rank, x.result, x.prize_cents, x.username)

/// What organisers and operators do. Appended, never renamed: the names are stored.
enum class action_kind : std::uint8_t {
  event_created = 1,
  event_edited,
  event_cancelled,
  ticket_granted,
  coins_granted,
  rights_changed,
  run_accepted,
  run_rejected,
  operator_created,
};

/// Who has a command done, for the log of actions. STORE logs it in the command's transaction,
/// once per id. A nil id: nobody's action, as what a user does for himself.
struct action_note {
  base::uuid id;
  game::user_id by; ///< Nil: somebody at the command line.
};
FIEF_INSPECT(action_note, x.id, x.by)

/// One row of the append-only log of actions.
struct action_record {
  base::uuid id;
  instant at{};
  game::user_id by;
  std::string by_username; ///< Empty for a nil or deleted user.
  action_kind kind = action_kind::event_created;
  base::uuid target;       ///< The event, user or run.
  std::string target_name; ///< The event's or the user's name; of a run its runner's.
  std::string detail;      ///< A JSON object: amounts, the reason, new values.
};
FIEF_INSPECT(action_record, x.id, x.at, x.by, x.by_username, x.kind, x.target, x.target_name,
             x.detail)

} // namespace fief::actors
