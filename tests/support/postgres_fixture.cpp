#include "tests/support/postgres_fixture.hpp"

#include "persistence/migrate.hpp"

#include <cstdlib>
#include <pqxx/pqxx>
#include <stdexcept>

namespace fief::test {

namespace {

std::filesystem::path make_directory() {
  auto pattern = (std::filesystem::temp_directory_path() / "fief-test-XXXXXX").string();
  if (!mkdtemp(pattern.data()))
    throw std::runtime_error{"cannot make a directory " + pattern};
  return pattern;
}

embedded_postgres start_server(const std::filesystem::path& directory) {
  auto server = embedded_postgres::start(directory);
  if (!server)
    throw std::runtime_error{"cannot start Postgres: " + server.error().message};
  return std::move(*server);
}

} // namespace

postgres_fixture& postgres_fixture::instance() {
  static auto directory = make_directory();
  static postgres_fixture fixture{directory, start_server(directory)};
  return fixture;
}

postgres_fixture::postgres_fixture(std::filesystem::path directory, embedded_postgres server)
  : directory_(std::move(directory)), server_(std::move(server)) {
  execute("create database case_template");
  persistence::migrate(postgres_url(server_.place(), "case_template"));
}

postgres_fixture::~postgres_fixture() {
  server_.stop();
  std::error_code ignored;
  std::filesystem::remove_all(server_.place().base, ignored);
  std::filesystem::remove_all(directory_, ignored);
}

std::string postgres_fixture::fresh_database() {
  auto name = "case_" + std::to_string(++databases_);
  execute("create database " + name + " template case_template");
  return postgres_url(server_.place(), name);
}

void postgres_fixture::execute(const std::string& statement) {
  pqxx::connection connection{server_.url()};
  pqxx::nontransaction work{connection};
  work.exec(statement);
}

} // namespace fief::test
