#pragma once

#include <string_view>

namespace fief::integrations {

/// Whether this is an encoded polyline (the text form of Google's maps, which Strava and others use
/// for overviews) or JSON that holds one. It has places and no times.
bool is_polyline(std::string_view bytes);

} // namespace fief::integrations
