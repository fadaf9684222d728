#pragma once

#include "game/ids.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace fief::game {

/// Where an event is in its life. Never stored: `state_of` computes it from what is.
enum class event_state : std::uint8_t {
  scheduled = 1, ///< Before `starts_at`.
  active,        ///< `starts_at <= now < cut_at`: tickets can be consumed, fixes count.
  cut,           ///< At or after `cut_at`, results still open for late uploads.
  settled,       ///< Results and payouts are final.
  cancelled,     ///< Called off before it was settled.
};

/// The snake_case name of a value, as the wire has it.
std::string_view to_string(event_state x);
std::optional<event_state> parse_event_state(std::string_view text);

/// State of an event at `now`. The two marks are final, so they win over the clock, and of the two
/// `settled` wins: money that was paid out is not called off.
event_state state_of(instant now, instant starts_at, instant cut_at, bool settled, bool cancelled);

/// What an event ranks its runs by, and in which unit an entry's value is.
enum class metric : std::uint8_t {
  race = 1,  ///< Elapsed time over the course. Units: ms, less is better.
  territory, ///< Tiles held at `cut_at`. Units: tiles, more is better.
  distance,  ///< Moving distance. Units: metres, more is better.
};

/// The snake_case name of a value, as the wire has it.
std::string_view to_string(metric x);
std::optional<metric> parse_metric(std::string_view text);

} // namespace fief::game
