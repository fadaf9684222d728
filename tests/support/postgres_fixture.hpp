#pragma once

#include "src/embedded_postgres.hpp"

#include <filesystem>
#include <string>

namespace fief::test {

/// The private Postgres of a test program: started by the first case that asks, stopped and erased
/// when the program ends.
class postgres_fixture {
public:
  /// The program's one server. Call it from the main thread: the server ends with that.
  static postgres_fixture& instance();

  ~postgres_fixture();
  postgres_fixture(const postgres_fixture&) = delete;
  postgres_fixture& operator=(const postgres_fixture&) = delete;

  /// The connection string of a new database with every migration applied.
  /// Cost: tens of milliseconds, a copy of a template.
  std::string fresh_database();

  /// Of the server's first process.
  [[nodiscard]] pid_t pid() const { return server_.pid(); }
  /// What the server wrote.
  [[nodiscard]] const std::filesystem::path& log() const { return server_.place().log; }

private:
  postgres_fixture(std::filesystem::path directory, embedded_postgres server);
  void execute(const std::string& statement);

  std::filesystem::path directory_;
  embedded_postgres server_;
  int databases_ = 0;
};

} // namespace fief::test
