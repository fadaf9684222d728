#include "net/api/api.hpp"
#include "net/web_files.hpp"
#include "net/web_policy.hpp"

#include <array>
#include <stdexcept>

namespace fief::net {

namespace {

constexpr route_options for_all{.auth = auth_need::none, .content_types = {}};

std::string server_json(const api_context& api) {
  std::string body;
  base::json_writer out{body};
  const auto& facts = api.server;
  out.begin_object();
  out.member("version", facts.version).member("now", api.now());
  out.member("clock_speed", facts.clock_speed).member("simulated_runs", facts.simulated_runs);
  out.member("tile_level", api.tiling.level()).member("area_level", api.tiling.area_level());
  out.member("areas_max", api.limits.areas_max);
  out.member("detailed_areas_max", api.limits.detailed_areas_max);
  out.member("detailed_zoom_min", api.limits.detailed_zoom_min);
  out.member("finish_hour", api.events.finish_hour);
  out.member("wallets", api.wallets != nullptr && api.wallets->is_open());
  out.member("strava", api.strava.actor != nullptr);
  if (const auto& map = facts.basemap) {
    out.key("basemap").begin_object();
    out.member("kind", map->kind == basemap_kind::raster ? "raster" : "pmtiles");
    out.member("url", map->url);
    if (!map->attribution.empty())
      out.member("attribution", map->attribution);
    out.end_object();
  }
  out.end_object();
  return body;
}

/// Sends a file with the headers that all of them have.
void send_file(const call& c, const web_file& file, web_caching caching,
               const header_list& headers) {
  auto out = answer_of(file, caching, c.request.header("Accept-Encoding"),
                       c.request.header("If-None-Match"));
  out.headers.insert(out.headers.end(), headers.begin(), headers.end());
  c.answer->send(std::move(out));
}

problem no_application() {
  return {404, "not_found", "This server was started without the web application."};
}

} // namespace

void api::add_web(router& to) {
  add(
    to, http_method::get, "/v1/server", [](const call& c) { c.send_json(200, server_json(c.api)); },
    for_all);

  const auto basemap = context_.server.basemap ? origin_of(context_.server.basemap->url)
                                               : std::optional<std::string>{};
  const auto headers = std::make_shared<const header_list>(web_headers(basemap.value_or("")));
  add(
    to, http_method::get, "/",
    [headers](const call& c) {
      if (c.api.web == nullptr)
        return c.send(no_application());
      send_file(c, c.api.web->page(), web_caching::ask, *headers);
    },
    for_all);
  add(
    to, http_method::get, "/assets/{file}",
    [headers](const call& c) {
      const auto* file =
        c.api.web == nullptr ? nullptr : c.api.web->find_asset(c.request.param("file"));
      if (file == nullptr)
        return c.send(game::errc::not_found);
      send_file(c, *file, web_caching::for_ever, *headers);
    },
    for_all);
  if (context_.web != nullptr)
    add_files_beside_page(to, headers);
}

/// Their names are those of the build, so they are no part of the contract.
void api::add_files_beside_page(router& to, const std::shared_ptr<const header_list>& headers) {
  for (const auto& [name, file] : context_.web->beside_page()) {
    const std::array<std::string_view, 1> path{name};
    if (to.find(http_method::get, path).status != lookup_status::not_found)
      throw std::runtime_error{"the web application has a file " + name
                               + ", whose path is the server's own"};
    const auto* it = &file;
    auto serve = [headers, it](const call& c) { send_file(c, *it, web_caching::ask, *headers); };
    add(to, http_method::get, '/' + name, serve, for_all);
  }
}

} // namespace fief::net
