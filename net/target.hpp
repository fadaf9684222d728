#pragma once

#include "net/http_message.hpp"

namespace fief::net {

/// Reads `request.target` (origin form, RFC 9112 section 3.2.1) into `segments` and `query`. The
/// path is split before it is decoded, so `%2F` never makes a segment; decoding happens once.
/// Errors: false for a bad escape, bytes that are not UTF-8 or are control characters, a fragment,
/// a name twice in the query, over 16 segments or 32 query items. An empty segment (a trailing or
/// doubled slash) is kept: no route has one, so it is not found.
[[nodiscard]] bool parse_target(http_request& request);

/// The path of a target as received, without the query.
std::string_view raw_path(std::string_view target);

} // namespace fief::net
