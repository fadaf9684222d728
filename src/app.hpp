#pragma once

#include "src/command_line.hpp"
#include "src/embedded_postgres.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace fief {

/// The server, put together: the composition root. Reads as a list of what runs.
class app {
public:
  /// Prepares the database and starts everything; after it the server listens.
  /// Errors: `std::runtime_error` with a sentence for the operator.
  explicit app(const serve_command& what);
  app(const app&) = delete;
  app& operator=(const app&) = delete;
  /// Stops what `stop` did not.
  ~app();

  /// `http://HOST:PORT`.
  [[nodiscard]] std::string url() const;

  /// Looks after Postgres, if it is ours. Called now and then from the thread that made the app.
  void look_after_postgres();

  /// Graceful end: no new connections, `bye` to sockets, answers and commits finished. Takes at
  /// most `http.drain_ms` and 4.5 s, also when Postgres hangs; what then does not end, ends the
  /// process with exit code 0, since nothing was acknowledged that is not stored.
  void stop();

private:
  void end_by(std::chrono::steady_clock::time_point deadline);

  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace fief
