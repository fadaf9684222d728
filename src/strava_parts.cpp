#include "src/strava_parts.hpp"

#include "integrations/strava/strava_api.hpp"
#include "security/key_file.hpp"

#include <algorithm>
#include <caf/actor_system.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <sys/stat.h>

namespace fief {

namespace {

constexpr std::size_t secret_bytes_max = 1'024;

/// The text of a file that nobody else may read, without the line's end.
std::string read_secret(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    throw std::runtime_error("strava.client_secret_file: " + path + " cannot be read");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw std::runtime_error("strava.client_secret_file: others may access " + path
                             + "; run chmod 600 on it");
  std::ifstream in{path};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.pop_back();
  if (text.empty() || text.size() > secret_bytes_max)
    throw std::runtime_error("strava.client_secret_file: " + path
                             + " must hold the application's secret and nothing else");
  return text;
}

integrations::box_key token_key(const config& values) {
  const auto path = values.strava.token_key_file.empty()
                      ? std::filesystem::path{values.data_dir} / "strava.key"
                      : std::filesystem::path{values.strava.token_key_file};
  auto loaded = security::load_or_create_key(path);
  if (!loaded)
    throw std::runtime_error(loaded.error().text);
  integrations::box_key out;
  static_assert(integrations::box_key::size == security::secret_key::size);
  std::copy_n(loaded->data(), out.bytes.size(), out.bytes.begin());
  return out;
}

} // namespace

std::optional<strava_parts> start_strava(caf::actor_system& system, const config& values,
                                         actors::strava_ports ports, std::uint64_t seed) {
  const auto& x = values.strava;
  if (x.client_id.empty())
    return std::nullopt;
  integrations::strava_api_config api;
  api.client_id = x.client_id;
  api.client_secret = read_secret(x.client_secret_file);
  api.authorize_url = x.authorize_url;
  api.token_url = x.token_url;
  api.revoke_url = x.revoke_url;
  api.api_url = x.api_url;
  while (api.api_url.ends_with('/'))
    api.api_url.pop_back();
  api.redirect_url = x.redirect_url;
  api.key = token_key(values);
  if (x.webhook_secret.empty() || x.subscription_id == 0)
    spdlog::warn("Strava's webhooks are not listened to: set strava.webhook_secret, verify_token "
                 "and subscription_id; until then new runs come with the next connection only");
  strava_parts out;
  out.api = system.spawn(integrations::strava_api, api);
  actors::strava_config duty;
  duty.budget.reserve_percent = static_cast<std::int32_t>(x.reserve_percent);
  duty.catch_up = x.catch_up;
  duty.keep_fixes = x.keep_fixes;
  duty.territory = x.territory == "on";
  duty.backoff_min = x.retry_min;
  duty.seed = seed;
  ports.api = out.api;
  out.strava = system.spawn(actors::strava, std::move(ports), duty);
  return out;
}

net::strava_edge strava_edge_of(const config& values, const strava_parts& parts) {
  net::strava_edge out;
  out.actor = caf::actor_cast<caf::strong_actor_ptr>(parts.strava);
  out.webhook_secret = values.strava.webhook_secret;
  out.verify_token = values.strava.verify_token;
  out.subscription_id = values.strava.subscription_id;
  out.return_url = values.strava.return_url;
  return out;
}

} // namespace fief
