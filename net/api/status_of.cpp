#include "net/api/status_of.hpp"

#include <algorithm>
#include <caf/atom.hpp>
#include <string>

namespace fief::net {

using game::errc;

int status_of(errc x) {
  switch (x) {
    case errc::wrong_credentials:
    case errc::token_expired:
    case errc::token_reused: return 401;
    case errc::insufficient_coins: return 402;
    case errc::forbidden:
    case errc::user_banned:
    case errc::simulation_not_allowed: return 403;
    case errc::not_found:
    case errc::strava_not_configured:
    case errc::strava_not_connected:
    case errc::chain_not_configured: return 404;
    case errc::run_in_progress:
    case errc::run_not_recording:
    case errc::run_not_flagged:
    case errc::fixes_missing:
    case errc::ticket_used:
    case errc::ticket_refunded:
    case errc::ticket_exists:
    case errc::price_changed:
    case errc::event_not_active:
    case errc::event_active:
    case errc::run_not_attachable:
    case errc::fixes_expired:
    case errc::event_cut:
    case errc::event_cancelled:
    case errc::event_settled:
    case errc::email_taken:
    case errc::username_taken:
    case errc::strava_taken:
    case errc::strava_scope_missing:
    case errc::strava_refused:
    case errc::wallet_taken:
    case errc::challenge_expired:
    case errc::stale: return 409;
    case errc::invalid_argument:
    case errc::fix_in_future:
    case errc::fix_too_old:
    case errc::fix_out_of_range:
    case errc::too_many_fixes:
    case errc::unknown_sport:
    case errc::event_too_short:
    case errc::unknown_time_zone:
    case errc::wallet_proof_invalid:
    case errc::idempotency_mismatch: return 422;
    case errc::claim_too_soon:
    case errc::too_many_attempts: return 429;
    case errc::unavailable:
    case errc::overloaded: return 503;
  }
  return 500;
}

std::string_view detail_of(errc x) {
  switch (x) {
    case errc::invalid_argument: return "A value of the request is not allowed.";
    case errc::not_found: return "There is no such thing, or it is not yours to see.";
    case errc::forbidden: return "Your role does not allow this.";
    case errc::run_in_progress: return "Another run of yours is being recorded.";
    case errc::run_not_recording: return "This run takes no more fixes.";
    case errc::fixes_missing: return "Fixes are missing; send the ones in 'want' first.";
    case errc::fix_in_future: return "A fix is more than 5 s ahead of the server's time.";
    case errc::fix_too_old: return "A fix is older than 2010.";
    case errc::fix_out_of_range: return "A fix has a coordinate or a seq out of range.";
    case errc::too_many_fixes: return "A run has at most 50,000 fixes.";
    case errc::unknown_sport: return "No such sport.";
    case errc::ticket_used: return "This ticket was consumed before.";
    case errc::ticket_refunded: return "This ticket was paid back.";
    case errc::ticket_exists: return "You have a ticket of this event already.";
    case errc::event_not_active: return "The event has not started yet.";
    case errc::event_active:
      return "The event has started: only its name, city and pot can change.";
    case errc::event_cut: return "The event is over.";
    case errc::event_cancelled: return "The event was called off.";
    case errc::event_settled: return "The event's results are final.";
    case errc::event_too_short:
      return "From its start to the next 22:00 the event would be too short.";
    case errc::unknown_time_zone: return "'tz' is not an IANA time zone.";
    case errc::price_changed:
      return "The price is not the one you were shown. Look at the event again.";
    case errc::insufficient_coins: return "You have fewer coins than the price.";
    case errc::claim_too_soon: return "Tokens can be claimed once in 60 s.";
    case errc::email_taken: return "An account with this e-mail exists.";
    case errc::username_taken: return "An account with this user name exists.";
    case errc::wrong_credentials: return "The e-mail or the password is wrong.";
    case errc::token_expired: return "The token has expired or is not known; sign in again.";
    case errc::token_reused:
      return "This refresh token was used before; its sessions were ended for safety.";
    case errc::user_banned: return "This account is banned.";
    case errc::too_many_attempts: return "Too many attempts; wait a while.";
    case errc::run_not_attachable:
      return "Only an accepted run that was imported, and has no ticket yet, can be attached.";
    case errc::fixes_expired: return "The fixes of this run were kept for their time, and erased.";
    case errc::run_not_flagged: return "Only a flagged run can be reviewed.";
    case errc::idempotency_mismatch: return "This Idempotency-Key was used with another request.";
    case errc::stale: return "It changed meanwhile; load it and try again.";
    case errc::strava_not_configured: return "This server does not fetch runs from Strava.";
    case errc::strava_not_connected: return "You have not connected a Strava account.";
    case errc::strava_taken:
      return "This Strava account is another user's, or you have another one here; disconnect "
             "first.";
    case errc::strava_scope_missing:
      return "Strava was not allowed to show your activities; connect again and leave it ticked.";
    case errc::strava_refused: return "Strava did not confirm this; connect again.";
    case errc::unavailable: return "The server cannot do this now; try again soon.";
    case errc::overloaded: return "The server is busy; try again soon.";
    case errc::wallet_taken: return "Another account has linked this wallet.";
    case errc::wallet_proof_invalid:
      return "The message is not the one that was asked for, or its signature is not the wallet's.";
    case errc::challenge_expired: return "The challenge was used or is too old; ask for another.";
    case errc::chain_not_configured: return "This server takes no coins from a chain.";
    case errc::simulation_not_allowed:
      return "Runs are simulated only on a server that was started with --dev.";
  }
  return "Unknown.";
}

problem to_problem(errc x) {
  problem out{status_of(x), game::to_string(x), detail_of(x)};
  if (out.status == 503)
    out.with_header("Retry-After", "2");
  return out;
}

errc errc_of(const caf::error& x) {
  return x.category() == caf::atom("game") ? static_cast<errc>(x.code()) : errc::unavailable;
}

problem to_problem(const caf::error& x) {
  auto code = errc_of(x);
  auto out = to_problem(code);
  if (out.status != 429)
    return out;
  std::int64_t wait_ms = 1'000;
  if (x.context().match_elements<std::int64_t>())
    wait_ms = x.context().get_as<std::int64_t>(0);
  auto seconds = std::to_string(std::max<std::int64_t>((wait_ms + 999) / 1'000, 1));
  out.with_header("Retry-After", seconds).with_header("RateLimit-Limit", "1");
  out.with_header("RateLimit-Remaining", "0").with_header("RateLimit-Reset", seconds);
  return out;
}

} // namespace fief::net
