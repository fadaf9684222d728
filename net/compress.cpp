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

/// One zlib state, set up on first use and then only reset.
struct deflater {
  z_stream stream{};

  deflater() {
    const auto rc =
      deflateInit2(&stream, fast_level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
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

/// Whether the parameters of one coding leave it a weight over zero.
bool has_weight(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == parameters.npos)
    return true;
  const auto digits = trim(parameters.substr(at + 2));
  double weight = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
  return ec == std::errc{} && weight > 0;
}

} // namespace

bool is_compressible(const http_response& response) {
  if (response.body.size() < worthwhile_bytes)
    return false;
  const std::string_view type = response.content_type;
  return type.starts_with("text/") || type.find("json") != type.npos
         || type.find("xml") != type.npos;
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const auto item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), item.size() + 1));
    const auto coding = trim(item.substr(0, item.find(';')));
    const auto parameters = item.substr(std::min(item.find(';'), item.size()));
    if (equals_lower(coding, "gzip"))
      return has_weight(parameters);
    any = any || (coding == "*" && has_weight(parameters));
  }
  return any;
}

bool gzip(std::string& text) {
  thread_local deflater with;
  auto& stream = with.stream;
  deflateReset(&stream);
  std::string out(text.size() - 1, '\0'); // Not shorter is not wanted.
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
    return false;
  out.erase(stream.total_out);
  text = std::move(out);
  return true;
}

} // namespace fief::net
