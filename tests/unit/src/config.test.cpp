#include "src/config.hpp"

#include "base/rng.hpp"
#include "src/config_schema.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <unistd.h>

namespace {

using namespace fief;
using Catch::Matchers::Contains;

/// A TOML file that goes with the test.
class temporary_file {
public:
  explicit temporary_file(const std::string& content)
    : path_(std::filesystem::temp_directory_path()
            / ("fief-config-" + std::to_string(::getpid()) + ".toml")) {
    std::ofstream{path_} << content;
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { std::filesystem::remove(path_); }

  [[nodiscard]] std::string name() const { return path_.string(); }

private:
  std::filesystem::path path_;
};

std::string error_of(const config_input& input) {
  auto loaded = load_config(input);
  return loaded ? std::string{"accepted"} : loaded.error().message;
}

std::string error_of_file(const std::string& content) {
  temporary_file file{content};
  return error_of({{}, {}, file.name()});
}

/// A text that the setting accepts and that is not its default.
std::string other_value(const setting& x, base::rng& random) {
  auto value = x.get(config{});
  if (std::holds_alternative<std::string>(value))
    return x.choices.empty() ? "other" : std::string{x.choices.back()};
  if (std::holds_alternative<std::vector<std::string>>(value))
    return "https://a.example,https://b.example";
  auto span = static_cast<std::uint64_t>(x.max - x.min) + 1;
  auto number = [&] {
    return std::to_string(x.min + static_cast<std::int64_t>(random.below(span)));
  };
  return std::holds_alternative<std::int64_t>(value) ? number() : number() + "," + number();
}

} // namespace

TEST_CASE("defaults are inside their own ranges and load without any input") {
  for (const auto& x : settings()) {
    CAPTURE(x.key);
    CHECK(is_allowed(x, x.get(config{})));
    CHECK_FALSE(x.meaning.empty());
  }
  auto loaded = load_config({});
  REQUIRE(loaded.has_value());
  CHECK(loaded->sources.empty());
  CHECK(loaded->values.http.port == 8080);
}

TEST_CASE("every setting has names of its own in file, flags and environment") {
  std::set<std::string> names;
  for (const auto& x : settings()) {
    CAPTURE(x.key);
    CHECK(names.insert(std::string{x.key}).second);
    CHECK(names.insert(flag_of(x)).second);
    CHECK(names.insert(variable_of(x)).second);
    CHECK(find_setting(x.key) == &x);
  }
  CHECK(flag_of(*find_setting("auth.access_ttl_s")) == "--auth-access-ttl-s");
  CHECK(variable_of(*find_setting("auth.access_ttl_s")) == "FIEF_AUTH_ACCESS_TTL_S");
}

TEST_CASE("any allowed value arrives the same through file, environment and flag") {
  auto seed = GENERATE(range(1, 20));
  CAPTURE(seed);
  base::rng random{static_cast<std::uint64_t>(seed)};
  for (const auto& x : settings()) {
    if (x.key.starts_with("http.tls_") || x.key == "strava.client_id")
      continue; // Must name files that exist, or needs other settings.
    if (x.key == "web.dir" || x.key == "web.basemap_tiles" || x.key == "web.basemap_pmtiles")
      continue; // The same: tests/unit/src/web.test.cpp.
    if (x.key == "chain.rpc_urls" || x.key == "chain.ws_url" || x.key == "chain.more")
      continue; // Need others beside them, a form of their own, or files.
    auto text = other_value(x, random);
    CAPTURE(x.key, text);
    auto value = parse_value(x, text);
    REQUIRE(value);
    auto section = std::string{section_of(x.key)};
    temporary_file file{section.empty()
                          ? std::string{x.key} + " = " + to_toml(*value)
                          : "[" + section + "]\n" + std::string{x.key.substr(section.size() + 1)}
                              + " = " + to_toml(*value)};
    for (const auto& input :
         {config_input{{}, {}, file.name()}, config_input{{}, {{variable_of(x), text}}, {}},
          config_input{{{std::string{x.key}, text}}, {}, {}}}) {
      auto loaded = load_config(input);
      REQUIRE(loaded.has_value());
      CHECK(x.get(loaded->values) == *value);
      CHECK(loaded->sources.size() == 1);
    }
  }
}

TEST_CASE("numbers just outside their range are refused with key and range") {
  for (const auto& x : settings()) {
    if (!std::holds_alternative<std::int64_t>(x.get(config{})))
      continue;
    for (auto number : {x.min - 1, x.max + 1}) {
      CAPTURE(x.key, number);
      auto message = error_of({{{std::string{x.key}, std::to_string(number)}}, {}, {}});
      CHECK_THAT(message,
                 Contains(flag_of(x)) && Contains(std::string{x.key}) && Contains(allowed_of(x)));
    }
  }
}

TEST_CASE("a flag wins over the environment, which wins over the file") {
  temporary_file file{"[http]\nport = 1001\nthreads = 1\nhost = '::1'\n"};
  auto loaded = load_config({{{"http.port", "1003"}},
                             {{"FIEF_HTTP_PORT", "1002"}, {"FIEF_HTTP_THREADS", "2"}},
                             file.name()});
  REQUIRE(loaded.has_value());
  CHECK(loaded->values.http.port == 1003);
  CHECK(loaded->values.http.threads == 2);
  CHECK(loaded->values.http.host == "::1");
  CHECK(loaded->sources.at("http.port") == "flag --http-port");
  CHECK(loaded->sources.at("http.threads") == "environment FIEF_HTTP_THREADS");
  CHECK(loaded->sources.at("http.host") == file.name() + ":4");
}

TEST_CASE("a wrong file is refused with its name, the line, the key and what is allowed") {
  CHECK_THAT(error_of_file("[http]\n\nport = 70000\n"),
             Contains(".toml:3: http.port must be a whole number from 0 to 65535")
               && Contains("it is 70000"));
  CHECK_THAT(error_of_file("[http]\nport = 80.5\n"), Contains(":2: http.port must be a whole"));
  CHECK_THAT(error_of_file("[http]\nport = '80'\n"), Contains(":2: http.port must be a whole"));
  CHECK_THAT(error_of_file("[http]\nprot = 80\n"),
             Contains(":2: unknown key http.prot") && Contains("port"));
  CHECK_THAT(error_of_file("[htpp]\nport = 80\n"),
             Contains(":1: unknown key htpp") && Contains("[http]"));
  CHECK_THAT(error_of_file("http = 3\n"), Contains(":1: http must be a table"));
  CHECK_THAT(error_of_file("[http\nport = 80\n"), Contains(".toml:1: "));
  CHECK_THAT(error_of_file("[log]\nlevel = 'loud'\n"),
             Contains(":2: log.level must be one of trace"));
  CHECK_THAT(error_of_file("[game]\nprize_shares = []\n"), Contains("a list of 1 to 100"));
  CHECK_THAT(error_of_file("[game]\nprize_shares = [10001]\n"), Contains("from 1 to 10000"));
  CHECK_THAT(error_of_file("[game]\nprize_shares = [70, 'x']\n"),
             Contains("game.prize_shares must"));
  CHECK_THAT(error_of({{}, {}, "/nowhere/fief.toml"}),
             Contains("/nowhere/fief.toml: no such file"));
  CHECK_THAT(error_of({{}, {}, "/tmp"}), Contains("/tmp: no such file"));
}

TEST_CASE("a mistyped variable of a section is refused and a foreign one ignored") {
  CHECK_THAT(error_of({{}, {{"FIEF_HTTP_PROT", "80"}}, {}}),
             Contains("FIEF_HTTP_PROT: unknown variable") && Contains("port"));
  CHECK_THAT(error_of({{}, {{"FIEF_HTTP_PORT", ""}}, {}}), Contains("must be a whole number"));
  CHECK(error_of({{}, {{"FIEF_TEST_SEEDS", "9"}, {"FIEFDOM", "x"}, {"PATH", "/bin"}}, {}})
        == "accepted");
}

TEST_CASE("settings that contradict each other are refused") {
  CHECK_THAT(error_of({{{"http.tls_key", "/etc/hostname"}}, {}, {}}), Contains("set both"));
  CHECK_THAT(error_of({{{"http.tls_key", "/no"}, {"http.tls_certificate", "/no"}}, {}, {}}),
             Contains("http.tls_certificate: /no cannot be read"));
  CHECK_THAT(error_of({{{"http.cors_origins", "a.example"}}, {}, {}}),
             Contains("http.cors_origins"));
  CHECK_THAT(error_of({{{"data_dir", ""}}, {}, {}}), Contains("data_dir"));
}

TEST_CASE("the printed configuration names sources, masks secrets and loads again") {
  auto loaded =
    load_config({{{"database.url", "postgres://me:hush@db/x"}, {"http.host", "a\"b\\c"}},
                 {{"FIEF_GAME_FINISH_HOUR", "21"}},
                 {}});
  REQUIRE(loaded.has_value());
  auto text = print_config(*loaded);
  CHECK_THAT(text, !Contains("hush") && Contains("url = \"***\" # flag --database-url")
                     && Contains("finish_hour = 21 # environment FIEF_GAME_FINISH_HOUR")
                     && Contains("port = 8080 # default"));
  temporary_file file{text};
  auto again = load_config({{}, {}, file.name()});
  REQUIRE(again.has_value());
  for (const auto& x : settings()) {
    CAPTURE(x.key);
    CHECK((x.secret || x.get(again->values) == x.get(loaded->values)));
  }
}

TEST_CASE("a secret of the wrong kind is not shown in the error") {
  CHECK_THAT(error_of_file("[database]\nurl = 4711\n"),
             Contains("database.url must be a text") && !Contains("4711"));
}

TEST_CASE("the example file in deploy is the table of settings") {
  auto path = std::string{FIEF_SOURCE_DIR} + "/deploy/fief.toml";
  std::ostringstream content;
  content << std::ifstream{path}.rdbuf();
  INFO("make it anew: build/release/fief serve --print-example > deploy/fief.toml");
  CHECK(content.str() == example_config());
  CHECK(error_of({{}, {}, path}) == "accepted");
}

TEST_CASE("a chain that is only half configured is refused, and no key of a node is shown") {
  std::map<std::string, std::string, std::less<>> good{
    {"FIEF_CHAIN_RPC_URLS", "https://node.example/n0dekey"},
    {"FIEF_CHAIN_TOKEN", "0x1"},
    {"FIEF_CHAIN_TREASURY", "0x2"},
    {"FIEF_CHAIN_DOMAIN", "play.example.com"}};
  auto loaded = load_config({{}, good, {}});
  REQUIRE(loaded.has_value());
  CHECK(print_config(*loaded).find("n0dekey") == std::string::npos);
  auto refused = [&](const std::string& variable, const std::string& value,
                     const std::string& key) {
    auto wrong = good;
    wrong[variable] = value;
    auto error = error_of({{}, wrong, {}});
    CAPTURE(variable, value, error);
    CHECK(error.find(key) != std::string::npos);
    CHECK(error.find("n0dekey") == std::string::npos);
  };
  refused("FIEF_CHAIN_RPC_URLS", "https://a.example,ftp://n0dekey", "chain.rpc_urls");
  refused("FIEF_CHAIN_WS_URL", "http://n0dekey", "chain.ws_url");
  refused("FIEF_CHAIN_TOKEN", "", "chain.token");
  refused("FIEF_CHAIN_TREASURY", "", "chain.treasury");
  refused("FIEF_CHAIN_DOMAIN", "", "chain.domain");
  refused("FIEF_CHAIN_DOMAIN", "https://play.example.com/", "chain.domain");
  refused("FIEF_CHAIN_REORG_DEPTH", "3", "chain.reorg_depth");
}

TEST_CASE("a further chain has a file of its own, which has to agree with the first") {
  const std::string whole = "[chain]\nrpc_urls = ['https://b.example']\ntoken = '0x3'\n"
                            "treasury = '0x4'\ndomain = 'play.example.com'\n";
  auto with = [](const std::string& content) {
    temporary_file file{content};
    return load_config({{},
                        {{"FIEF_CHAIN_RPC_URLS", "https://a.example"},
                         {"FIEF_CHAIN_TOKEN", "0x1"},
                         {"FIEF_CHAIN_TREASURY", "0x2"},
                         {"FIEF_CHAIN_DOMAIN", "play.example.com"},
                         {"FIEF_CHAIN_MORE", file.name()}},
                        {}});
  };
  auto good = with(whole + "id = 10\n");
  REQUIRE(good.has_value());
  REQUIRE(good->values.more_chains.size() == 1);
  CHECK(good->values.more_chains[0].id == 10);
  CHECK(good->values.chain.id == 1);
  auto refused = [&](const std::string& content, const std::string& why) {
    auto wrong = with(content);
    REQUIRE(wrong.has_error());
    CAPTURE(wrong.error().message);
    CHECK(wrong.error().message.starts_with("chain.more: "));
    CHECK(wrong.error().message.find(why) != std::string::npos);
  };
  refused(whole, "chain.id 1 is another chain's here");
  refused("[chain]\nid = 10\n", "chain.rpc_urls must be set");
  refused(whole + "id = 10\nmore = ['x.toml']\n", "chain.more has no place there");
  refused(whole + "id = 10\n[http]\nport = 1\n", "http.port has no place there");
  refused("[chain]\nrpc_urls = ['https://b.example']\ntoken = '0x3'\ntreasury = '0x4'\n"
          "domain = 'other.example.com'\nid = 10\n",
          "chain.domain must be the same");
  CHECK(error_of({{}, {{"FIEF_CHAIN_MORE", "x.toml"}}, {}}).starts_with("chain.more needs"));
}
