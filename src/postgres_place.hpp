#pragma once

#include "src/child_process.hpp"

#include <boost/system/result.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fief {

/// Why the private Postgres cannot run: a sentence for the operator.
struct postgres_error {
  std::string message;
};

template <class T>
using postgres_outcome = boost::system::result<T, postgres_error>;

/// Where the private Postgres of a data directory lives, and as whom it runs.
struct postgres_place {
  std::filesystem::path data_dir;     ///< The operator's choice, absolute.
  std::filesystem::path base;         ///< `data_dir`, or a directory below /var/tmp.
  std::filesystem::path cluster;      ///< Postgres' own directory, below `base`.
  std::filesystem::path sockets;      ///< Private; short enough for a socket's 107 bytes.
  std::filesystem::path log;          ///< Postgres' output.
  std::filesystem::path programs;     ///< Where `postgres` and `initdb` are.
  std::optional<user_identity> owner; ///< Set when we are root: an unprivileged user.
};

/// Chooses, and makes the directories except the cluster itself.
///
/// Started by root, Postgres runs as `postgres`, or as `nobody` where there is no such user. If
/// that user cannot reach `data_dir` (below /root, say), the cluster lives in
/// `/var/tmp/fief-<hash of the path>` instead; a cluster that exists in either place is kept.
postgres_outcome<postgres_place> find_postgres_place(const std::filesystem::path& data_dir);

/// Postgres processes that work in this cluster, whoever started them.
std::vector<pid_t> postgres_processes_in(const std::filesystem::path& cluster);

/// The connection string of its database of this name.
std::string postgres_url(const postgres_place& place, const std::string& database);

} // namespace fief
