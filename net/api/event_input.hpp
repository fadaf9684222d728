#pragma once

#include "actors/interfaces.hpp"
#include "net/json_reader.hpp"

#include <string_view>

namespace fief::net {

/// Reads `EventCreate`. Errors go to `in`'s collection. What it leaves empty the server computes.
actors::event_record read_event(json_object& in);

/// Whether it is a race that nobody could finish.
bool lacks_course(const actors::event_record& x);
inline constexpr std::string_view course_needed = "A race needs 'checkpoints' or 'distance_m'.";

/// Reads `EventEdit`.
actors::edit_event read_event_edit(json_object& in);

} // namespace fief::net
