#include "net/target.hpp"

#include "base/utf8.hpp"

#include <algorithm>

namespace fief::net {

namespace {

constexpr std::size_t segments_max = 16;
constexpr std::size_t query_items_max = 32;

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Decodes into `out` and gives a view of what it appended. `out` never grows past its capacity,
/// so earlier views stay valid.
std::optional<std::string_view> decode(std::string_view text, bool plus_is_space,
                                       std::string& out) {
  const auto start = out.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size())
        return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0)
        return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return std::nullopt;
    out += c;
  }
  std::string_view result{out.data() + start, out.size() - start};
  return base::is_utf8(result) ? std::optional{result} : std::nullopt;
}

bool read_path(std::string_view path, http_request& request) {
  while (!path.empty()) {
    path.remove_prefix(1); // the slash
    auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    auto decoded = decode(segment, false, request.decoded);
    if (!decoded || request.segments.size() == segments_max)
      return false;
    request.segments.push_back(*decoded);
  }
  return true;
}

bool read_query(std::string_view text, http_request& request) {
  while (!text.empty()) {
    auto item = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    if (item.empty())
      continue;
    auto equals = item.find('=');
    auto name = decode(item.substr(0, equals), true, request.decoded);
    auto value = decode(equals == item.npos ? std::string_view{} : item.substr(equals + 1), true,
                        request.decoded);
    if (!name || !value || name->empty() || request.query.size() == query_items_max)
      return false;
    if (request.query_value(*name))
      return false;
    request.query.push_back({*name, *value});
  }
  return true;
}

} // namespace

std::string_view raw_path(std::string_view target) {
  return target.substr(0, target.find('?'));
}

bool parse_target(http_request& request) {
  request.segments.clear();
  request.query.clear();
  request.decoded.clear();
  auto target = request.target;
  if (target.empty() || target[0] != '/' || target.find('#') != target.npos)
    return false;
  request.decoded.reserve(target.size());
  auto path = raw_path(target);
  auto query = path.size() == target.size() ? std::string_view{} : target.substr(path.size() + 1);
  return read_path(path, request) && read_query(query, request);
}

} // namespace fief::net
