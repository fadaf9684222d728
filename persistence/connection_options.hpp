#pragma once

#include <string>

namespace fief::persistence {

/// How to reach Postgres. `options` is libpq's: `host=... dbname=...` or a `postgresql://` address.
/// Adds a limit for connecting, unless one is given, so that a silent host cannot hold a thread.
std::string with_connect_timeout(const std::string& options, int seconds);

} // namespace fief::persistence
