#pragma once

#include <cstdint>

namespace fief {

/// Raises the number of files that this process may have open as far as it may itself. Returns it.
std::uint64_t raise_open_files();

/// How many connections fit: `wanted`, or less when the process may not have so many files open,
/// since one that runs out of them can serve nobody.
std::uint32_t connections_within(std::uint32_t wanted, std::uint64_t open_files);

} // namespace fief
