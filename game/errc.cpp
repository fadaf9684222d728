#include "game/errc.hpp"

namespace fief::game {

std::string_view to_string(errc x) {
  switch (x) {
    case errc::invalid_argument: return "invalid_argument";
    case errc::not_found: return "not_found";
    case errc::forbidden: return "forbidden";
    case errc::run_in_progress: return "run_in_progress";
    case errc::run_not_recording: return "run_not_recording";
    case errc::fixes_missing: return "fixes_missing";
    case errc::fix_in_future: return "fix_in_future";
    case errc::fix_too_old: return "fix_too_old";
    case errc::fix_out_of_range: return "fix_out_of_range";
    case errc::too_many_fixes: return "too_many_fixes";
    case errc::unknown_sport: return "unknown_sport";
    case errc::ticket_used: return "ticket_used";
    case errc::ticket_refunded: return "ticket_refunded";
    case errc::ticket_exists: return "ticket_exists";
    case errc::event_not_active: return "event_not_active";
    case errc::event_cut: return "event_cut";
    case errc::event_cancelled: return "event_cancelled";
    case errc::event_settled: return "event_settled";
    case errc::event_too_short: return "event_too_short";
    case errc::unknown_time_zone: return "unknown_time_zone";
    case errc::insufficient_coins: return "insufficient_coins";
    case errc::price_changed: return "price_changed";
    case errc::claim_too_soon: return "claim_too_soon";
    case errc::email_taken: return "email_taken";
    case errc::username_taken: return "username_taken";
    case errc::wrong_credentials: return "wrong_credentials";
    case errc::token_expired: return "token_expired";
    case errc::token_reused: return "token_reused";
    case errc::user_banned: return "user_banned";
    case errc::too_many_attempts: return "too_many_attempts";
    case errc::run_not_flagged: return "run_not_flagged";
    case errc::idempotency_mismatch: return "idempotency_mismatch";
    case errc::stale: return "stale";
    case errc::unavailable: return "unavailable";
    case errc::overloaded: return "overloaded";
    case errc::event_active: return "event_active";
    case errc::run_not_attachable: return "run_not_attachable";
    case errc::fixes_expired: return "fixes_expired";
    case errc::strava_not_configured: return "strava_not_configured";
    case errc::strava_not_connected: return "strava_not_connected";
    case errc::strava_taken: return "strava_taken";
    case errc::strava_scope_missing: return "strava_scope_missing";
    case errc::strava_refused: return "strava_refused";
    case errc::wallet_taken: return "wallet_taken";
    case errc::wallet_proof_invalid: return "wallet_proof_invalid";
    case errc::challenge_expired: return "challenge_expired";
    case errc::chain_not_configured: return "chain_not_configured";
    case errc::simulation_not_allowed: return "simulation_not_allowed";
  }
  return "unknown";
}

} // namespace fief::game
