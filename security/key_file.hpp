#pragma once

#include "security/secret.hpp"

#include <boost/system/result.hpp>
#include <filesystem>
#include <string>

namespace fief::security {

/// Why a key file is not usable, for an operator to read: it names the file and the remedy.
struct key_file_error {
  std::string text;
};

/// Reads the server's secret, 32 raw bytes; where there is no file, makes one.
///
/// Whoever reads this file can sign in as anybody, so one that group or others may touch, or that
/// belongs to another user, is refused. A new file has mode 0600 and appears whole or not at all;
/// of several processes that start at once all get the same key.
/// Errors: a text for anything else than a good file; never the content.
boost::system::result<secret_key, key_file_error>
load_or_create_key(const std::filesystem::path& path);

/// The keys that the server's secret stands for.
struct server_keys {
  secret_key access_tokens;
  secret_key refresh_tokens;
};

/// Always the same keys for the same secret.
server_keys derive_keys(const secret_key& secret);

} // namespace fief::security
