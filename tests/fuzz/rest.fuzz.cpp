// One request to any endpoint: the first line is `METHOD target [key [refusal]]`, the rest the
// body. `key` becomes the Idempotency-Key (`-` for none); `refusal` is the number of the errc that
// the actors behind answer with, else they answer with something empty.

#include "base/assert.hpp"
#include "net/api/status_of.hpp"
#include "tests/fuzz/edge.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <charconv>

namespace fief::fuzz {

namespace {

std::string_view take_word(std::string_view& line) {
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), word.size() + 1));
  return word;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::optional<game::errc> refusal_of(std::string_view digits) {
  unsigned number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  constexpr auto last = static_cast<unsigned>(game::errc::simulation_not_allowed);
  if (number < 1 || number > last)
    return std::nullopt;
  return static_cast<game::errc>(number);
}

struct request {
  std::string_view method;
  std::string_view target;
  std::string_view key;
  std::string_view body;
};

std::string as_http(const request& x) {
  std::string out;
  out.append(x.method).append(" ").append(x.target).append(" HTTP/1.1\r\nHost: fief\r\n");
  out += "Authorization: Bearer boss\r\nConnection: close\r\nContent-Type: application/json\r\n";
  if (!x.key.empty() && x.key != "-")
    out.append("Idempotency-Key: ").append(x.key).append("\r\n");
  out += "Content-Length: " + std::to_string(x.body.size()) + "\r\n\r\n";
  return out.append(x.body);
}

const enlist rest{"rest", [](bytes input) {
                    const auto text = text_of(input);
                    auto line = text.substr(0, text.find('\n'));
                    request x;
                    x.body = text.substr(std::min(text.size(), line.size() + 1));
                    x.method = take_word(line);
                    x.target = take_word(line);
                    x.key = take_word(line);
                    const auto refusal = refusal_of(line);
                    if (x.method.empty() || x.target.empty() || !is_printable(x.method)
                        || !is_printable(x.target) || !is_printable(x.key))
                      return;
                    auto& edge = edge::here();
                    edge.refuse_with(refusal);
                    const auto answers = edge.serve(as_http(x), 4096);
                    FIEF_ASSERT(answers.size() == 1);
                    const auto status = check_answer(answers[0]);
                    // Only what is said behind us may fail for our sake.
                    const auto behind = refusal ? net::status_of(*refusal) : 0;
                    FIEF_ASSERT(status < 500 || status == behind);
                  }};

} // namespace

} // namespace fief::fuzz
