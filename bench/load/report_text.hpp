#pragma once

#include "bench/load/timeline.hpp"

#include <string>

namespace fief::load {

/// The line of one second.
std::string progress_line(const moment& x);

/// The table at the end.
std::string report_text(const results& x);

/// `1.23 ms`, three digits.
std::string shown_us(std::uint64_t us);
/// `12,345`.
std::string shown_count(std::uint64_t x);

} // namespace fief::load
