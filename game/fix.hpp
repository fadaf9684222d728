#pragma once

#include "game/ids.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace fief::game {

/// One GPS fix as a device recorded it. Integers only: a double infinity would hang CAF's
/// serializer, and equality must be exact to tell a repeat from a contradiction.
struct fix {
  static constexpr std::uint16_t acc_unknown = std::numeric_limits<std::uint16_t>::max();
  static constexpr std::int32_t alt_unknown = std::numeric_limits<std::int32_t>::min();
  static constexpr std::int32_t steps_unknown = -1;
  static constexpr std::uint8_t flag_mock = 1; ///< The device says the location is simulated.

  std::uint32_t seq = 0;              ///< Given once on the device: 1, 2, 3 ...
  instant t{};                        ///< The device's clock; the run's offset corrects it.
  std::int32_t lat_e7 = 0;            ///< Units: degrees × 10^7. Range: ±900,000,000.
  std::int32_t lon_e7 = 0;            ///< Units: degrees × 10^7. Range: ±1,800,000,000.
  std::uint16_t acc_dm = acc_unknown; ///< Horizontal accuracy. Units: decimetres.
  std::int32_t alt_dm = alt_unknown;  ///< Units: decimetres above the ellipsoid.
  std::int32_t steps = steps_unknown; ///< Steps since the start of the run.
  std::uint8_t flags = 0;             ///< Bits: `flag_mock`.

  friend bool operator==(const fix&, const fix&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, fix& x) {
  return f(x.seq, x.t, x.lat_e7, x.lon_e7, x.acc_dm, x.alt_dm, x.steps, x.flags);
}

/// What the rules allow of a run's raw data (rules 2, 2.1).
struct fix_limits {
  static constexpr std::uint32_t fixes_max = 50'000;
  static constexpr std::uint32_t batch_max = 2'000;
  static constexpr std::uint32_t wants_max = 8;
  static constexpr milliseconds run_duration_max = std::chrono::hours{24};
  static constexpr milliseconds future_max = std::chrono::seconds{5};
  static constexpr milliseconds drift_max = std::chrono::seconds{120};
  static constexpr instant first_instant = std::chrono::sys_days{std::chrono::year{2010} / 1 / 1};
};

/// An inclusive range of `seq`.
struct seq_range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  friend bool operator==(const seq_range&, const seq_range&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, seq_range& x) {
  return f(x.first, x.last);
}

} // namespace fief::game
