#pragma once

#include "game/fix.hpp"

#include <span>
#include <string>

namespace fief::test {

/// A GPX 1.1 document with one track. A fix without a time has none there.
std::string gpx_of(std::span<const game::fix> fixes, const std::string& type = "running");

/// A TCX 2 document with one activity of one lap.
std::string tcx_of(std::span<const game::fix> fixes, const std::string& sport = "Running");

/// The same document in UTF-16 with its mark, declared so. @pre ASCII.
std::string in_utf16(const std::string& ascii, bool big_endian);

} // namespace fief::test
