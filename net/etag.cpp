#include "net/etag.hpp"

#include <charconv>
#include <cstdint>

namespace fief::net {

namespace {

/// FNV-1a of 64 bits: tells one content from the next; nobody gains by a collision of his own.
std::uint64_t content_hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (auto c : text)
    h = (h ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
  return h;
}

} // namespace

std::string etag_of(std::string_view content) {
  char digits[17]{};
  auto end = std::to_chars(digits, digits + 16, content_hash(content), 16).ptr;
  return '"' + std::string(digits, end) + '"';
}

bool none_match(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

} // namespace fief::net
