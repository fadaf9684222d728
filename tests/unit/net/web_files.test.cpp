#include "net/web_files.hpp"
#include "base/rng.hpp"
#include "net/compress.hpp"
#include "net/web_policy.hpp"
#include "tests/support/net/client.hpp"
#include "tests/support/net/served.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <unistd.h>

using namespace fief;
using net::web_caching;
using net::web_files;

namespace {

namespace fs = std::filesystem;

const std::string script = "export const x = 1; // " + std::string(2'000, 'x');

/// A directory as a build leaves it, that goes with the test.
struct build_output {
  build_output() {
    fs::remove_all(root);
    write("index.html", "<!doctype html><title>fief</title>");
    write("favicon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    write("assets/index-abc123.js", script);
  }
  build_output(const build_output&) = delete;
  build_output& operator=(const build_output&) = delete;
  ~build_output() { fs::remove_all(root); }

  void write(const std::string& name, std::string_view content) const {
    fs::create_directories((root / name).parent_path());
    std::ofstream{root / name, std::ios::binary} << content;
  }
  [[nodiscard]] web_files read() const {
    auto found = web_files::read(root);
    REQUIRE(found.has_value());
    return std::move(*found);
  }
  [[nodiscard]] std::string error(const net::web_files_limits& limits = {}) const {
    auto found = web_files::read(root, limits);
    return found ? std::string{"read"} : found.error().message;
  }

  fs::path root = fs::temp_directory_path() / ("fief web " + std::to_string(::getpid()));
};

std::string header(const net::http_response& x, std::string_view name) {
  for (const auto& [key, value] : x.headers)
    if (key == name)
      return value;
  return {};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

} // namespace

TEST_CASE("what the build made is found by its name, and nothing else is", "[net][web]") {
  build_output dir;
  dir.write("assets/.hidden.js", "no");
  dir.write("assets/deeper/index.js", "no");
  dir.write("assets/a b.js", "no");
  dir.write("assets/lonely.js.gz", "no");
  dir.write("other/index.js", "no");
  auto aut = dir.read();
  CHECK(aut.count() == 3);
  CHECK(*aut.page().plain.bytes == "<!doctype html><title>fief</title>");
  CHECK(aut.page().content_type == "text/html; charset=utf-8");
  REQUIRE(aut.beside_page().size() == 1);
  CHECK(aut.beside_page().begin()->first == "favicon.svg");
  const auto* asset = aut.find_asset("index-abc123.js");
  REQUIRE(asset != nullptr);
  CHECK(*asset->plain.bytes == script);
  for (auto absent : {"", ".", "..", "../index.html", "index.html", ".hidden.js", "a b.js",
                      "deeper/index.js", "lonely.js.gz", "lonely.js", "INDEX-ABC123.JS"})
    CHECK(aut.find_asset(absent) == nullptr);
  CHECK(aut.left_out()
        == std::vector<std::string>{"other", "assets/.hidden.js", "assets/a b.js", "assets/deeper",
                                    "assets/lonely.js.gz"});
}

TEST_CASE("a type follows from the extension", "[net][web]") {
  build_output dir;
  const std::map<std::string, std::string> types{
    {"w.mjs", "text/javascript; charset=utf-8"},
    {"s.css", "text/css; charset=utf-8"},
    {"i.svg", "image/svg+xml"},
    {"i.png", "image/png"},
    {"i.webp", "image/webp"},
    {"f.woff2", "font/woff2"},
    {"d.json", "application/json"},
    {"x.js.map", "application/json"},
    {"m.wasm", "application/wasm"},
    {"g.pbf", "application/x-protobuf"},
    {"other.xyz", "application/octet-stream"},
  };
  for (const auto& [name, type] : types)
    dir.write("assets/" + name, "x");
  auto aut = dir.read();
  for (const auto& [name, type] : types) {
    CAPTURE(name);
    REQUIRE(aut.find_asset(name) != nullptr);
    CHECK(aut.find_asset(name)->content_type == type);
  }
}

TEST_CASE("a directory that cannot be served is refused with the file", "[net][web]") {
  build_output dir;
  SECTION("no page") {
    fs::remove(dir.root / "index.html");
    CHECK(has(dir.error(), "has no index.html"));
  }
  SECTION("a compressed form of something else") {
    auto stale = std::string(3'000, 'y');
    REQUIRE(net::gzip(stale));
    dir.write("assets/index-abc123.js.gz", stale);
    CHECK(has(dir.error(), "index-abc123.js.gz is not the compressed form"));
    dir.write("assets/index-abc123.js.gz", "");
    CHECK(has(dir.error(), "index-abc123.js.gz is not the compressed form"));
  }
  SECTION("too much of it") {
    CHECK(has(dir.error({.files_max = 2}), "at most 2 are served"));
    CHECK(dir.error({.files_max = 3}) == "read");
    dir.write("assets/large.png", std::string((1 << 20) - 100, 'z'));
    CHECK(has(dir.error({.bytes_max = 1 << 20}), "is too large"));
  }
  SECTION("too much of what is compressed here") {
    std::string noise(1 << 20, '\0');
    base::rng random{7};
    for (auto& x : noise) // 4 bits a byte: half of it is left.
      x = static_cast<char>('a' + random.next() % 16);
    dir.write("assets/noise.js", noise);
    dir.write("assets/zzz.png", std::string(2 << 20, 'z'));
    CHECK(has(dir.error({.bytes_max = (5 << 20) / 4}), "noise.js is too large"));
    CHECK(has(dir.error({.bytes_max = 2 << 20}), "zzz.png is too large"));
  }
}

TEST_CASE("the encoding that the client likes best is sent, as it lies there", "[net][web]") {
  build_output dir;
  auto packed = script;
  REQUIRE(net::gzip(packed));
  dir.write("assets/index-abc123.js.gz", packed);
  dir.write("assets/index-abc123.js.br", "as brotli");
  auto aut = dir.read();
  const auto& file = *aut.find_asset("index-abc123.js");
  const std::map<std::string, std::string> chosen{
    {"", ""},
    {"gzip", "gzip"},
    {"gzip, deflate, br, zstd", "br"},
    {"br;q=0.5, gzip;q=0.9", "gzip"},
    {"br;q=0, gzip;q=0", ""},
    {"*", "br"},
    {"*;q=0", ""},
    {"identity", ""},
    {"identity;q=0.5, gzip", "gzip"},
    {"gzip;q=0.2, identity;q=0.8", ""},
    {"zstd", ""},
  };
  for (const auto& [accepted, encoding] : chosen) {
    CAPTURE(accepted);
    const auto out = net::answer_of(file, web_caching::for_ever, accepted, "");
    CHECK(out.status == 200);
    CHECK(header(out, "Content-Encoding") == encoding);
    CHECK(header(out, "Vary") == "Accept-Encoding");
    CHECK(out.content() == (encoding == "br" ? "as brotli" : encoding == "gzip" ? packed : script));
    CHECK(out.body.empty());
    CHECK(header(out, "Cache-Control") == "public, max-age=31536000, immutable");
    CHECK_FALSE(net::is_compressible(out));
  }
}

TEST_CASE("a text without a gzip form gets one, and what gains nothing does not", "[net][web]") {
  build_output dir;
  dir.write("assets/tiny.css", "a{}");
  dir.write("assets/photo.png", std::string(5'000, 'p'));
  auto aut = dir.read();
  const auto& made = aut.find_asset("index-abc123.js")->gzip;
  REQUIRE(made.bytes != nullptr);
  CHECK(made.bytes->size() < 200);
  CHECK(net::is_gzip_of(*made.bytes, script));
  CHECK_FALSE(net::is_gzip_of(*made.bytes, script + "x"));
  CHECK(aut.find_asset("tiny.css")->gzip.bytes == nullptr);
  CHECK(aut.find_asset("photo.png")->gzip.bytes == nullptr);
}

TEST_CASE("the page is asked for each time, and sent only when it has changed", "[net][web]") {
  build_output dir;
  dir.write("index.html", "<!doctype html>" + std::string(3'000, ' '));
  auto aut = dir.read();
  const auto whole = net::answer_of(aut.page(), web_caching::ask, "gzip", "");
  const auto etag = header(whole, "ETag");
  CHECK(header(whole, "Cache-Control") == "no-cache");
  CHECK(header(whole, "Content-Encoding") == "gzip");
  const auto known = net::answer_of(aut.page(), web_caching::ask, "gzip", "W/" + etag);
  CHECK(known.status == 304);
  CHECK(known.content().empty());
  CHECK(header(known, "ETag") == etag);
  CHECK(header(known, "Vary") == "Accept-Encoding");
  CHECK(header(known, "Content-Encoding").empty());
  // Another encoding is another representation.
  CHECK(net::answer_of(aut.page(), web_caching::ask, "", etag).status == 200);
  dir.write("index.html", "<!doctype html>" + std::string(3'001, ' '));
  CHECK(net::answer_of(dir.read().page(), web_caching::ask, "gzip", etag).status == 200);
}

TEST_CASE("a shared body is sent whole, many times at once, and never counted as an answer's own",
          "[net][web]") {
  auto config = test::quick_config();
  config.limits.answers_bytes_max = 1'000'000; // One copy would not fit.
  test::served aut{config};
  std::vector<std::unique_ptr<test::client>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<test::client>(aut.port()));
    clients.back()->send("GET / HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n");
  }
  for (auto& each : clients) {
    const auto x = each->receive();
    REQUIRE(x);
    CHECK(x->status == 200);
    CHECK(x->header("Content-Encoding").empty());
    CHECK(x->body == *aut.shared_body);
    each->send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
    CHECK(each->receive(true)->header("Content-Length") == "3000000");
    // The connection goes on, and keeps nothing of it.
    CHECK(each->get("/hello")->body == R"({"hello":"world"})");
  }
  CHECK(aut.shared_body.use_count() == 1);
  CHECK(test::metric(aut.metrics, "fief_net_answers_bytes") == 0);
}

TEST_CASE("an origin is read from an address, and from nothing else", "[net][web]") {
  CHECK(net::origin_of("https://tiles.example/{z}/{x}/{y}.png") == "https://tiles.example");
  CHECK(net::origin_of("http://10.0.0.1:8443?x") == "http://10.0.0.1:8443");
  CHECK(net::origin_of("https://a.example#x") == "https://a.example");
  for (auto bad : {"", "/tiles", "//tiles.example/x", "ftp://a.example", "https://", "https:///x",
                   "https://{s}.example/x", "https://me@a.example", "https://a.example:x",
                   "https://a.example:", "https://a.example;x", "https://a b", "javascript://a"}) {
    CAPTURE(bad);
    CHECK_FALSE(net::origin_of(bad).has_value());
  }
}

TEST_CASE("the policy lets a basemap in, where pictures and data come from, and nowhere else",
          "[net][web]") {
  auto policy = [](std::string_view origin) { return net::web_headers(origin).front().second; };
  const auto own = policy("");
  CHECK(has(own, "default-src 'none'; script-src 'self'; style-src 'self';"));
  CHECK(has(own, "connect-src 'self'; worker-src 'self';"));
  CHECK(has(own, "img-src 'self' data: blob:;"));
  CHECK(has(own, "frame-ancestors 'none'"));
  CHECK_FALSE(has(own, "unsafe"));
  const auto with = policy("https://tiles.example");
  CHECK(has(with, "connect-src 'self' https://tiles.example; worker-src 'self';"));
  CHECK(has(with, "img-src 'self' data: blob: https://tiles.example;"));
  CHECK(with.size() == own.size() + 2 * std::string_view{" https://tiles.example"}.size());
}
