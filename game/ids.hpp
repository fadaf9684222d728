#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

namespace fief::game {

using base::instant;
using base::milliseconds;

using user_id = base::strong_id<struct user_tag>;
using event_id = base::strong_id<struct event_tag>;
using ticket_id = base::strong_id<struct ticket_tag>;
using run_id = base::strong_id<struct run_tag>;
using notification_id = base::strong_id<struct notification_tag>;

/// An S2 cell id of the world's tile level (17 unless the database says otherwise).
using tile_id = base::strong_int<struct tile_tag>;
/// The S2 cell five levels above its tiles: the unit of subscription, broadcast and placement.
using area_id = base::strong_int<struct area_tag>;

} // namespace fief::game
