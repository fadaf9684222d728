#include "net/json_writer.hpp"

#include "base/assert.hpp"
#include "net/utf8.hpp"

#include <charconv>
#include <cmath>

namespace fief::net {

namespace {

constexpr std::string_view hex = "0123456789abcdef";

void append_escaped(std::string& out, unsigned char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\u00";
  out += hex[c >> 4];
  out += hex[c & 15];
}

constexpr bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

template <class T>
void append_number(std::string& out, T x) {
  char text[32];
  auto [end, ec] = std::to_chars(text, text + sizeof(text), x);
  FIEF_ASSERT(ec == std::errc{});
  out.append(text, end);
}

} // namespace

void json_writer::separate() {
  if (comma_)
    out_ += ',';
  comma_ = true;
}

json_writer& json_writer::open(char bracket) {
  separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  out_ += bracket;
  comma_ = true;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  value(name);
  out_ += ':';
  comma_ = false;
  return *this;
}

json_writer& json_writer::value(std::string_view text) {
  separate();
  out_ += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(static_cast<unsigned char>(text[plain])))
      ++plain;
    out_.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty())
      break;
    auto c = static_cast<unsigned char>(text[0]);
    std::size_t length = 1;
    if (c < 0x80) {
      append_escaped(out_, c);
    } else if ((length = utf8_sequence_length(text)) > 0) {
      out_.append(text.substr(0, length));
    } else {
      length = 1;
      out_ += "\xef\xbf\xbd";
    }
    text.remove_prefix(length);
  }
  out_ += '"';
  return *this;
}

json_writer& json_writer::value(double x) {
  if (!std::isfinite(x))
    return null();
  separate();
  // Digits alone would be an integer, and one beyond 64 bits is none for strict readers, ours too.
  constexpr double integers_max = 9'007'199'254'740'992; // 2^53
  char text[32];
  auto [end, ec] = std::abs(x) > integers_max
                     ? std::to_chars(text, text + sizeof(text), x, std::chars_format::scientific)
                     : std::to_chars(text, text + sizeof(text), x);
  FIEF_ASSERT(ec == std::errc{});
  out_.append(text, end);
  return *this;
}

json_writer& json_writer::value(base::instant t) {
  return value(base::to_rfc3339(t));
}

json_writer& json_writer::value(const base::uuid& x) {
  return value(base::to_string(x));
}

json_writer& json_writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

json_writer& json_writer::signed_integer(std::int64_t x) {
  separate();
  append_number(out_, x);
  return *this;
}

json_writer& json_writer::unsigned_integer(std::uint64_t x) {
  separate();
  append_number(out_, x);
  return *this;
}

} // namespace fief::net
