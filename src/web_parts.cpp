#include "src/web_parts.hpp"

#include <spdlog/spdlog.h>
#include <stdexcept>

namespace fief {

namespace fs = std::filesystem;

fs::path web_directory(const web_config& settings) {
  if (!settings.dir.empty())
    return settings.dir;
  std::error_code ec;
  const auto program = fs::read_symlink("/proc/self/exe", ec);
  return program.parent_path() / "web";
}

std::optional<net::web_files> load_web_files(const web_config& settings) {
  const auto directory = web_directory(settings);
  std::error_code ec;
  if (settings.dir.empty() && !fs::exists(directory / "index.html", ec)) {
    spdlog::warn("there is no web application: {} has no index.html", directory.string());
    return std::nullopt;
  }
  auto found = net::web_files::read(directory);
  if (!found)
    throw std::runtime_error("web.dir, the folder of the web application: "
                             + found.error().message);
  for (const auto& name : found->left_out())
    spdlog::warn("the web application: {} is not served", (directory / name).string());
  spdlog::info("the web application is {} files of {}, {} KiB in memory", found->count(),
               directory.string(), found->bytes() / 1024);
  return std::move(*found);
}

net::server_facts server_facts_of(const web_config& settings, const std::optional<dev_clock>& dev) {
  net::server_facts out;
  out.version = FIEF_VERSION;
  out.clock_speed = dev ? dev->speed : 1;
  out.simulated_runs = dev.has_value();
  using net::basemap_kind;
  const bool is_archive = !settings.basemap_pmtiles.empty();
  if (is_archive || !settings.basemap_tiles.empty())
    out.basemap = {is_archive ? basemap_kind::pmtiles : basemap_kind::raster,
                   is_archive ? settings.basemap_pmtiles : settings.basemap_tiles,
                   settings.basemap_attribution};
  return out;
}

} // namespace fief
