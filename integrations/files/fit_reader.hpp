#pragma once

#include "integrations/files/track_builder.hpp"

namespace fief::integrations {

/// Whether this begins as FIT does.
bool is_fit(std::string_view bytes);

/// FIT: the records of all activities of a chain of files, in their order. Every checksum must fit.
track_file_result read_fit(std::string_view bytes);

} // namespace fief::integrations
