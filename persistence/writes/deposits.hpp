#pragma once

// What chains and wallets have in common: crediting deposits.

#include "persistence/writes/shared.hpp"

namespace fief::persistence {

/// Credits the user's deposits from this wallet that lie deep enough. Returns how many.
std::uint32_t credit_from_wallet(write_context& c, game::user_id user, const std::string& address,
                                 game::instant now);
/// Credits what lies above `above` and not above `final_number`. Returns how many.
std::uint32_t credit_blocks(write_context& c, std::int64_t chain, std::int64_t above,
                            std::int64_t final_number, game::instant now);

} // namespace fief::persistence
