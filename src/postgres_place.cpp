#include "src/postgres_place.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <pwd.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fief {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view user_name = "fief";
constexpr std::size_t socket_path_bytes_max = 107;
constexpr std::string_view socket_name = "/.s.PGSQL.5432";

/// Names a directory for `path` that no other data directory has. Source: FNV-1a, 64 bits.
std::string short_name_of(const fs::path& path) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (auto c : path.string())
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  std::array<char, 16> digits{};
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
  return "fief-" + std::string(digits.data(), end);
}

std::optional<user_identity> unprivileged_user() {
  for (auto name : {"postgres", "nobody"})
    if (const auto* entry = ::getpwnam(name); entry != nullptr && entry->pw_uid != 0)
      return user_identity{entry->pw_uid, entry->pw_gid};
  return std::nullopt;
}

/// Asks the system itself, in a child that has become that user: modes, lists and mounts decide.
bool can_reach(const user_identity& user, const fs::path& directory) {
  auto name = directory.string();
  auto pid = ::fork();
  if (pid == 0) {
    auto ok = ::setgid(user.gid) == 0 && ::setuid(user.uid) == 0 && ::chdir(name.c_str()) == 0;
    ::_exit(ok ? 0 : 1);
  }
  int status = 1;
  return pid > 0 && ::waitpid(pid, &status, 0) == pid && status == 0;
}

/// Makes a directory that only its owner may enter, or accepts one that is already so. Where others
/// may write beside it, a link or a directory that somebody else put there is refused.
std::optional<postgres_error> make_private(const fs::path& path, uid_t uid, gid_t gid) {
  if (::mkdir(path.c_str(), 0700) == 0 && ::lchown(path.c_str(), uid, gid) != 0)
    return postgres_error{path.string() + " cannot be given to user " + std::to_string(uid)};
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0)
    return postgres_error{path.string() + " cannot be made"};
  if (!S_ISDIR(found.st_mode) || found.st_uid != uid || (found.st_mode & 077) != 0)
    return postgres_error{path.string() + " must be a directory of user " + std::to_string(uid)
                          + " with mode 0700; remove it, or start as the user it belongs to"};
  return std::nullopt;
}

bool is_plain(const fs::path& path) {
  return std::ranges::all_of(path.string(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/'
           || c == '.' || c == '_' || c == '-';
  });
}

bool has_cluster(const fs::path& cluster) {
  std::error_code error;
  return fs::exists(cluster / "PG_VERSION", error);
}

/// A cluster needs programs of its own major version; a new one takes the newest, 15 first.
fs::path find_programs(const fs::path& cluster) {
  std::vector<std::string> versions;
  std::string version;
  if (std::ifstream in{cluster / "PG_VERSION"}; in >> version)
    versions = {version};
  else
    versions = {"15", "18", "17", "16", "14", "13"};
  for (const auto& each : versions)
    if (auto path = fs::path{"/usr/lib/postgresql"} / each / "bin"; fs::exists(path / "postgres"))
      return path;
  for (auto path : {"/usr/bin", "/usr/local/bin", "/usr/local/pgsql/bin"})
    if (fs::exists(fs::path{path} / "postgres") && fs::exists(fs::path{path} / "initdb"))
      return path;
  return {};
}

std::optional<postgres_error> choose_base(postgres_place& to) {
  auto elsewhere = fs::path{"/var/tmp"} / short_name_of(to.data_dir);
  auto reachable = !to.owner || can_reach(*to.owner, to.data_dir);
  auto use_elsewhere =
    !reachable || (!has_cluster(to.data_dir / "postgres") && has_cluster(elsewhere / "postgres"));
  if (!reachable && has_cluster(to.data_dir / "postgres"))
    return postgres_error{to.data_dir.string() + " holds a database, but the unprivileged user "
                          + std::to_string(to.owner->uid)
                          + " that runs it cannot reach the directory; allow it to, or start as "
                            "the user it belongs to"};
  to.base = use_elsewhere ? elsewhere : to.data_dir;
  if (!use_elsewhere)
    return std::nullopt;
  return make_private(elsewhere, to.owner ? to.owner->uid : ::geteuid(),
                      to.owner ? to.owner->gid : ::getegid());
}

} // namespace

postgres_outcome<postgres_place> find_postgres_place(const fs::path& data_dir) {
  std::error_code error;
  postgres_place result;
  if (!fs::exists(data_dir, error) && fs::create_directories(data_dir, error) && ::geteuid() == 0)
    fs::permissions(data_dir, fs::perms{0755}, error); // Whatever the umask: Postgres passes here.
  result.data_dir = fs::canonical(data_dir, error);
  if (error)
    return postgres_error{data_dir.string() + " cannot be made: " + error.message()};
  if (::geteuid() == 0 && !(result.owner = unprivileged_user()))
    return postgres_error{"Postgres refuses to run as root, and there is no user postgres or "
                          "nobody; start as another user, or set database.url"};
  if (auto refused = choose_base(result))
    return *refused;
  result.cluster = result.base / "postgres";
  result.log = result.data_dir / "postgres.log";
  result.programs = find_programs(result.cluster);
  if (result.programs.empty())
    return postgres_error{"no Postgres is installed that could serve " + result.cluster.string()
                          + "; install postgresql-15 (tools/setup does), or set database.url"};
  result.sockets = result.base / "socket";
  if (result.sockets.string().size() + socket_name.size() > socket_path_bytes_max
      || !is_plain(result.sockets))
    result.sockets = fs::path{"/tmp"} / short_name_of(result.data_dir);
  auto uid = result.owner ? result.owner->uid : ::geteuid();
  auto gid = result.owner ? result.owner->gid : ::getegid();
  if (auto refused = make_private(result.sockets, uid, gid))
    return *refused;
  return result;
}

std::vector<pid_t> postgres_processes_in(const fs::path& cluster) {
  std::vector<pid_t> result;
  struct stat ours {};
  if (::stat(cluster.c_str(), &ours) != 0)
    return result;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{"/proc", error}) {
    auto name = entry.path().filename().string();
    pid_t pid = 0;
    auto end = std::from_chars(name.data(), name.data() + name.size(), pid).ptr;
    struct stat theirs {};
    if (end != name.data() + name.size() || ::stat((entry.path() / "cwd").c_str(), &theirs) != 0
        || theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino)
      continue;
    std::string command;
    std::getline(std::ifstream{entry.path() / "comm"} >> std::ws, command);
    if (command.starts_with("postgres")) // A person's shell may stand there too.
      result.push_back(pid);
  }
  return result;
}

std::string postgres_url(const postgres_place& place, const std::string& database) {
  return "host=" + place.sockets.string() + " port=5432 user=" + std::string{user_name}
         + " dbname=" + database;
}

} // namespace fief
