#pragma once

#include "base/time.hpp"

namespace fief::actors {

/// Where actors get the game's `now` from. A port: the machine's clock, a demonstration's faster
/// one, or a test's.
struct time_source {
  virtual ~time_source() = default;
  /// Any thread. May go backwards; nobody relies on it not to.
  [[nodiscard]] virtual base::instant now() const = 0;
};

} // namespace fief::actors
