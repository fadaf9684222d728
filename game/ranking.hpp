#pragma once

#include "game/event.hpp"
#include "game/ids.hpp"

#include <cstdint>
#include <vector>

namespace fief::game {

/// One run's result in one event. A run that did not finish has none.
struct entry {
  user_id user;
  std::int64_t value = 0; ///< Units: those of the event's `metric`.
  instant reached_at{};   ///< When the value was reached: the finish line, the last metre or tile.
  instant consumed_at{};  ///< When the ticket was consumed.
  run_id run;

  friend bool operator==(const entry&, const entry&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, entry& x) {
  return f(x.user, x.value, x.reached_at, x.consumed_at, x.run);
}

/// Whether `a` ranks above `b`: the metric, then the earlier `reached_at`, then the earlier
/// `consumed_at`, then the smaller user id (rules 4). The run id only decides between runs of one
/// user, so the order is total and no rank is ever shared.
bool ranks_above(metric by, const entry& a, const entry& b);

/// The best entry of each user, best first: rank 1 is the first element. The answer does not depend
/// on the order of the input nor on repeats in it.
/// Cost: O(n log n), no allocation besides the argument.
std::vector<entry> rank(metric by, std::vector<entry> entries);

} // namespace fief::game
