#pragma once

#include "integrations/files/track_file.hpp"
#include "tests/fuzz/target.hpp"

namespace fief::fuzz {

/// Decodes and holds what comes out, a track or a refusal, against what every file promises.
/// Returns the track, if there is one.
std::optional<integrations::track_file> checked_track(std::string_view file_bytes);

/// The same fixes as XML can hold them: no accuracy.
std::vector<game::fix> without_accuracy(std::vector<game::fix> fixes);

} // namespace fief::fuzz
