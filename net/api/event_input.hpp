#pragma once

#include "actors/interfaces.hpp"
#include "net/json_reader.hpp"

namespace fief::net {

/// Reads `EventCreate`. Errors go to `in`'s collection. What it leaves empty the server computes.
actors::event_record read_event(json_object& in);

/// Reads `EventEdit`.
actors::edit_event read_event_edit(json_object& in);

} // namespace fief::net
