#pragma once

#include "net/api/api_context.hpp"
#include "net/web_files.hpp"
#include "src/command_line.hpp"

#include <filesystem>
#include <optional>

namespace fief {

/// Where the web application is looked for: `web.dir`, else `web` beside the program.
std::filesystem::path web_directory(const web_config& settings);

/// Its files, as the log then tells. Nothing when `web.dir` is not set and there is none beside
/// the program. Errors: `std::runtime_error` naming the file that cannot be served.
std::optional<net::web_files> load_web_files(const web_config& settings);

/// What `/v1/server` tells.
net::server_facts server_facts_of(const web_config& settings, const std::optional<dev_clock>& dev);

} // namespace fief
