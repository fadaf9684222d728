#include "src/backup.hpp"

#include "persistence/migrate.hpp"
#include "src/durable_file.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace fief {

namespace {

namespace fs = std::filesystem;

constexpr auto tool_patience = std::chrono::hours{24};
constexpr auto restored_name = "fief_restore";
constexpr auto kept_name = "fief_before_restore";
constexpr std::string_view magic = "PGDMP"; // How every file of the custom format begins.

/// Runs one of Postgres' programs to its end. Errors: what it said.
postgres_outcome<void> run_tool(const postgres_place& place, const std::string& name,
                                std::vector<std::string> arguments, int input, int output) {
  auto log = place.data_dir / (name + ".log");
  std::error_code error;
  fs::remove(log, error);
  child_options options{place.programs / name, std::move(arguments), place.owner, log};
  options.input = input;
  options.output = output;
  options.death_signal = SIGTERM;
  auto tool = child_process::start(options);
  if (!tool)
    return postgres_error{name + " cannot be started, or " + log.string() + " not be written"};
  auto status = tool->wait(tool_patience);
  if (status == 127)
    return postgres_error{options.program.string() + " is not installed; tools/setup installs it"};
  if (status != 0)
    return postgres_error{name + " failed: " + tail_of(log)};
  fs::remove(log, error);
  return {};
}

/// A Postgres to read from: that of a running server, or our own for as long as this object lives.
class source_database {
public:
  static postgres_outcome<source_database> open(const fs::path& data_dir) {
    std::error_code error;
    auto place = fs::exists(data_dir, error) ? find_postgres_place(data_dir)
                                             : postgres_error{data_dir.string() + " is missing"};
    if (!place)
      return place.error();
    if (!embedded_postgres::exists(*place))
      return postgres_error{"there is no database in " + data_dir.string()};
    source_database result{*place};
    if (embedded_postgres::url_of_running(data_dir))
      return result;
    auto started = embedded_postgres::start(data_dir);
    if (!started)
      return started.error();
    result.own_.emplace(std::move(*started));
    return result;
  }

  [[nodiscard]] const postgres_place& place() const { return place_; }
  [[nodiscard]] std::string url() const { return postgres_url(place_, database_name); }

private:
  explicit source_database(postgres_place place) : place_(std::move(place)) {}

  postgres_place place_;
  std::optional<embedded_postgres> own_;
};

/// Opens the backup and looks at how it begins.
postgres_outcome<int> open_backup(const fs::path& file) {
  auto descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return postgres_error{file.string() + " cannot be read"};
  std::array<char, magic.size()> start{};
  auto got = ::pread(descriptor, start.data(), start.size(), 0);
  if (got != static_cast<ssize_t>(start.size())
      || std::string_view{start.data(), start.size()} != magic) {
    ::close(descriptor);
    return postgres_error{file.string() + " is not a backup that `fief backup` made"};
  }
  return descriptor;
}

/// One restore, step by step, in a cluster that is ours alone.
class restore_work {
public:
  explicit restore_work(const postgres_place& place)
    : place_(place), admin_(postgres_url(place, "postgres")),
      present_(postgres_url(place, database_name)), fresh_(postgres_url(place, restored_name)) {}

  /// Whether there is something to lose.
  [[nodiscard]] bool has_accounts() const { return persistence::has_accounts(present_); }

  postgres_outcome<void> fill(int backup) const {
    if (auto gone = drop(restored_name); !gone)
      return gone;
    auto made =
      execute_on(admin_, std::string{"create database "} + restored_name + " template template0");
    if (!made)
      return made;
    return run_tool(place_, "pg_restore",
                    {"--exit-on-error", "--no-owner", "--no-privileges", "--dbname=" + fresh_},
                    backup, -1);
  }

  /// Brings it to our schema. Errors: it is not of this program, or newer.
  postgres_outcome<restore_report> accept() const {
    restore_report report;
    report.version_from = persistence::schema_version(fresh_);
    if (report.version_from == 0)
      return postgres_error{"the backup holds no database of fief"};
    report.version_to = persistence::migrate(fresh_).to;
    if (auto analyzed = execute_on(fresh_, "analyze"); !analyzed)
      return analyzed.error();
    report.findings = persistence::audit(fresh_);
    return report;
  }

  /// The one instant at which anything changes for the next start. `keep`: the present database,
  /// in place of the one kept before.
  postgres_outcome<void> swap(bool keep) const {
    std::string present{database_name};
    if (auto gone = drop(keep ? kept_name : present); !gone)
      return gone;
    auto rename = [](const std::string& from, const std::string& to) {
      return "alter database " + from + " rename to " + to + ";";
    };
    return execute_on(admin_, "begin;" + (keep ? rename(present, kept_name) : "")
                                + rename(restored_name, present) + "commit");
  }

  void clean_up() const { (void)drop(restored_name); }

private:
  [[nodiscard]] postgres_outcome<void> drop(const std::string& name) const {
    return execute_on(admin_, "drop database if exists " + name);
  }

  const postgres_place& place_;
  std::string admin_;
  std::string present_;
  std::string fresh_;
};

postgres_outcome<restore_report> restore_into(const embedded_postgres& server, int backup,
                                              bool replace) {
  restore_work work{server.place()};
  auto keeps = work.has_accounts();
  if (keeps && !replace)
    return postgres_error{server.place().data_dir.string()
                          + " holds a database with accounts; restore into another directory, or"
                            " say --replace"};
  if (auto filled = work.fill(backup); !filled) {
    work.clean_up();
    return postgres_error{"the backup is damaged or cannot be restored; nothing was changed. "
                          + filled.error().message};
  }
  postgres_outcome<restore_report> report = postgres_error{};
  try {
    report = work.accept();
  } catch (const std::exception& refused) {
    report = postgres_error{refused.what()};
  }
  if (!report) {
    work.clean_up();
    return postgres_error{report.error().message + "; nothing was changed"};
  }
  if (auto swapped = work.swap(keeps); !swapped)
    return swapped.error();
  report->kept_old = keeps;
  return report;
}

} // namespace

postgres_outcome<backup_report> make_backup(const fs::path& data_dir, const fs::path& file,
                                            bool force) {
  auto to = durable_file::start(file, force);
  if (!to)
    return postgres_error{to.error()};
  auto from = source_database::open(data_dir);
  if (!from)
    return from.error();
  if (persistence::schema_version(from->url()) == 0)
    return postgres_error{"there is no database of fief in " + data_dir.string()};
  auto dumped = run_tool(from->place(), "pg_dump",
                         {"--format=custom", "--no-owner", "--no-privileges",
                          "--lock-wait-timeout=60s", "--dbname=" + from->url()},
                         -1, to->descriptor());
  if (!dumped)
    return dumped.error();
  auto bytes = to->finish();
  if (!bytes)
    return postgres_error{bytes.error()};
  return backup_report{*bytes};
}

postgres_outcome<restore_report> restore_backup(const fs::path& data_dir, const fs::path& file,
                                                bool replace) {
  auto backup = open_backup(file);
  if (!backup)
    return backup.error();
  auto server = embedded_postgres::start(data_dir);
  auto report = server ? restore_into(*server, *backup, replace)
                       : postgres_outcome<restore_report>{server.error()};
  ::close(*backup);
  return report;
}

} // namespace fief
