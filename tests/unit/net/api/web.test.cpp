#include "net/api/api.hpp"
#include "net/web_files.hpp"
#include "tests/support/net/client.hpp"
#include "tests/support/net/served.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace fief;
using test::client;

namespace {

namespace fs = std::filesystem;

/// The endpoints, with an application of three files or without one.
struct edge {
  explicit edge(bool with_files, net::server_facts facts = {}) {
    context.now = [] { return base::from_ms(1'000); };
    context.server = std::move(facts);
    if (with_files) {
      write("index.html", "<!doctype html><title>fief</title>");
      write("favicon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
      write("assets/index-1.js", "export {};");
      auto found = net::web_files::read(dir);
      REQUIRE(found.has_value());
      files.emplace(std::move(*found));
      context.web = &*files;
    }
  }
  ~edge() {
    if (running)
      running->drain(net::milliseconds{0}, "test", net::milliseconds{0});
    fs::remove_all(dir);
  }
  void write(const std::string& name, std::string_view content) const {
    fs::create_directories((dir / name).parent_path());
    std::ofstream{dir / name} << content;
  }
  std::uint16_t start() {
    endpoints.add_routes(routes);
    running.emplace(test::quick_config(), net::server_parts{routes, metrics});
    running->start();
    return running->port();
  }

  fs::path dir = fs::temp_directory_path() / ("fief-edge-" + std::to_string(::getpid()));
  std::optional<net::web_files> files;
  net::api_context context;
  net::api endpoints{context, 1};
  net::router routes;
  net::metrics_registry metrics;
  std::optional<net::server> running;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

} // namespace

TEST_CASE("page, assets and what lies beside are served with their policy", "[net][web]") {
  net::server_facts facts;
  facts.basemap =
    net::basemap_source{net::basemap_kind::raster, "https://tiles.example/{z}/{x}/{y}.png", ""};
  edge f{true, facts};
  client c{f.start()};
  const auto page = c.get("/");
  CHECK(page->status == 200);
  CHECK(page->body == "<!doctype html><title>fief</title>");
  CHECK(page->header("Content-Type") == "text/html; charset=utf-8");
  CHECK(page->header("Cache-Control") == "no-cache");
  CHECK(has(page->header("Content-Security-Policy"), "connect-src 'self' https://tiles.example;"));
  const auto script = c.get("/assets/index-1.js");
  CHECK(script->body == "export {};");
  CHECK(script->header("Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(script->header("Content-Security-Policy") == page->header("Content-Security-Policy"));
  const auto icon = c.get("/favicon.svg");
  CHECK(icon->header("Content-Type") == "image/svg+xml");
  CHECK(icon->header("Cache-Control") == "no-cache");
  const auto etag = "If-None-Match: " + page->header("ETag") + "\r\n";
  const auto known = c.get("/", etag);
  CHECK(known->status == 304);
  CHECK(known->header("ETag") == page->header("ETag"));
  CHECK(c.get("/favicon.svg", etag)->status == 200);
  for (auto path : {"/index.html", "/assets/", "/assets/index-2.js", "/assets/../index.html",
                    "/assets/..%2findex.html", "/assets/%2e%2e/index.html", "/assets"}) {
    CAPTURE(path);
    CHECK(c.get(path)->status == 404);
  }
}

TEST_CASE("a server without the application says so", "[net][web]") {
  edge f{false};
  client c{f.start()};
  const auto page = c.get("/");
  CHECK(page->status == 404);
  CHECK(has(page->body, R"("code":"not_found")"));
  CHECK(has(page->body, "started without the web application"));
  CHECK(c.get("/assets/index-1.js")->status == 404);
  CHECK(c.get("/favicon.svg")->status == 404);
}

TEST_CASE("a file of the application may not have a path of the server", "[net][web]") {
  edge f{true};
  f.write("openapi.json", "{}");
  f.files.emplace(std::move(*net::web_files::read(f.dir)));
  CHECK_THROWS_WITH(f.endpoints.add_routes(f.routes), Catch::Matchers::Contains("openapi.json"));
}

TEST_CASE("an app learns what it needs to know of the server", "[net][web]") {
  net::server_facts facts;
  facts.version = "1.2.3";
  facts.clock_speed = 10;
  facts.simulated_runs = true;
  const std::string common =
    R"({"version":"1.2.3","now":"1970-01-01T00:00:01.000Z","clock_speed":10,)"
    R"("simulated_runs":true,"tile_level":17,"area_level":12,"areas_max":400,)"
    R"("detailed_areas_max":32,"detailed_zoom_min":13,"finish_hour":22,"wallets":false,)"
    R"("strava":false)";
  SECTION("without a basemap") {
    edge f{false, facts};
    client c{f.start()};
    const auto x = c.get("/v1/server");
    CHECK(x->body == common + "}");
    CHECK(x->header("Cache-Control") == "no-store");
  }
  SECTION("with one") {
    facts.basemap =
      net::basemap_source{net::basemap_kind::pmtiles, "/maps/x.pmtiles", "Some \"body\""};
    edge f{false, facts};
    client c{f.start()};
    CHECK(c.get("/v1/server")->body
          == common
               + R"(,"basemap":{"kind":"pmtiles","url":"/maps/x.pmtiles",)"
                 R"("attribution":"Some \"body\""}})");
  }
}
