#include "net/compress.hpp"

#include "base/assert.hpp"

#include <zlib.h>

#include <algorithm>
#include <charconv>

namespace fief::net {

namespace {

constexpr std::size_t worthwhile_bytes = 1024;
constexpr int fast_level = 1; // Most of the gain; map data is repetitive.
constexpr int gzip_window = 15 + 16;

/// One zlib state, set up once and then only reset.
struct deflater {
  z_stream stream{};

  explicit deflater(int level) {
    const auto rc = deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
    FIEF_ASSERT(rc == Z_OK);
  }
  ~deflater() { deflateEnd(&stream); }
  deflater(const deflater&) = delete;
  deflater& operator=(const deflater&) = delete;
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

bool equals_lower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

/// Of one coding, by its parameters; 0 when they are malformed.
double weight_of(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == parameters.npos)
    return 1;
  const auto digits = trim(parameters.substr(at + 2));
  double weight = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
  return ec == std::errc{} && weight > 0 ? std::min(weight, 1.0) : 0;
}

/// The compressed form; empty when it is not shorter.
std::string packed(std::string_view text, deflater& with) {
  if (text.empty())
    return {};
  auto& stream = with.stream;
  deflateReset(&stream);
  std::string out(text.size() - 1, '\0'); // Not shorter is not wanted.
  // zlib does not write to its input; its type is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
    return {};
  out.erase(stream.total_out);
  return out;
}

std::uint32_t little_endian(std::string_view four) {
  std::uint32_t x = 0;
  for (int i = 3; i >= 0; --i)
    x = (x << 8) | static_cast<std::uint8_t>(four[static_cast<std::size_t>(i)]);
  return x;
}

} // namespace

bool is_compressible(const http_response& response) {
  if (response.body.size() < worthwhile_bytes)
    return false;
  const std::string_view type = response.content_type;
  return type.starts_with("text/") || type.find("json") != type.npos
         || type.find("xml") != type.npos;
}

std::optional<double> coding_weight(std::string_view accept_encoding, std::string_view coding) {
  std::optional<double> any;
  while (!accept_encoding.empty()) {
    const auto item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), item.size() + 1));
    const auto listed = trim(item.substr(0, item.find(';')));
    const auto parameters = item.substr(std::min(item.find(';'), item.size()));
    if (equals_lower(listed, coding))
      return weight_of(parameters);
    if (listed == "*")
      any = weight_of(parameters);
  }
  return any;
}

bool accepts_gzip(std::string_view accept_encoding) {
  return coding_weight(accept_encoding, "gzip").value_or(0) > 0;
}

bool gzip(std::string& text) {
  thread_local deflater with{fast_level};
  auto out = packed(text, with);
  if (out.empty())
    return false;
  text = std::move(out);
  return true;
}

std::string gzip_best(std::string_view text) {
  deflater with{Z_BEST_COMPRESSION};
  return packed(text, with);
}

bool is_gzip_of(std::string_view packed_text, std::string_view plain) {
  constexpr std::size_t head_and_tail = 18; // Source: RFC 1952 section 2.3.
  if (packed_text.size() < head_and_tail || !packed_text.starts_with("\x1f\x8b"))
    return false;
  const auto tail = packed_text.substr(packed_text.size() - 8);
  const auto crc =
    crc32(0, reinterpret_cast<const Bytef*>(plain.data()), static_cast<uInt>(plain.size()));
  return little_endian(tail.substr(0, 4)) == crc
         && little_endian(tail.substr(4)) == static_cast<std::uint32_t>(plain.size());
}

} // namespace fief::net
