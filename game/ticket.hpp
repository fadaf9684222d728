#pragma once

#include "game/errc.hpp"
#include "game/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fief::game {

/// What became of a ticket. The names are those of the `ticket` table's column.
enum class ticket_state : std::uint8_t {
  unused = 1,
  used,     ///< Consumed: it has a run, whatever became of that.
  refunded, ///< Paid back; it starts nothing.
};

/// The snake_case name of a value.
std::string_view to_string(ticket_state x);
std::optional<ticket_state> parse_ticket_state(std::string_view text);

/// Whether the list of tickets shows it: unused, and the event can still be run.
bool is_active(ticket_state ticket, event_state event);

/// Whether it starts a run now.
bool is_consumable(ticket_state ticket, event_state event);

/// From when it can be consumed: the event's start, also when that has passed. Nothing for a ticket
/// that is not active; it is consumable until the event's `cut_at`.
std::optional<instant> consumable_from(ticket_state ticket, event_state event, instant starts_at);

/// Whether consuming is allowed. A used ticket is refused here, so a caller first looks whether
/// it is the repeat of a command that was answered, and returns that run.
/// Errors: `ticket_used`, `ticket_refunded`, `event_cancelled`, `event_settled`, `event_cut`,
/// `event_not_active`, in this order.
outcome<void> may_consume(ticket_state ticket, event_state event);

/// Whether a user who has `owned` tickets of the event, used ones included and refunded ones not,
/// may get one more: from the event's creation until its cut.
/// Errors: `event_cancelled`, `event_settled`, `event_cut`, `ticket_exists`, in this order.
outcome<void> may_buy(event_state event, std::size_t owned, std::size_t tickets_per_user_max);

/// Whether the price goes back: the event is cancelled, or is being settled and `finishers` is 0.
bool is_refund_due(ticket_state ticket, event_state event, std::size_t finishers);

} // namespace fief::game
