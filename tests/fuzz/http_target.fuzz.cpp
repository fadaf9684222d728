// Path and query of a request, and the router over a table like the API's.

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "net/router.hpp"
#include "net/target.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace fief::fuzz {

namespace {

using net::http_method;

void add_routes(net::router& to) {
  for (std::string_view pattern :
       {"/v1/runs", "/v1/runs/{id}", "/v1/runs/{id}/fixes", "/v1/runs/{id}/track.gpx",
        "/v1/territory/{tile}", "/v1/territory/{tile}/history", "/v1/me", "/v1/{any}/x"})
    to.add(http_method::get, pattern, [](auto&&...) {});
  to.add(http_method::post, "/v1/runs", [](auto&&...) {});
  to.add(http_method::del, "/v1/me", [](auto&&...) {});
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (auto c : text) {
    const auto byte = static_cast<unsigned char>(c);
    (out += '%') += hex[byte >> 4];
    out += hex[byte & 15];
  }
}

std::string written(const net::http_request& x) {
  std::string out;
  for (auto segment : x.segments)
    append_encoded(out += '/', segment);
  char before = '?';
  for (auto [name, value] : x.query) {
    append_encoded(out += before, name);
    append_encoded(out += '=', value);
    before = '&';
  }
  return out;
}

bool is_clean(std::string_view text) {
  return base::is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

void check_parts(const net::http_request& x) {
  FIEF_ASSERT(!x.segments.empty() && x.segments.size() <= 16 && x.query.size() <= 32);
  FIEF_ASSERT(std::all_of(x.segments.begin(), x.segments.end(), is_clean));
  for (auto [name, value] : x.query)
    FIEF_ASSERT(!name.empty() && is_clean(name) && is_clean(value));
  // Decoding happens once: what looks like an escape now is text.
  net::http_request again;
  const auto form = written(x);
  again.target = form;
  FIEF_ASSERT(net::parse_target(again) && again.segments == x.segments);
  FIEF_ASSERT(std::equal(
    x.query.begin(), x.query.end(), again.query.begin(), again.query.end(),
    [](const auto& a, const auto& b) { return a.name == b.name && a.value == b.value; }));
}

void check_match(const net::router& routes, const net::http_request& x) {
  for (auto method : {http_method::get, http_method::head, http_method::post, http_method::other}) {
    const auto match = routes.find(method, x.segments);
    FIEF_ASSERT((match.target != nullptr) == (match.status == net::lookup_status::found));
    FIEF_ASSERT(match.allow.empty() == (match.status == net::lookup_status::not_found));
    if (match.target == nullptr)
      continue;
    const std::string_view pattern = match.target->pattern;
    FIEF_ASSERT(std::count(pattern.begin(), pattern.end(), '{')
                == static_cast<std::ptrdiff_t>(match.param_count));
    FIEF_ASSERT(std::count(pattern.begin(), pattern.end(), '/')
                == static_cast<std::ptrdiff_t>(x.segments.size()));
    for (std::size_t i = 0; i < match.param_count; ++i)
      FIEF_ASSERT(!match.params[i].value.empty());
  }
}

const enlist http_target{"http_target", [](bytes input) {
                           static const auto routes = [] {
                             auto made = std::make_unique<net::router>();
                             add_routes(*made);
                             return made;
                           }();
                           net::http_request request;
                           request.target = text_of(input);
                           if (!net::parse_target(request))
                             return;
                           check_parts(request);
                           check_match(*routes, request);
                         }};

} // namespace

} // namespace fief::fuzz
