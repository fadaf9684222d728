#pragma once

#include "game/ids.hpp"
#include "game/mining.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fief::persistence {

/// One way in which a database contradicts itself.
struct finding {
  std::string check;             ///< Stable snake_case name.
  std::string text;              ///< What it means, for an operator.
  std::int64_t count = 0;        ///< How many rows are concerned.
  std::vector<std::string> keys; ///< Which: the first 20, for damaged rows with what is wrong.
};

/// Looks at everything that must hold at any moment, in one snapshot, also of a live database:
/// ledger sums and balances, tiles and the claim log, tile counts, settled events and their pools,
/// tickets and runs, what names each other; and reads every row and chunk as the server would.
/// Empty: all is well. Errors: throws `std::runtime_error` when Postgres does not answer. Cost:
/// reads every table once.
std::vector<finding> audit(const std::string& options);

enum class rebuild_mode : std::uint8_t {
  check, ///< Only counts.
  write, ///< Writes the difference.
};

/// Works the `tile` table out again from the log of claims, with the owners' counts. Returns how
/// many tiles differ. Meant for a server at rest.
/// Claims of runs that are still being merged are taken as merged.
std::int64_t rebuild_map(const std::string& options, rebuild_mode mode, game::instant now,
                         const game::mining_rules& mining);

/// Makes an operator: a new account, or the rights for one that exists with this e-mail (its
/// password is replaced). Returns the user's id.
/// Errors: throws `std::runtime_error`, for instance for a user name that is taken.
struct operator_account {
  game::user_id id; ///< For a new account.
  std::string email;
  std::string username;
  std::string password_hash;
  base::uuid action; ///< In the log of actions.
};
game::user_id create_operator(const std::string& options, const operator_account& account,
                              game::instant now);

} // namespace fief::persistence
