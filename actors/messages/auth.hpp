#pragma once

#include "actors/messages/records.hpp"

namespace fief::actors {

/// Opens an account. Reply: `signed_in`. Errors: `email_taken`, `username_taken`,
/// `invalid_argument`, `too_many_attempts`.
struct register_user {
  std::string email;
  std::string password;
  std::string username;
  std::string address; ///< Of the peer, for throttling.
};
FIEF_INSPECT(register_user, x.email, x.password, x.username, x.address)

/// Reply: `signed_in`. Errors: `wrong_credentials`, `user_banned`, `too_many_attempts`.
struct login {
  std::string email;
  std::string password;
  std::string address;
};
FIEF_INSPECT(login, x.email, x.password, x.address)

/// Spends a refresh token for a new one. Reply: `signed_in`.
/// Errors: `token_expired`, `token_reused`, `user_banned`.
struct refresh_session {
  std::string refresh_token;
};
FIEF_INSPECT(refresh_session, x.refresh_token)

/// Ends the token's family. Reply: `logged_out`, also for a token that is not known.
struct logout {
  std::string refresh_token;
};
FIEF_INSPECT(logout, x.refresh_token)

struct logged_out {};
FIEF_INSPECT_EMPTY(logged_out)

/// Who signed in; the edge makes the access token from it.
struct signed_in {
  user_record user;
  game::account account;
  std::string refresh_token; ///< The only time it is told in clear.
};
FIEF_INSPECT(signed_in, x.user, x.account, x.refresh_token)

// -- VAULT: slow or secret work, off the scheduler ------------------------------------------------

/// argon2id of a password. Reply: `password_hashed`. Errors: `overloaded`.
/// Cost: tens of milliseconds and MiB, on a bounded pool.
struct hash_password {
  std::string password;
};
FIEF_INSPECT(hash_password, x.password)

struct password_hashed {
  std::string hash; ///< PHC string.
};
FIEF_INSPECT(password_hashed, x.hash)

/// Reply: `password_checked`. An empty `hash` costs the same time and is false, so that an unknown
/// address cannot be told from a wrong password.
struct check_password {
  std::string password;
  std::string hash;
};
FIEF_INSPECT(check_password, x.password, x.hash)

struct password_checked {
  bool matches = false;
  bool outdated = false; ///< Hashed with weaker parameters than configured now.
};
FIEF_INSPECT(password_checked, x.matches, x.outdated)

/// A fresh refresh token from the operating system's randomness. Reply: `token_minted`.
struct mint_token {};
FIEF_INSPECT_EMPTY(mint_token)

struct token_minted {
  std::string token; ///< 256 bits, base64url.
  std::string hash;  ///< SHA-256 of it in hex: what is stored.
};
FIEF_INSPECT(token_minted, x.token, x.hash)

/// The successor of a refresh token and both hashes. The successor derives from the token and a
/// server key, so that a retry after a lost answer rotates to the same one. Reply: `token_rotated`.
struct rotate_token {
  std::string token;
};
FIEF_INSPECT(rotate_token, x.token)

struct token_rotated {
  std::string old_hash;
  std::string token;
  std::string hash;
};
FIEF_INSPECT(token_rotated, x.old_hash, x.token, x.hash)

/// Reply: `token_minted` with an empty `token`: only its hash.
struct digest_token {
  std::string token;
};
FIEF_INSPECT(digest_token, x.token)

} // namespace fief::actors
