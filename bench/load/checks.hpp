#pragma once

#include "bench/load/watcher.hpp"
#include "bench/load/world.hpp"

#include <memory>
#include <vector>

namespace fief::load {

/// Holds what the server answered during the load against what it says afterwards, when everything
/// is quiet; writes every contradiction into the tally as a violation.
///
/// - the maps that watchers built from snapshots and deltas, against `GET /v1/territory`;
/// - the tiles that runners were told, against the map: each has an owner now;
/// - the fixes of some runs, one by one, against the track that the server kept;
/// - bought tickets, against the list of tickets and the ledger: each there once, at its price;
/// - settled events: ranks, payouts against the pool, results of runs against ranks;
/// - balances, against the sum of the ledger; tiles of the profile, against those of the mining.
///
/// Samples where there is much: some of the runs, of the people and of the maps in each process.
asio::awaitable<void> check_everything(world& in,
                                       const std::vector<std::unique_ptr<watcher>>& watchers);

} // namespace fief::load
