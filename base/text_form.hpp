#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstddef>

namespace fief::base {

/// What `to_string` and `to_rfc3339` return, written in place: answers have dozens of them, and
/// each is longer than a string holds without allocating.
inline constexpr std::size_t uuid_text_size = 36;
inline constexpr std::size_t rfc3339_text_size = 24;
/// @pre `to` has room for that many characters; no terminator is written.
void put_uuid(const uuid& x, char* to);
void put_rfc3339(instant t, char* to);

} // namespace fief::base
