#include "src/durable_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fief {

namespace {

namespace fs = std::filesystem;

std::string because(const fs::path& path, const char* what) {
  return path.string() + what + ": " + std::strerror(errno);
}

std::string taken(const fs::path& name) {
  return name.string() + " exists; choose another name, or say --force";
}

bool sync_directory_of(const fs::path& name) {
  auto directory = name.has_parent_path() ? name.parent_path() : fs::path{"."};
  auto descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  auto ok = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0)
    ::close(descriptor);
  return ok;
}

} // namespace

durable_file::outcome<durable_file> durable_file::start(const fs::path& name, bool force) {
  struct stat found {};
  if (::lstat(name.c_str(), &found) == 0) {
    if (!S_ISREG(found.st_mode))
      return name.string() + " exists and is not a plain file";
    if (!force)
      return taken(name);
  }
  fs::path part = name.string() + ".part";
  auto descriptor = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0)
    return because(part, " cannot be written");
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return part.string() + " is being written by another process";
  }
  durable_file result{name, force, descriptor};
  if (::fchmod(descriptor, 0600) != 0 || ::ftruncate(descriptor, 0) != 0)
    return because(part, " cannot be written");
  return result;
}

durable_file::durable_file(durable_file&& other) noexcept
  : name_(std::move(other.name_)), force_(other.force_),
    descriptor_(std::exchange(other.descriptor_, -1)) {}

durable_file::~durable_file() {
  if (descriptor_ < 0)
    return;
  ::unlink(part().c_str()); // Ours: we hold its lock.
  ::close(descriptor_);
}

durable_file::outcome<std::uintmax_t> durable_file::finish() {
  struct stat found {};
  if (::fsync(descriptor_) != 0 || ::fstat(descriptor_, &found) != 0)
    return because(part(), " cannot be written");
  auto flags = force_ ? 0U : static_cast<unsigned>(RENAME_NOREPLACE);
  auto renamed = ::renameat2(AT_FDCWD, part().c_str(), AT_FDCWD, name_.c_str(), flags);
  if (renamed != 0 && errno == EEXIST)
    return taken(name_);
  if (renamed != 0 && errno == EINVAL && !force_) // A file system without that flag.
    renamed = ::link(part().c_str(), name_.c_str()) == 0 ? ::unlink(part().c_str()) : -1;
  if (renamed != 0)
    return because(name_, " cannot be put in place");
  ::close(std::exchange(descriptor_, -1));
  if (!sync_directory_of(name_))
    return because(name_, " is written, but perhaps not on disk");
  return static_cast<std::uintmax_t>(found.st_size);
}

} // namespace fief
