#include "net/api/api.hpp"
#include "net/openapi.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <simdjson.h>

using namespace fief;
using net::auth_need;

namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

struct documented {
  std::set<std::string> all;         ///< "get /v1/me"
  std::set<std::string> tokens_only; ///< Those that no one may call without a token.
};

bool needs_token(simdjson::dom::element security) {
  for (auto option : security.get_array())
    if (simdjson::dom::object{option}.size() == 0)
      return false;
  return simdjson::dom::array{security}.size() > 0;
}

documented read_contract() {
  simdjson::dom::parser parser;
  auto document =
    simdjson::dom::element{parser.parse(simdjson::padded_string{net::openapi_json()})};
  documented out;
  for (auto path : simdjson::dom::object{document["paths"]})
    for (auto entry : simdjson::dom::object{path.value}) {
      if (entry.key == "parameters")
        continue;
      auto name = std::string{entry.key} + " " + std::string{path.key};
      simdjson::dom::element security = document["security"];
      if (simdjson::dom::element own; !entry.value["security"].get(own))
        security = own;
      out.all.insert(name);
      if (needs_token(security))
        out.tokens_only.insert(name);
    }
  return out;
}

} // namespace

TEST_CASE("the server has the routes of its contract and no other, each as locked as it says",
          "[net]") {
  net::api_context context;
  net::api endpoints{context, 1};
  net::router routes;
  endpoints.add_routes(routes);
  auto contract = read_contract();
  REQUIRE(contract.all.erase("get /v1/live") == 1); // Upgraded before routing.
  std::set<std::string> all;
  for (const auto& each : routes.routes()) {
    auto name = lower(net::to_string(each->method)) + " " + each->pattern;
    all.insert(name);
    INFO(name);
    CHECK((each->options.auth != auth_need::none) == contract.tokens_only.contains(name));
  }
  CHECK(all == contract.all);
}

TEST_CASE("what is for operators asks for an operator", "[net]") {
  net::api_context context;
  net::api endpoints{context, 1};
  net::router routes;
  endpoints.add_routes(routes);
  std::size_t found = 0;
  for (const auto& each : routes.routes())
    if (each->pattern.starts_with("/v1/users") || each->pattern.ends_with("/review")
        || each->pattern == "/v1/reviews") {
      ++found;
      INFO(each->pattern);
      CHECK(each->options.auth == auth_need::operator_);
    }
  CHECK(found == 7);
}

TEST_CASE("how the server fares is for operators", "[net]") {
  net::api_context context;
  net::api endpoints{context, 1};
  net::router routes;
  endpoints.add_routes(routes);
  const auto& all = routes.routes();
  const auto found =
    std::find_if(all.begin(), all.end(), [](const auto& x) { return x->pattern == "/v1/status"; });
  REQUIRE(found != all.end());
  CHECK((*found)->options.auth == auth_need::operator_);
}
