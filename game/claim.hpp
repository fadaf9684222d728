#pragma once

#include "game/ids.hpp"

#include <cstdint>

namespace fief::game {

/// A run's title to one tile. The tile's owner is the greatest of its claims (rules 3).
struct claim {
  tile_id tile;
  user_id user;
  run_id run;
  instant crossed_at{};
  instant holds_until{};
  bool enclosed = false; ///< Won by closing a loop around it, not by running through it.

  friend bool operator==(const claim&, const claim&) = default;
};

/// Whether `a` beats `b` on the same tile: later `holds_until`, then earlier `crossed_at`, then the
/// smaller run id. A strict total order over claims of different runs, so merging in any order, any
/// number of times, gives the same owner.
constexpr bool beats(const claim& a, const claim& b) {
  if (a.holds_until != b.holds_until)
    return a.holds_until > b.holds_until;
  if (a.crossed_at != b.crossed_at)
    return a.crossed_at < b.crossed_at;
  return a.run < b.run;
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, claim& x) {
  return f(x.tile, x.user, x.run, x.crossed_at, x.holds_until, x.enclosed);
}

} // namespace fief::game
