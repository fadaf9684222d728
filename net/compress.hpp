#pragma once

#include "net/http_message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fief::net {

/// Whether gzip would help: a text of at least 1 KiB that its handler has not encoded.
bool is_compressible(const http_response& response);

/// The weight, from 0 to 1, that an `Accept-Encoding` header gives to a content coding; nothing
/// when neither it nor `*` is listed. Source: RFC 9110 section 12.5.3.
std::optional<double> coding_weight(std::string_view accept_encoding, std::string_view coding);

/// Whether it asks for gzip.
bool accepts_gzip(std::string_view accept_encoding);

/// Replaces `text` by its gzip form when that is shorter; whether it did.
/// Cost: 10 to 20 ns a byte on the calling thread, a zlib state of 256 KiB kept per thread.
bool gzip(std::string& text);

/// The same as small as zlib can, for what is compressed once and sent often; empty when that is
/// not shorter. Cost: 50 to 100 ns a byte.
std::string gzip_best(std::string_view text);

/// Whether `packed` is a gzip file that says it holds `plain`: its length and CRC-32 are compared.
bool is_gzip_of(std::string_view packed, std::string_view plain);

} // namespace fief::net
