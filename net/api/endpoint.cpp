#include "net/api/endpoint.hpp"

#include "net/entity_routes.hpp"
#include "net/etag.hpp"

#include <charconv>
#include <cmath>

namespace fief::net {

void call::ask_entity(const actors::entity_key& to, caf::message content,
                      std::chrono::milliseconds deadline, gateway::reply_handler handler) const {
  thread.entities().ask(api.directory, to, std::move(content), deadline,
                        entity_routes::clock::now(), std::move(handler));
}

void call::send_empty(int status) const {
  http_response out;
  out.status = status;
  out.content_type.clear();
  answer->send(std::move(out));
}

void call::send_tagged(std::string body, std::string_view content_type) const {
  auto etag = etag_of(body);
  http_response out;
  out.headers.emplace_back("ETag", etag);
  if (none_match(request.header("If-None-Match"), etag)) {
    out.status = 304;
    out.content_type.clear();
  } else {
    out.content_type = content_type;
    out.body = std::move(body);
  }
  answer->send(std::move(out));
}

std::optional<base::uuid> call::id() const {
  auto id = base::parse_uuid(request.param("id"));
  if (!id)
    send(game::errc::not_found);
  return id;
}

std::optional<actors::page_request> call::page() const {
  actors::page_request out;
  if (auto limit = request.query_value("limit")) {
    auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), out.limit);
    if (error != std::errc{} || end != limit->data() + limit->size() || out.limit < 1
        || out.limit > 200) {
      send(bad_parameter("limit", "out_of_range", "An integer from 1 to 200."));
      return std::nullopt;
    }
  }
  if (auto cursor = request.query_value("cursor")) {
    if (cursor->size() > 512) {
      send(bad_parameter("cursor", "too_long", "Not a cursor of this list."));
      return std::nullopt;
    }
    out.cursor = *cursor;
  }
  return out;
}

problem bad_parameter(std::string_view name, std::string_view code, std::string_view detail) {
  auto out = to_problem(game::errc::invalid_argument);
  out.errors.push_back({std::string{name}, std::string{code}, std::string{detail}});
  return out;
}

std::optional<std::vector<double>> parse_numbers(std::string_view text, std::size_t count) {
  std::vector<double> out;
  while (true) {
    double x = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
    if (error != std::errc{} || !std::isfinite(x) || out.size() == count)
      return std::nullopt;
    out.push_back(x);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty())
      break;
    if (text.front() != ',')
      return std::nullopt;
    text.remove_prefix(1);
  }
  if (out.size() != count)
    return std::nullopt;
  return out;
}

bool read_near(const call& c, caf::optional<actors::waypoint>& near, std::int32_t& radius_m) {
  radius_m = 10'000;
  if (auto text = c.request.query_value("radius_m")) {
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), radius_m);
    if (error != std::errc{} || end != text->data() + text->size() || radius_m < 1
        || radius_m > 100'000) {
      c.send(bad_parameter("radius_m", "out_of_range", "An integer from 1 to 100000."));
      return false;
    }
  }
  auto text = c.request.query_value("near");
  if (!text)
    return true;
  auto place = parse_numbers(*text, 2);
  if (!place || std::abs((*place)[0]) > 90 || std::abs((*place)[1]) > 180) {
    c.send(bad_parameter("near", "malformed", "lat,lon in degrees."));
    return false;
  }
  near = actors::waypoint{to_e7((*place)[0]), to_e7((*place)[1])};
  return true;
}

std::int32_t to_e7(double degrees) {
  return static_cast<std::int32_t>(std::llround(degrees * 1e7));
}

} // namespace fief::net
