#pragma once

#include "bench/load/world.hpp"

namespace fief::load {

/// See `check_everything`: tickets, ledgers, balances and counts of tiles.
asio::awaitable<void> check_accounts(world& in);

} // namespace fief::load
