#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace fief::bench {

/// The box that holds all laps below: part of one area.
std::string lap_box();

/// A run that takes one tile: laps round a small circle in it, as one `fixes` message. Another
/// `number` lies in another tile of the same area.
std::string lap_fixes(const std::string& run, std::size_t number, std::int64_t first_t_ms,
                      std::uint64_t seed);
std::string lap_finish(const std::string& run);

} // namespace fief::bench
