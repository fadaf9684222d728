#pragma once

#include "actors/interfaces.hpp"
#include "net/json_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fief::net {

/// The most that a fee or a pot may be. Units: cents of coins.
inline constexpr std::int64_t cents_max = 100'000'000;

/// Reads `EventCreate`. Errors go to `in`'s collection. What it leaves empty the server computes.
actors::event_record read_event(json_object& in);

/// Whether it is a race that nobody could finish.
bool lacks_course(const actors::event_record& x);
inline constexpr std::string_view course_needed = "A race needs 'checkpoints' or 'distance_m'.";

/// What an event is asked for that does not exist yet.
struct event_preview {
  std::string tz;
  game::instant starts_at{};
  std::int64_t entry_fee_cents = 0;
  std::int64_t pot_cents = 0;
  std::int64_t tickets = 0; ///< Sold at that fee.
};

/// Reads `EventPreview`, by the bounds of `EventCreate`.
event_preview read_event_preview(json_object& in);

/// Reads `EventEdit`.
actors::edit_event read_event_edit(json_object& in);

} // namespace fief::net
