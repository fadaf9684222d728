#include "src/embedded_postgres.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <libpq-fe.h>
#include <memory>
#include <random>
#include <spdlog/fmt/fmt.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace fief {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto initdb_patience = 120s;
constexpr auto start_patience = 120s; // A recovery after a crash may read much log.
constexpr auto stop_patience = 20s;
constexpr auto leftovers_patience = 2s; // Children of one that died; they have nothing to finish.
constexpr auto kill_patience = 2s;
constexpr auto quit_patience = 500ms;
constexpr std::uintmax_t log_bytes_max = 10'000'000;

std::vector<std::string> server_arguments(const postgres_place& place) {
  std::vector<std::string> result{"-D", place.cluster.string()};
  for (const auto& option :
       {std::string{"listen_addresses="}, "unix_socket_directories=" + place.sockets.string(),
        std::string{"unix_socket_permissions=0700"}, std::string{"port=5432"},
        std::string{"shared_buffers=256MB"}, std::string{"fsync=on"},
        std::string{"full_page_writes=on"}, std::string{"deadlock_timeout=100ms"},
        std::string{"max_connections=50"}, std::string{"jit=off"}, std::string{"timezone=UTC"},
        std::string{"log_timezone=UTC"}, std::string{"max_wal_size=2GB"},
        std::string{"logging_collector=off"}, std::string{"log_destination=stderr"},
        // Details quote rows, with e-mails and hashes in them.
        std::string{"log_error_verbosity=terse"}})
    result.insert(result.end(), {"-c", option});
  return result;
}

/// Starts a new file when the old one has grown; one old file is kept.
void rotate_log(const fs::path& log) {
  std::error_code error;
  if (auto size = fs::file_size(log, error); !error && size > log_bytes_max)
    fs::rename(log, log.string() + ".1", error);
}

bool wait_until_none(const fs::path& cluster, std::chrono::milliseconds patience) {
  auto deadline = clock::now() + patience;
  while (!postgres_processes_in(cluster).empty()) {
    if (clock::now() > deadline)
      return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

/// Children that hang do not see that their parent has gone. @pre we hold the directory's lock.
void kill_all_in(const fs::path& cluster) {
  for (auto pid : postgres_processes_in(cluster))
    ::kill(pid, SIGKILL);
}

/// What an earlier server left: a Postgres that outlived it, or the children of a killed one. All
/// must be gone before the next one touches the files. @pre we hold the directory's lock.
bool end_leftovers(const postgres_place& place, std::chrono::milliseconds patience) {
  const auto& cluster = place.cluster;
  pid_t leader = 0;
  std::ifstream{cluster / "postmaster.pid"} >> leader;
  auto found = postgres_processes_in(cluster);
  if (std::ranges::find(found, leader) != found.end())
    ::kill(leader, SIGINT);
  else
    for (auto pid : found)
      ::kill(pid, SIGQUIT);
  if (!wait_until_none(cluster, patience)) {
    kill_all_in(cluster);
    if (!wait_until_none(cluster, kill_patience))
      return false;
  }
  // Nobody is there, so these files are stale; the number in them may be another process' by now,
  // which Postgres would take for itself.
  std::error_code error;
  fs::remove(cluster / "postmaster.pid", error);
  fs::remove(place.sockets / ".s.PGSQL.5432.lock", error);
  return true;
}

/// Makes the cluster beside its place and moves it there whole, so that a crash leaves none or all.
postgres_outcome<void> make_cluster(const postgres_place& place) {
  auto part = place.cluster.string() + ".part";
  std::error_code error;
  fs::remove_all(part, error);
  if (::mkdir(part.c_str(), 0700) != 0
      || (place.owner && ::lchown(part.c_str(), place.owner->uid, place.owner->gid) != 0))
    return postgres_error{part + " cannot be made"};
  auto initdb = child_process::start({place.programs / "initdb",
                                      {"-D", part, "-U", "fief", "-E", "UTF8", "--locale=C",
                                       "--auth-local=trust", "--auth-host=reject"},
                                      place.owner,
                                      place.log});
  auto status = initdb ? initdb->wait(initdb_patience) : std::nullopt;
  if (status != 0)
    return postgres_error{"initdb failed in " + part + ":\n" + tail_of(place.log)};
  fs::rename(part, place.cluster, error);
  if (error)
    return postgres_error{place.cluster.string() + " cannot be made: " + error.message()};
  return {};
}

/// Both of libpq.
using connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

bool answers(const postgres_place& place) {
  return ::PQping((postgres_url(place, "postgres") + " connect_timeout=5").c_str()) == PQPING_OK;
}

/// The directory's name in its lock file; a new one where there is none.
std::string name_in(const fs::path& lock_file) {
  std::string process, name;
  std::ifstream{lock_file} >> process >> name;
  if (name.size() == 16)
    return name;
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

} // namespace

postgres_outcome<data_dir_lock> data_dir_lock::take(const fs::path& data_dir) {
  std::error_code error;
  fs::create_directories(data_dir, error);
  auto path = data_dir / "fief.lock";
  auto descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0)
    return postgres_error{path.string() + " cannot be opened; is " + data_dir.string()
                          + " a directory of this user?"};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    std::string holder;
    std::ifstream{path} >> holder;
    return postgres_error{"another fief" + (holder.empty() ? "" : " (process " + holder + ")")
                          + " runs in " + fs::absolute(data_dir, error).lexically_normal().string()
                          + "; stop it, or choose another directory with --data-dir"};
  }
  auto name = name_in(path);
  auto own = std::to_string(::getpid()) + '\n' + name + '\n';
  if (::ftruncate(descriptor, 0) != 0
      || ::pwrite(descriptor, own.data(), own.size(), 0) != static_cast<ssize_t>(own.size())) {
    ::close(descriptor);
    return postgres_error{path.string() + " cannot be written; is the disk full?"};
  }
  return data_dir_lock{descriptor, std::move(name)};
}

std::string tail_of(const fs::path& log) {
  std::ifstream in{log};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  auto lines = 0;
  auto from = text.size();
  while (from > 0 && (lines < 6 || text[from - 1] != '\n'))
    lines += text[--from] == '\n' ? 1 : 0;
  return text.substr(from);
}

postgres_outcome<void> execute_on(const std::string& url, const std::string& statement) {
  connection to{::PQconnectdb(url.c_str()), &PQfinish};
  ::PQsetNoticeProcessor(
    to.get(), [](void*, const char*) {}, nullptr); // They are for people.
  answer done{::PQexec(to.get(), statement.c_str()), &PQclear};
  auto status = ::PQresultStatus(done.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
    return {};
  return postgres_error{::PQerrorMessage(to.get())};
}

data_dir_lock::data_dir_lock(data_dir_lock&& other) noexcept
  : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

data_dir_lock::~data_dir_lock() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

embedded_postgres::embedded_postgres(data_dir_lock lock, postgres_place place)
  : lock_(std::move(lock)), place_(std::move(place)), url_(postgres_url(place_, database_name)) {}

embedded_postgres::~embedded_postgres() {
  stop();
}

postgres_outcome<embedded_postgres> embedded_postgres::start(const fs::path& data_dir) {
  auto place = find_postgres_place(data_dir);
  if (!place)
    return place.error();
  auto lock = data_dir_lock::take(place->data_dir);
  if (!lock)
    return lock.error();
  embedded_postgres result{*std::move(lock), *std::move(place)};
  if (!exists(result.place_))
    if (auto made = make_cluster(result.place_); !made)
      return made.error();
  if (auto up = result.launch(); !up)
    return up.error();
  if (auto made = result.make_database(); !made)
    return made.error();
  return result;
}

bool embedded_postgres::exists(const postgres_place& place) {
  std::error_code error;
  return fs::exists(place.cluster / "PG_VERSION", error);
}

std::optional<std::string> embedded_postgres::url_of_running(const fs::path& data_dir) {
  std::error_code error;
  if (!fs::exists(data_dir, error))
    return std::nullopt;
  auto place = find_postgres_place(data_dir);
  if (!place || postgres_processes_in(place->cluster).empty() || !answers(*place))
    return std::nullopt;
  return postgres_url(*place, database_name);
}

postgres_outcome<void> embedded_postgres::spawn(std::chrono::milliseconds patience) {
  process_.reset();
  if (!end_leftovers(place_, patience))
    return postgres_error{"a Postgres in " + place_.cluster.string() + " cannot be ended"};
  rotate_log(place_.log);
  auto child = child_process::start(
    {place_.programs / "postgres", server_arguments(place_), place_.owner, place_.log, SIGINT});
  if (!child)
    return postgres_error{"Postgres cannot be started, or " + place_.log.string()
                          + " not be written"};
  process_.emplace(*std::move(child));
  return {};
}

postgres_outcome<void> embedded_postgres::launch() {
  if (auto started = spawn(stop_patience); !started)
    return started;
  for (auto deadline = clock::now() + start_patience; clock::now() < deadline;) {
    if (answers(place_))
      return {};
    if (process_->wait(20ms))
      return postgres_error{"Postgres ended at once:\n" + tail_of(place_.log)};
  }
  return postgres_error{"Postgres does not answer; see " + place_.log.string()};
}

postgres_outcome<void> embedded_postgres::make_database() {
  connection to{::PQconnectdb(postgres_url(place_, "postgres").c_str()), &PQfinish};
  answer found{::PQexec(to.get(), "SELECT 1 FROM pg_database WHERE datname = 'fief'"), &PQclear};
  if (::PQresultStatus(found.get()) == PGRES_TUPLES_OK && ::PQntuples(found.get()) == 1)
    return {};
  if (auto made = execute_on(postgres_url(place_, "postgres"), "CREATE DATABASE fief"); !made)
    return postgres_error{"the database cannot be made: " + made.error().message};
  return {};
}

postgres_outcome<bool> embedded_postgres::ensure_running() {
  if (process_ && !process_->poll())
    return false;
  if (auto started = spawn(leftovers_patience); !started)
    return started.error();
  return true;
}

void embedded_postgres::stop(std::chrono::milliseconds patience) {
  if (pid() < 0) // Never started, or moved from.
    return;
  process_->send(SIGINT);
  if (!process_->wait(patience)) {
    process_->send(SIGQUIT);
    process_->wait(quit_patience);
  }
  process_.reset(); // Kills it if it is left.
  kill_all_in(place_.cluster);
}

} // namespace fief
