#pragma once

#include "actors/fwd.hpp"
#include "net/problem.hpp"

#include <caf/error.hpp>

namespace fief::net {

/// The HTTP status of a refusal. The only map from errc to a status.
int status_of(game::errc x);

/// A sentence for the developer at the other end; tells nothing of our insides.
std::string_view detail_of(game::errc x);

/// The whole answer, with `Retry-After` where waiting helps.
problem to_problem(game::errc x);

/// The same for an error that an actor answered; what CAF itself reports is `unavailable`. A wait
/// that the error names in milliseconds becomes `Retry-After`.
problem to_problem(const caf::error& x);

/// The rule that an error names, or `unavailable`.
game::errc errc_of(const caf::error& x);

} // namespace fief::net
