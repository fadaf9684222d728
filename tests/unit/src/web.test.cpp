#include "src/web_parts.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace {

using namespace fief;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

std::string error_of(const std::map<std::string, std::string, std::less<>>& flags) {
  auto loaded = load_config({flags, {}, {}});
  return loaded ? std::string{"accepted"} : loaded.error().message;
}

struct empty_directory {
  empty_directory() { fs::create_directories(path); }
  empty_directory(const empty_directory&) = delete;
  empty_directory& operator=(const empty_directory&) = delete;
  ~empty_directory() { fs::remove_all(path); }
  fs::path path = fs::temp_directory_path() / ("fief-web-" + std::to_string(::getpid()));
};

} // namespace

TEST_CASE("a directory that was configured has to hold the application") {
  empty_directory dir;
  CHECK_THAT(error_of({{"web.dir", "/nowhere"}}),
             Contains("web.dir: /nowhere/index.html cannot be read"));
  CHECK_THAT(error_of({{"web.dir", dir.path.string()}}), Contains("web.dir: "));
  web_config settings;
  settings.dir = dir.path.string();
  CHECK_THROWS_WITH(load_web_files(settings), Contains("has no index.html"));
  std::ofstream{dir.path / "index.html"} << "<!doctype html>";
  CHECK(error_of({{"web.dir", dir.path.string()}}) == "accepted");
  CHECK(web_directory(settings) == dir.path);
  CHECK(load_web_files(settings).has_value());
}

TEST_CASE("without a setting the application is looked for beside the program") {
  const auto program = fs::read_symlink("/proc/self/exe");
  CHECK(web_directory({}) == program.parent_path() / "web");
}

TEST_CASE("a basemap is an address or a path of ours, of one kind, and named in the refusal") {
  const std::string tiles = "/{z}/{x}/{y}.png";
  for (const auto& good : {"https://tiles.example" + tiles, "http://10.0.0.1:81/a" + tiles, tiles})
    CHECK(error_of({{"web.basemap_tiles", good}}) == "accepted");
  for (const auto& good : {"https://a.example/b.pmtiles", "/maps/b.pmtiles"})
    CHECK(error_of({{"web.basemap_pmtiles", good}}) == "accepted");
  for (const auto& bad :
       {"ftp://a.example" + tiles, "//a.example" + tiles, "tiles" + tiles,
        "https://{s}.example" + tiles, "https://me:hush@a.example" + tiles,
        "https://a.example/ " + tiles, "https://a.example;script-src *" + tiles}) {
    CAPTURE(bad);
    CHECK_THAT(error_of({{"web.basemap_tiles", bad}}),
               Contains("web.basemap_tiles must be an http:// or https:// address"));
    CHECK_THAT(error_of({{"web.basemap_pmtiles", bad}}), Contains("web.basemap_pmtiles must be"));
  }
  CHECK_THAT(error_of({{"web.basemap_tiles", "https://a.example/{z}/{x}.png"}}),
             Contains("web.basemap_tiles must hold {z}, {x} and {y}"));
  CHECK_THAT(error_of({{"web.basemap_tiles", tiles}, {"web.basemap_pmtiles", "/b.pmtiles"}}),
             Contains("web.basemap_tiles and web.basemap_pmtiles: set one"));
  CHECK_THAT(error_of({{"web.basemap_attribution", "a\nb"}}),
             Contains("web.basemap_attribution must be one line"));
  CHECK_THAT(error_of({{"web.basemap_attribution", std::string(501, 'x')}}),
             Contains("web.basemap_attribution must be"));
}

TEST_CASE("an app is told how the server was started") {
  const auto plain = server_facts_of({}, std::nullopt);
  CHECK_FALSE(plain.version.empty());
  CHECK(plain.clock_speed == 1);
  CHECK_FALSE(plain.simulated_runs);
  CHECK_FALSE(plain.basemap.has_value());
  web_config settings;
  settings.basemap_pmtiles = "/b.pmtiles";
  settings.basemap_attribution = "Somebody";
  const auto dev = server_facts_of(settings, dev_clock{{}, 10});
  CHECK(dev.clock_speed == 10);
  CHECK(dev.simulated_runs);
  REQUIRE(dev.basemap.has_value());
  CHECK(dev.basemap->kind == net::basemap_kind::pmtiles);
  CHECK(dev.basemap->url == "/b.pmtiles");
  CHECK(dev.basemap->attribution == "Somebody");
}
