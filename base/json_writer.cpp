#include "base/json_writer.hpp"

#include "base/assert.hpp"
#include "base/text_form.hpp"
#include "base/utf8.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace fief::base {

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

/// One bit of each byte of `word` is set, its highest, where the byte needs a closer look: eight at
/// once (Mycroft's test for a zero byte; it may also mark the byte above one, never miss one).
constexpr std::uint64_t marks(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101, tops = 0x8080'8080'8080'8080;
  const auto quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
  return (word | (word - ones * 0x20) | (quote - ones) | (slash - ones)) & tops;
}

/// How many bytes from the start need no escape.
std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof(word) <= text.size(); at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if (marks(word) != 0)
      break;
  }
  while (at < text.size() && is_plain(static_cast<unsigned char>(text[at])))
    ++at;
  return at;
}

/// Characters gathered beside the string, which is then asked for room once.
template <std::size_t Size>
class short_text {
public:
  void put(char c) { text_[size_++] = c; }
  void put(std::string_view x) {
    std::memcpy(text_.data() + size_, x.data(), x.size());
    size_ += x.size();
  }
  /// Where `size` characters are to be written.
  char* take(std::size_t size) {
    size_ += size;
    return text_.data() + size_ - size;
  }
  template <class... Args>
  void put_number(Args... args) {
    auto [end, ec] = std::to_chars(text_.data() + size_, text_.data() + Size, args...);
    FIEF_ASSERT(ec == std::errc{});
    size_ = static_cast<std::size_t>(end - text_.data());
  }
  void append_to(std::string& out) const { out.append(text_.data(), size_); }

private:
  std::array<char, Size> text_;
  std::size_t size_ = 0;
};

constexpr std::size_t short_text_max = 56;

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
  if (name.size() > short_text_max || plain_prefix(name) < name.size()) {
    value(name);
    out_ += ':';
  } else {
    short_text<short_text_max + 4> text;
    if (comma_)
      text.put(',');
    text.put('"');
    text.put(name);
    text.put("\":");
    text.append_to(out_);
  }
  comma_ = false;
  return *this;
}

json_writer& json_writer::value(std::string_view text) {
  separate();
  out_ += '"';
  while (!text.empty()) {
    const auto plain = plain_prefix(text);
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
  short_text<32> text;
  if (std::abs(x) > integers_max)
    text.put_number(x, std::chars_format::scientific);
  else
    text.put_number(x);
  text.append_to(out_);
  return *this;
}

json_writer& json_writer::value(instant t) {
  separate();
  short_text<rfc3339_text_size + 2> text;
  text.put('"');
  put_rfc3339(t, text.take(rfc3339_text_size));
  text.put('"');
  text.append_to(out_);
  return *this;
}

json_writer& json_writer::value(const uuid& x) {
  separate();
  short_text<uuid_text_size + 2> text;
  text.put('"');
  put_uuid(x, text.take(uuid_text_size));
  text.put('"');
  text.append_to(out_);
  return *this;
}

json_writer& json_writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

json_writer& json_writer::signed_integer(std::int64_t x) {
  separate();
  short_text<24> text;
  text.put_number(x);
  text.append_to(out_);
  return *this;
}

json_writer& json_writer::unsigned_integer(std::uint64_t x) {
  separate();
  short_text<24> text;
  text.put_number(x);
  text.append_to(out_);
  return *this;
}

} // namespace fief::base
