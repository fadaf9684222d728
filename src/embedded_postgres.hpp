#pragma once

#include "src/child_process.hpp"
#include "src/postgres_place.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace fief {

/// A lock on a data directory: one server at a time. The system lets go of it when the process
/// ends, however it ends. The file names the process that took it last, and behind that the
/// directory itself: a random name that stays.
class data_dir_lock {
public:
  /// Makes the directory if missing. Errors: another process holds it, which the text names, or it
  /// cannot be made.
  static postgres_outcome<data_dir_lock> take(const std::filesystem::path& data_dir);

  [[nodiscard]] const std::string& name() const { return name_; } ///< 16 hex digits.

  data_dir_lock(data_dir_lock&& other) noexcept;
  data_dir_lock& operator=(data_dir_lock&&) = delete;
  data_dir_lock(const data_dir_lock&) = delete;
  data_dir_lock& operator=(const data_dir_lock&) = delete;
  ~data_dir_lock();

private:
  data_dir_lock(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {}
  int descriptor_;
  std::string name_;
};

/// The name of the database in a private Postgres.
inline constexpr auto database_name = "fief";

/// Runs one statement on its own connection. Errors: what Postgres says.
postgres_outcome<void> execute_on(const std::string& url, const std::string& statement);

/// The end of a log, to show with an error.
std::string tail_of(const std::filesystem::path& log);

/// A Postgres of our own, for those who configured none: made in the data directory at the first
/// start, reachable through a private unix socket only, and ended with us.
///
/// Lifecycle: `start` takes the directory's lock, ends whatever an earlier server left running
/// there, makes the cluster if there is none, and waits until Postgres answers. Postgres gets a
/// fast shutdown when the object goes, and also when the thread that called `start` ends: call it
/// from the main thread.
/// Owner: one thread.
class embedded_postgres {
public:
  /// Cost: seconds, most of them `initdb` at the first start.
  static postgres_outcome<embedded_postgres> start(const std::filesystem::path& data_dir);

  /// The connection string of the Postgres that another process of ours runs in this directory, for
  /// commands beside a running server; nothing if none answers.
  static std::optional<std::string> url_of_running(const std::filesystem::path& data_dir);

  embedded_postgres(embedded_postgres&&) = default;
  embedded_postgres& operator=(embedded_postgres&&) = delete;
  ~embedded_postgres();

  /// Whether a cluster was ever made for this directory.
  static bool exists(const postgres_place& place);

  /// For libpq and libpqxx; holds no secret.
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const postgres_place& place() const { return place_; }
  [[nodiscard]] pid_t pid() const { return process_ ? process_->pid() : -1; }

  /// Starts Postgres again if it has died, and does not wait until it answers. Returns whether it
  /// had. Errors: it cannot be started; try later.
  /// Cost: nothing while it runs, else up to 4 s for what the dead one left.
  postgres_outcome<bool> ensure_running();

  /// Fast shutdown: open transactions are rolled back, the rest is on disk. Also in the destructor.
  /// One that has not ended after `patience` is ended by force; the next start recovers from its
  /// log.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds{20});

private:
  embedded_postgres(data_dir_lock lock, postgres_place place);
  postgres_outcome<void> spawn(std::chrono::milliseconds patience);
  postgres_outcome<void> launch();
  postgres_outcome<void> make_database();

  data_dir_lock lock_;
  postgres_place place_;
  std::string url_;
  std::optional<child_process> process_;
};

} // namespace fief
