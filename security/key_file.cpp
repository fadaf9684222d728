#include "security/key_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sodium.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fief::security {

namespace {

using key_result = boost::system::result<secret_key, key_file_error>;

/// A file descriptor that closes itself.
class descriptor {
public:
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_;
};

key_file_error error_at(const std::filesystem::path& path, const std::string& what) {
  return {"key file " + path.string() + ": " + what};
}

key_file_error failed(const std::filesystem::path& path, const std::string& doing, int code) {
  return error_at(path, "cannot " + doing + ": " + std::system_category().message(code));
}

std::optional<std::string> objection_to(const struct stat& status) {
  if (!S_ISREG(status.st_mode))
    return "is not a regular file";
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return "group or others may access it; run chmod 600 on it, and replace it if somebody may "
           "have read it";
  if (const auto me = ::geteuid(); me != 0 && status.st_uid != me && status.st_uid != 0)
    return "belongs to another user; run chown on it";
  if (status.st_size != static_cast<off_t>(secret_key::size))
    return "must hold exactly 32 bytes, but holds " + std::to_string(status.st_size);
  return std::nullopt;
}

key_result read_key(const std::filesystem::path& path, const descriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return failed(path, "look at it", errno);
  if (const auto objection = objection_to(status))
    return error_at(path, *objection);
  std::array<std::uint8_t, secret_key::size> bytes{};
  if (::read(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return failed(path, "read it", errno);
  const secret_key key{bytes};
  sodium_memzero(bytes.data(), bytes.size());
  if (key.is_zero())
    return error_at(path, "holds only zeros; remove it, and a new one is made");
  return key;
}

/// A name beside `path` that nobody else uses.
std::filesystem::path draft_of(const std::filesystem::path& path) {
  auto draft = path;
  draft += "." + std::to_string(::getpid()) + "." + std::to_string(randombytes_random()) + ".new";
  return draft;
}

std::optional<key_file_error> write_draft(const std::filesystem::path& draft) {
  const descriptor file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file.is_open())
    return failed(draft, "create it", errno);
  const auto key = secret_key::random();
  if (::write(file.get(), key.data(), secret_key::size) != static_cast<ssize_t>(secret_key::size)
      || ::fsync(file.get()) != 0)
    return failed(draft, "write it", errno);
  return std::nullopt;
}

/// Makes the name in its directory survive a power cut. Best effort: some file systems refuse.
void sync_directory_of(const std::filesystem::path& path) {
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
  const descriptor directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.is_open())
    ::fsync(directory.get());
}

/// Puts a whole new file at `path`, unless somebody else was faster.
std::optional<key_file_error> create_key(const std::filesystem::path& path) {
  const auto draft = draft_of(path);
  auto error = write_draft(draft);
  if (!error && ::link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST)
    error = failed(path, "create it", errno);
  ::unlink(draft.c_str());
  if (!error)
    sync_directory_of(path);
  return error;
}

int open_key(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // A FIFO must not block us.
}

} // namespace

key_result load_or_create_key(const std::filesystem::path& path) {
  prepare_sodium();
  if (const descriptor file{open_key(path)}; file.is_open())
    return read_key(path, file);
  if (errno != ENOENT)
    return failed(path, "open it", errno);
  if (auto error = create_key(path))
    return *std::move(error);
  const descriptor file{open_key(path)};
  if (!file.is_open())
    return failed(path, "open it", errno);
  return read_key(path, file);
}

server_keys derive_keys(const secret_key& secret) {
  return {.access_tokens = secret.derive(1), .refresh_tokens = secret.derive(2)};
}

} // namespace fief::security
