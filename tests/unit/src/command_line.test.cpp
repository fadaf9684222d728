#include "src/command_line.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace fief;
using Catch::Matchers::Contains;

command parse(std::vector<std::string> arguments) {
  return parse_command_line(std::move(arguments), {});
}

template <class T>
T parse_as(std::vector<std::string> arguments) {
  auto result = parse(std::move(arguments));
  if (auto* error = std::get_if<usage_error>(&result))
    FAIL(error->message);
  REQUIRE(std::holds_alternative<T>(result));
  return std::get<T>(std::move(result));
}

std::string error_of(std::vector<std::string> arguments) {
  auto result = parse(std::move(arguments));
  auto* error = std::get_if<usage_error>(&result);
  return error == nullptr ? "accepted" : error->message;
}

} // namespace

TEST_CASE("serve takes settings by their long and their short flags") {
  auto serve = parse_as<serve_command>({"serve", "--host", "0.0.0.0", "--port", "0", "--data-dir",
                                        "/tmp/a b", "--game-finish-hour=21"});
  CHECK(serve.settings.values.http.host == "0.0.0.0");
  CHECK(serve.settings.values.http.port == 0);
  CHECK(serve.settings.values.data_dir == "/tmp/a b");
  CHECK(serve.settings.values.game.finish_hour == 21);
  CHECK_FALSE(serve.dev);
  CHECK(parse_as<serve_command>({"serve", "--http-port", "81"}).settings.values.http.port == 81);
}

TEST_CASE("the environment reaches the settings of every subcommand that has them") {
  auto result = parse_command_line({"audit", "--json"}, {{"FIEF_DATABASE_LANES", "7"}});
  REQUIRE(std::holds_alternative<audit_command>(result));
  CHECK(std::get<audit_command>(result).settings.values.database.lanes == 7);
  CHECK(std::get<audit_command>(result).json);
  const char* variables[] = {"FIEF_LOG_LEVEL=warn", "EMPTY=", "odd", "X=a=b", nullptr};
  CHECK(read_environment(variables)
        == environment{{"FIEF_LOG_LEVEL", "warn"}, {"EMPTY", ""}, {"X", "a=b"}});
}

TEST_CASE("the clock options work with --dev and are refused without it") {
  auto dev = parse_as<serve_command>(
               {"serve", "--dev", "--clock-start", "2026-05-10T19:00:00Z", "--clock-speed", "10"})
               .dev;
  REQUIRE(dev);
  CHECK(dev->start == base::parse_rfc3339("2026-05-10T19:00:00Z"));
  CHECK(dev->speed == 10);
  CHECK(parse_as<serve_command>({"serve", "--dev"}).dev->speed == 1);
  CHECK_FALSE(parse_as<serve_command>({"serve", "--dev"}).dev->start);
  CHECK_THAT(error_of({"serve", "--clock-speed", "10"}), Contains("--dev"));
  CHECK_THAT(error_of({"serve", "--clock-start", "2026-05-10T19:00:00Z"}), Contains("--dev"));
  for (auto speed : {"0", "-1", "nan", "inf", "1e9", "fast", ""}) {
    CAPTURE(speed);
    CHECK_THAT(error_of({"serve", "--dev", "--clock-speed", speed}), Contains("--clock-speed"));
  }
  for (auto start : {"yesterday", "2026-02-30T00:00:00Z", "1778439600000"}) {
    CAPTURE(start);
    CHECK_THAT(error_of({"serve", "--dev", "--clock-start", start}), Contains("--clock-start"));
  }
}

TEST_CASE("rebuild-map wants exactly one of its two modes") {
  CHECK(parse_as<rebuild_map_command>({"rebuild-map", "--write"}).write);
  CHECK_FALSE(parse_as<rebuild_map_command>({"rebuild-map", "--check"}).write);
  CHECK(error_of({"rebuild-map"}) != "accepted");
  CHECK(error_of({"rebuild-map", "--check", "--write"}) != "accepted");
}

TEST_CASE("backup and restore want one file, and each has its own word for doing it anyway") {
  auto backup = parse_as<backup_command>({"backup", "to", "--data-dir", "d"});
  CHECK(backup.file == "to");
  CHECK(backup.settings.values.data_dir == "d");
  CHECK_FALSE(backup.force);
  CHECK(parse_as<backup_command>({"backup", "--force", "to"}).force);
  CHECK_FALSE(parse_as<restore_command>({"restore", "from"}).replace);
  auto restore = parse_as<restore_command>({"restore", "from", "--replace"});
  CHECK(restore.file == "from");
  CHECK(restore.replace);
  for (auto name : {"backup", "restore"}) {
    CAPTURE(name);
    CHECK_THAT(error_of({name}), Contains("file"));
    CHECK_THAT(error_of({name, ""}), Contains("name"));
    CHECK(error_of({name, "a", "b"}) != "accepted");
  }
  CHECK(error_of({"backup", "to", "--replace"}) != "accepted");
  CHECK(error_of({"restore", "from", "--force"}) != "accepted");
}

TEST_CASE("backup and restore leave a Postgres of others alone and say where to read on") {
  for (auto name : {"backup", "restore"}) {
    CAPTURE(name);
    CHECK_THAT(error_of({name, "x", "--database-url", "postgresql://db/fief"}),
               Contains("database.url") && Contains("docs/OPERATIONS.md"));
  }
}

TEST_CASE("admin create-operator wants an address and a name") {
  auto operator_ = parse_as<create_operator_command>(
    {"admin", "create-operator", "--email", "a@b.c", "--username", "ann", "--data-dir", "x"});
  CHECK(operator_.email == "a@b.c");
  CHECK(operator_.username == "ann");
  CHECK(operator_.settings.values.data_dir == "x");
  CHECK(error_of({"admin", "create-operator", "--email", "a@b.c"}) != "accepted");
  CHECK(error_of({"admin"}) != "accepted");
}

TEST_CASE("wrong usage is an error that names what is wrong") {
  CHECK(error_of({}) != "accepted");
  CHECK(error_of({"sreve"}) != "accepted");
  CHECK_THAT(error_of({"serve", "--prot", "1"}), Contains("--prot"));
  CHECK_THAT(error_of({"serve", "--port", "many"}), Contains("http.port"));
  CHECK_THAT(error_of({"serve", "--port"}), Contains("port"));
  CHECK_THAT(error_of({"migrate", "--dev"}), Contains("--dev"));
  CHECK_THAT(error_of({"serve", "--config", "/nowhere"}), Contains("/nowhere"));
}

TEST_CASE("help, version and the two prints need no configuration to be done") {
  CHECK_THAT(parse_as<print_command>({"--help"}).text, Contains("serve") && Contains("audit"));
  CHECK_THAT(parse_as<print_command>({"serve", "--help"}).text, Contains("--http-port"));
  CHECK_THAT(parse_as<print_command>({"serve", "--print-config", "--port", "9"}).text,
             Contains("port = 9 # flag --http-port"));
  CHECK(parse_as<print_command>({"serve", "--print-example"}).text == example_config());
  parse_as<version_command>({"version"});
  parse_as<migrate_command>({"migrate"});
}
