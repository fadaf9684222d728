#pragma once

#include "game/errc.hpp"

#include <cstdint>
#include <exception>
#include <string>

namespace fief::persistence {

/// What went wrong with Postgres, by what can be done about it.
enum class errc : std::uint8_t {
  connection_lost = 1, ///< Nothing of the transaction was committed, unless COMMIT was on its way.
  in_doubt,            ///< COMMIT was on its way when the connection broke.
  contention,          ///< Deadlock, serialization or a lock's or statement's time limit.
  server_busy,         ///< Shutting down, starting up, out of disk, memory or connections.
  statement_refused,   ///< The statement itself: a constraint, a value, or a bug of ours.
};

struct fault {
  errc kind = errc::connection_lost;
  std::string sqlstate; ///< Empty when the server did not say.
  std::string text;
};

/// Reads an exception of libpqxx.
fault fault_of(const std::exception& x);

/// Whether sending the same batch again can succeed.
constexpr bool retryable(errc x) {
  return x != errc::statement_refused;
}

/// The answer to an asker whose own statement was refused.
game::errc answer_of(const fault& x);

} // namespace fief::persistence
