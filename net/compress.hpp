#pragma once

#include "net/http_message.hpp"

#include <string>
#include <string_view>

namespace fief::net {

/// Whether gzip would help: a text of at least 1 KiB that its handler has not encoded.
bool is_compressible(const http_response& response);

/// Reads an `Accept-Encoding` header. Source: RFC 9110 section 12.5.3.
bool accepts_gzip(std::string_view accept_encoding);

/// Replaces `text` by its gzip form when that is shorter; whether it did.
/// Cost: 10 to 20 ns a byte on the calling thread, a zlib state of 256 KiB kept per thread.
bool gzip(std::string& text);

} // namespace fief::net
