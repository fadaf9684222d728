#include "src/embedded_postgres.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <libpq-fe.h>
#include <memory>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace fief;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;

/// A directory that goes with the test, and with it what Postgres put elsewhere.
class temporary_directory {
public:
  explicit temporary_directory(const std::string& name, const std::string& below = "/tmp") {
    auto pattern = below + "/fief-test-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
      FAIL("no directory below " << below);
    root_ = pattern;
    ::chmod(root_.c_str(), 0755);
    path_ = root_ / name;
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    if (auto place = find_postgres_place(path_)) {
      fs::remove_all(place->sockets);
      if (place->base != place->data_dir)
        fs::remove_all(place->base);
    }
    fs::remove_all(root_);
  }

  [[nodiscard]] const fs::path& root() const { return root_; }
  [[nodiscard]] const fs::path& path() const { return path_; }

private:
  fs::path root_;
  fs::path path_;
};

embedded_postgres start(const fs::path& data_dir) {
  auto result = embedded_postgres::start(data_dir);
  if (!result)
    FAIL(result.error().message);
  return *std::move(result);
}

/// The first field of the answer, or the error.
std::string ask(const std::string& url, const char* sql) {
  std::unique_ptr<PGconn, decltype(&PQfinish)> to{::PQconnectdb(url.c_str()), &PQfinish};
  std::unique_ptr<PGresult, decltype(&PQclear)> got{::PQexec(to.get(), sql), &PQclear};
  if (::PQresultStatus(got.get()) == PGRES_COMMAND_OK)
    return "done";
  if (::PQresultStatus(got.get()) != PGRES_TUPLES_OK)
    return ::PQerrorMessage(to.get());
  return ::PQntuples(got.get()) > 0 ? ::PQgetvalue(got.get(), 0, 0) : "";
}

bool has_processes(const embedded_postgres& x) {
  return !postgres_processes_in(x.place().cluster).empty();
}

/// A server that starts Postgres, writes a row and is killed. Returns when it is dead.
void run_and_kill_server(const fs::path& data_dir) {
  auto pid = ::fork();
  if (pid == 0) {
    auto postgres = embedded_postgres::start(data_dir);
    auto ok = postgres && ask(postgres->url(), "CREATE TABLE kept AS SELECT 42 AS n") == "done";
    if (ok)
      ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFSIGNALED(status));
}

} // namespace

TEST_CASE("a private Postgres starts, keeps what was written, and stops with its object") {
  temporary_directory directory{"var"};
  fs::path cluster;
  {
    auto postgres = start(directory.path());
    cluster = postgres.place().cluster;
    CHECK(ask(postgres.url(), "SELECT current_database()") == "fief");
    CHECK(ask(postgres.url(), "SHOW server_encoding") == "UTF8");
    CHECK(ask(postgres.url(), "SHOW lc_collate") == "C");
    CHECK(ask(postgres.url(), "SHOW timezone") == "UTC");
    CHECK(ask(postgres.url(), "SHOW listen_addresses").empty());
    CHECK(ask(postgres.url(), "SHOW fsync") == "on");
    CHECK(ask(postgres.url(), "SHOW jit") == "off");
    CHECK(ask(postgres.url(), "CREATE TABLE kept AS SELECT 7 AS n") == "done");
    CHECK(embedded_postgres::url_of_running(directory.path()) == postgres.url());
  }
  CHECK(postgres_processes_in(cluster).empty());
  CHECK_FALSE(embedded_postgres::url_of_running(directory.path()).has_value());
  auto postgres = start(directory.path());
  CHECK(ask(postgres.url(), "SELECT n FROM kept") == "7");
  postgres.stop();
  CHECK_FALSE(has_processes(postgres));
  postgres.stop(); // Twice does nothing.
}

TEST_CASE("its files and socket are open to its own unprivileged user only") {
  temporary_directory directory{"var"};
  auto postgres = start(directory.path());
  struct stat cluster {
  }, sockets{}, process{};
  REQUIRE(::stat(postgres.place().cluster.c_str(), &cluster) == 0);
  REQUIRE(::stat(postgres.place().sockets.c_str(), &sockets) == 0);
  REQUIRE(::stat(("/proc/" + std::to_string(postgres.pid())).c_str(), &process) == 0);
  CHECK((cluster.st_mode & 0777) == 0700);
  CHECK((sockets.st_mode & 0777) == 0700);
  CHECK(process.st_uid != 0);
  CHECK(process.st_uid == cluster.st_uid);
  CHECK(process.st_uid == sockets.st_uid);
}

TEST_CASE("a killed Postgres is started again with what was committed") {
  temporary_directory directory{"var"};
  auto postgres = start(directory.path());
  REQUIRE(ask(postgres.url(), "CREATE TABLE kept AS SELECT 7 AS n") == "done");
  auto before = postgres.pid();
  auto running = postgres.ensure_running();
  REQUIRE(running.has_value());
  CHECK_FALSE(*running);
  CHECK(postgres.pid() == before);
  ::kill(before, SIGKILL);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(before), &info, WEXITED | WNOWAIT) == 0);
  auto again = postgres.ensure_running();
  INFO((again ? "" : again.error().message));
  REQUIRE(again.has_value());
  CHECK(*again);
  CHECK(postgres.pid() != before);
  while (::PQping(postgres.url().c_str()) != PQPING_OK) // It was not waited for.
    REQUIRE_FALSE(*postgres.ensure_running());
  CHECK(ask(postgres.url(), "SELECT n FROM kept") == "7");
}

TEST_CASE("after a killed server the next one starts in the same directory") {
  temporary_directory directory{"var"};
  run_and_kill_server(directory.path());
  auto postgres = start(directory.path());
  CHECK(ask(postgres.url(), "SELECT n FROM kept") == "42");
}

TEST_CASE("stale lock files that name a living stranger are no obstacle") {
  temporary_directory directory{"var"};
  auto name = GENERATE("postgres/postmaster.pid", "socket/.s.PGSQL.5432.lock");
  {
    auto postgres = start(directory.path());
    REQUIRE(fs::exists(directory.path() / name));
  }
  std::ofstream{directory.path() / name} << "1\n"; // Postgres takes its own parent for no stranger.
  fs::permissions(directory.path() / name, fs::perms{0644});
  auto postgres = start(directory.path());
  CHECK(ask(postgres.url(), "SELECT 1") == "1");
}

TEST_CASE("a second server in one directory is refused and harms nothing") {
  temporary_directory directory{"var"};
  auto first = start(directory.path());
  auto second = embedded_postgres::start(directory.path());
  REQUIRE_FALSE(second.has_value());
  CHECK_THAT(second.error().message,
             Contains("another fief (process " + std::to_string(::getpid()) + ") runs in")
               && Contains(std::filesystem::canonical(directory.path()).string())
               && Contains("--data-dir"));
  CHECK(ask(first.url(), "SELECT 1") == "1");
}

TEST_CASE("a data directory has a name of its own that outlives its servers") {
  temporary_directory one{"data"};
  temporary_directory other{"data"};
  auto name_of = [](const temporary_directory& x) {
    auto lock = data_dir_lock::take(x.path());
    REQUIRE(lock.has_value());
    return lock->name();
  };
  auto name = name_of(one);
  CHECK(name.size() == 16);
  CHECK(name_of(one) == name);
  CHECK(name_of(other) != name);
  std::ofstream{one.path() / "fief.lock"} << "4711\n"; // As servers before names wrote it.
  auto next = name_of(one);
  CHECK(next.size() == 16);
  CHECK(name_of(one) == next);
}

TEST_CASE("directories with long and odd names work") {
  std::string name(120, 'l'); // In two steps: GCC 12 warns of a sum, wrongly.
  name += "/it's a, 'dir' \\ é/var";
  temporary_directory directory{name};
  auto postgres = start(directory.path());
  CHECK(ask(postgres.url(), "SELECT 1") == "1");
  CHECK(postgres.place().cluster.string().starts_with(directory.root().string()));
}

TEST_CASE("a directory that the unprivileged user cannot reach is served from elsewhere") {
  temporary_directory directory{"var"};
  ::chmod(directory.root().c_str(), 0700);
  fs::path base;
  {
    auto postgres = start(directory.path());
    base = postgres.place().base;
    CHECK((::geteuid() == 0) == (base != postgres.place().data_dir));
    REQUIRE(ask(postgres.url(), "CREATE TABLE kept AS SELECT 7 AS n") == "done");
  }
  ::chmod(directory.root().c_str(), 0755); // The database that exists is kept.
  auto postgres = start(directory.path());
  CHECK(postgres.place().base == base);
  CHECK(ask(postgres.url(), "SELECT n FROM kept") == "7");
}

TEST_CASE("a broken cluster is an error that shows Postgres' own words") {
  temporary_directory directory{"var"};
  fs::path control;
  {
    auto postgres = start(directory.path());
    control = postgres.place().cluster / "global" / "pg_control";
  }
  fs::remove(control);
  auto broken = embedded_postgres::start(directory.path());
  REQUIRE_FALSE(broken.has_value());
  CHECK_THAT(broken.error().message, Contains("pg_control"));
}
