#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string_view>

namespace fief::game {

/// Why a rule refused a command. The name of a value is the stable `code` of the wire, so values
/// are appended and never renamed.
enum class errc : std::uint8_t {
  invalid_argument = 1,  ///< A value outside its range that no other code names.
  not_found,             ///< No such thing, or not visible to the asker.
  forbidden,             ///< The asker's role or ownership does not allow it.
  run_in_progress,       ///< The user is recording another run already.
  run_not_recording,     ///< The run takes no more fixes.
  fixes_missing,         ///< Finishing with holes; the reply's `want` names them.
  fix_in_future,         ///< A corrected time more than 5 s after now.
  fix_too_old,           ///< A time before 2010.
  fix_out_of_range,      ///< Coordinates, accuracy or `seq` outside their range.
  too_many_fixes,        ///< Over 50,000 fixes or 24 h.
  unknown_sport,         ///< Not a sport of this game.
  ticket_used,           ///< Consumed before.
  ticket_refunded,       ///< Paid back; it starts nothing.
  ticket_exists,         ///< The user has a ticket of this event.
  event_not_active,      ///< Before `starts_at`.
  event_cut,             ///< At or after `cut_at`.
  event_cancelled,       ///< Called off.
  event_settled,         ///< Its results are final.
  event_too_short,       ///< Less active time than allowed before its 22:00.
  unknown_time_zone,     ///< Not an IANA zone.
  insufficient_coins,    ///< Fewer coins than the price.
  price_changed,         ///< The price is not the one that the buyer was shown.
  claim_too_soon,        ///< Tokens were claimed less than 60 s ago.
  email_taken,           ///< Another account has this address.
  username_taken,        ///< Another account has this name.
  wrong_credentials,     ///< No such account, or another password.
  token_expired,         ///< The refresh token is too old, logged out or unknown.
  token_reused,          ///< A rotated refresh token came again: its family is ended.
  user_banned,           ///< An operator banned this account.
  too_many_attempts,     ///< Throttled; the reply says for how long.
  run_not_flagged,       ///< Only a flagged run can be reviewed.
  idempotency_mismatch,  ///< The key was used with another body.
  stale,                 ///< What the writer had seen has changed; it loads and tries again.
  unavailable,           ///< Postgres is away or the queue is full; try later.
  overloaded,            ///< A bounded queue inside is full; try later.
  event_active,          ///< It has started: only its name, city and pot may change.
  run_not_attachable,    ///< Recorded here, not accepted, or attached to a ticket already.
  fixes_expired,         ///< The run's fixes were kept for their time and are erased.
  strava_not_configured, ///< This server knows nothing of Strava.
  strava_not_connected,  ///< The user has no Strava account here.
  strava_taken,          ///< The athlete is another user's, or the user has another athlete.
  strava_scope_missing,  ///< The user did not let us read his activities.
  strava_refused,        ///< Strava did not take the code it gave.
  wallet_taken,          ///< Another account has linked this wallet.
  wallet_proof_invalid,  ///< The message or its signature does not prove the wallet.
  challenge_expired,     ///< The challenge is unknown, used or too old.
  chain_not_configured,  ///< No chain is configured: there is no way to link a wallet.
  /// Runs are simulated only on a server for development.
  simulation_not_allowed,
};

/// The snake_case name of a value: `"ticket_used"`.
std::string_view to_string(errc x);

/// A value, or the rule that refused it.
template <class T>
using outcome = boost::system::result<T, errc>;

} // namespace fief::game

namespace boost::system {
template <>
struct is_error_code_enum<fief::game::errc> : std::false_type {};
} // namespace boost::system
