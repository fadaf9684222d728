#pragma once

#include "game/fix.hpp"
#include "net/json_reader.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace fief::net {

/// What a phone sends again and again: a part of a run, as it recorded it.
struct fixes_message {
  std::optional<game::run_id> run; ///< In the path over REST, in the message on the socket.
  std::uint32_t first_seq = 0;
  std::optional<game::instant> device_time; ///< The device's clock when it sent this.
  std::vector<game::fix> fixes;             ///< `seq` counts up from `first_seq`.
};

/// Reads `{first_seq, device_time?, fixes: [[t, lat, lon, acc_m, steps?, flags?], ...]}` into
/// `out`, whose memory is reused. `in` may have been read from before: `type`, by the socket.
/// Checks form, ranges of numbers and `fix_limits::batch_max`; what a time or a jump means is
/// the game's affair.
/// Errors: false, and in the errors the index: `fixes[17].lat`.
/// Cost: about 100 ns a fix.
bool read_fixes(json_object& in, bool with_run, fixes_message& out);

} // namespace fief::net
