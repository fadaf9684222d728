#include "base/assert.hpp"
#include "net/json_reader.hpp"
#include "tests/fuzz/edge.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>

namespace fief::fuzz {

namespace {

namespace http = boost::beast::http;

bool contains(boost::beast::string_view text, std::string_view part) {
  return std::string_view{text.data(), text.size()}.find(part) != std::string_view::npos;
}

void check_problem(std::string_view body, int status) {
  net::json_document document;
  simdjson::dom::element root;
  FIEF_ASSERT(!document.parse_raw(body, root));
  std::string_view code;
  std::int64_t told = 0;
  FIEF_ASSERT(!root["code"].get(code) && is_code(code));
  FIEF_ASSERT(!root["status"].get(told) && told == status);
}

} // namespace

bool is_json(std::string_view text) {
  static net::json_document document{64};
  simdjson::dom::element root;
  return !document.parse_raw(text, root);
}

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  });
}

int check_answer(const sent_answer& x) {
  http::response_parser<http::string_body> parser;
  parser.skip(true); // The body is held against the head below.
  boost::system::error_code error;
  const auto used = parser.put(boost::asio::buffer(x.head), error);
  FIEF_ASSERT(!error && parser.is_header_done() && used == x.head.size());
  const auto& head = parser.get();
  const auto status = static_cast<int>(head.result_int());
  if (status == 100) {
    FIEF_ASSERT(x.body.empty());
    return status;
  }
  FIEF_ASSERT(status >= 200 && status < 600 && !head["X-Request-Id"].empty());
  if (!x.body.empty())
    FIEF_ASSERT(head[http::field::content_length] == std::to_string(x.body.size()));
  const auto type = head[http::field::content_type];
  if (x.body.empty() || contains(head[http::field::content_encoding], "gzip"))
    return status;
  if (contains(type, "json"))
    FIEF_ASSERT(is_json(x.body));
  if (contains(type, "problem+json"))
    check_problem(x.body, status);
  return status;
}

} // namespace fief::fuzz
