#include "src/open_files.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace fief {

namespace {

// For Postgres, logs, keys and the answers to connections that are over the limit.
constexpr std::uint64_t others_max = 300;

} // namespace

std::uint64_t raise_open_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0)
    return 1'024;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

std::uint32_t connections_within(std::uint32_t wanted, std::uint64_t open_files) {
  const auto most = open_files > 2 * others_max ? open_files - others_max : open_files / 2;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(most, 1, wanted));
}

} // namespace fief
