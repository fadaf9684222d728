#pragma once

#include "actors/fwd.hpp"

#include <caf/atom.hpp>
#include <caf/error.hpp>

namespace fief::actors {

/// The rule or condition that an error reply names. What CAF itself reports (the receiver ended,
/// a deadline) is `unavailable`: the asker may try again.
inline game::errc errc_of(const caf::error& why) {
  return why.category() == caf::atom("game") ? static_cast<game::errc>(why.code())
                                             : game::errc::unavailable;
}

} // namespace fief::actors
