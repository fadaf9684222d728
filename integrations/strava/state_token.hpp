#pragma once

#include "game/ids.hpp"
#include "integrations/strava/secret_box.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace fief::integrations {

/// How long a user has to agree at Strava.
inline constexpr std::chrono::minutes state_life{15};

/// Says who went to Strava to agree, so that whoever comes back with it is taken for nobody else:
/// user, end of its life and a nonce, with an HMAC (SHA-512/256) over them.
std::string make_state(game::user_id user, base::instant now, const box_key& key);

/// Nothing for a state that this key did not sign, or that is too old.
std::optional<game::user_id> read_state(std::string_view state, base::instant now,
                                        const box_key& key);

} // namespace fief::integrations
