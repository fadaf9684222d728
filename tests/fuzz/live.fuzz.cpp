// What a phone says on the socket, a message a line. The first line is the Authorization header of
// the upgrade, or empty; a digit before it is the errc that the actors behind answer with.

#include "base/assert.hpp"
#include "net/json_reader.hpp"
#include "tests/fuzz/edge.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <array>

namespace fief::fuzz {

namespace {

constexpr std::array<std::string_view, 12> types{"welcome", "error",  "bye",      "ack",
                                                 "tiles",   "run",    "snapshot", "delta",
                                                 "event",   "mining", "notice",   "pong"};

/// One JSON object of a known type; gives the type.
std::string_view check_message(net::json_document& document, const std::string& text) {
  simdjson::dom::element root;
  std::string_view type;
  FIEF_ASSERT(text.size() <= 1 << 20 && !document.parse_raw(text, root));
  FIEF_ASSERT(!root["type"].get(type));
  FIEF_ASSERT(std::find(types.begin(), types.end(), type) != types.end());
  if (type == "error") {
    std::string_view code;
    FIEF_ASSERT(!root["code"].get(code) && is_code(code));
  }
  return type;
}

const enlist live{"live", [](bytes input) {
                    auto text = text_of(input);
                    std::vector<std::string_view> lines;
                    while (!text.empty() && lines.size() < 200) {
                      lines.push_back(text.substr(0, text.find('\n')));
                      text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
                    }
                    if (lines.empty())
                      return;
                    auto header = lines.front();
                    lines.erase(lines.begin());
                    auto& edge = edge::here();
                    edge.refuse_with(std::nullopt);
                    if (!header.empty() && header[0] >= '1' && header[0] <= '9') {
                      edge.refuse_with(static_cast<game::errc>(header[0] - '0'));
                      header.remove_prefix(1);
                    }
                    const auto got = edge.converse(header, lines);
                    static net::json_document document;
                    std::size_t errors = 0;
                    for (const auto& each : got.sent)
                      errors += check_message(document, each) == "error" ? 1 : 0;
                    FIEF_ASSERT(errors <= lines.size() + 1); // One each, and one for the header.
                    FIEF_ASSERT(lines.empty() || !got.sent.empty() || got.closed);
                  }};

} // namespace

} // namespace fief::fuzz
