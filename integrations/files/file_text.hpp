#pragma once

#include "base/time.hpp"

#include <optional>
#include <string_view>

namespace fief::integrations {

/// Without spaces, tabs and line ends round it.
std::string_view trimmed(std::string_view text);

/// A decimal number as XML Schema writes doubles, spaces round it allowed.
/// Errors: nothing for any other text, infinities and not-a-number.
std::optional<double> parse_number(std::string_view text);

/// A time as files have it. RFC 3339, and what programs write instead: no zone (UTC, as GPX
/// demands), offsets `+0200` and `+02`, a comma before the fraction, no seconds, spaces round it.
/// Errors: nothing for any other text, or a date that does not exist.
std::optional<base::instant> parse_file_time(std::string_view text);

} // namespace fief::integrations
