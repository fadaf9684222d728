#pragma once

#include "bench/load/preparation.hpp"
#include "bench/load/world.hpp"

namespace fief::load {

/// Fills `in.events`. With an operator: creates the events of the scenario, and gives coins to
/// everybody who may buy. Without: takes the events near the city that there are.
/// Throws `cannot_begin`.
asio::awaitable<void> set_up_events(world& in, const std::optional<operator_account>& boss,
                                    std::optional<std::int64_t> finish_at_ms,
                                    const std::function<void(const std::string&)>& say);

} // namespace fief::load
