#include "net/response_head.hpp"

#include "net/problem.hpp"

#include <algorithm>
#include <charconv>

namespace fief::net {

namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return lower(x) == lower(y);
         });
}

bool has_header(const header_list& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& x) { return same_name(x.first, name); });
}

std::string_view digits(std::uint64_t x, char (&text)[24]) {
  auto end = std::to_chars(text, text + sizeof(text), x).ptr;
  return {text, static_cast<std::size_t>(end - text)};
}

} // namespace

bool allows_origin(const cors_config& cors, std::string_view origin) {
  return !origin.empty()
         && std::any_of(cors.origins.begin(), cors.origins.end(),
                        [&](const std::string& x) { return x == "*" || x == origin; });
}

void response_head::field(std::string_view name, std::string_view value) {
  text_.append(name).append(": ");
  for (char c : value) // A line break would start a header of the attacker's choice.
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)
      text_ += c;
  text_ += "\r\n";
}

void response_head::cors_fields(std::string_view origin, const cors_config& cors) {
  if (cors.origins.empty())
    return;
  field("Vary", "Origin");
  if (!allows_origin(cors, origin))
    return;
  field("Access-Control-Allow-Origin", origin);
  field("Access-Control-Expose-Headers", cors.exposed);
}

std::string_view response_head::write(const http_response& response, const context& about,
                                      const cors_config& cors) {
  char number[24];
  text_.clear();
  text_.append("HTTP/1.1 ").append(digits(static_cast<std::uint64_t>(response.status), number));
  text_.append(" ").append(reason_phrase(response.status)).append("\r\n");
  field("Date", about.date);
  if (has_body(response.status)) {
    field("Content-Length", digits(response.content().size(), number));
    if (!response.content().empty())
      field("Content-Type", response.content_type);
  }
  field("X-Request-Id", about.request_id);
  field("X-Content-Type-Options", "nosniff");
  if (about.secure)
    field("Strict-Transport-Security", "max-age=31536000");
  if (!has_header(response.headers, "Cache-Control"))
    field("Cache-Control", has_header(response.headers, "ETag") ? "no-cache" : "no-store");
  if (about.gzipped)
    field("Content-Encoding", "gzip");
  if (about.varies_by_encoding)
    field("Vary", "Accept-Encoding");
  cors_fields(about.origin, cors);
  for (const auto& [name, value] : response.headers)
    field(name, value);
  if (!about.keep_alive)
    field("Connection", "close");
  text_ += "\r\n";
  return text_;
}

} // namespace fief::net
