#include "src/rules_of.hpp"

#include <algorithm>
#include <limits>
#include <thread>

namespace fief {

actors::settings rules_of(const config& values, int tile_level) {
  const auto& g = values.game;
  actors::settings out;
  out.tiling = game::tiling{tile_level};
  out.runs.hold_base = g.hold_base;
  out.runs.bonus_slope = g.bonus_scale;
  out.events.finish_hour = static_cast<int>(g.finish_hour);
  out.events.grace = g.grace;
  out.events.active_min = g.active_min;
  out.events.checkpoint_radius_m = g.checkpoint_radius_m;
  out.events.house_fee_bp = static_cast<int>(g.house_fee_percent * 100);
  out.events.prize_shares = g.prize_shares;
  out.mining.store_max = g.store_max;
  if (g.soft_cap_tiles > 0)
    out.mining.soft_cap = g.soft_cap_tiles;
  out.welcome_cents = g.welcome_coins_cents;
  out.passivate_after = values.actors.idle_passivate;
  out.tile_quiet = values.actors.tile_idle;
  out.tiles_running_max = values.actors.area_tiles_running_max;
  out.stash_max = values.actors.stash_max;
  out.loading_max = values.actors.loading_max;
  out.loading_queue_max = values.actors.loading_queue_max;
  return out;
}

unsigned threads_of(std::uint32_t configured) {
  return configured > 0 ? configured : std::max(2U, std::thread::hardware_concurrency());
}

net::server_config server_config_of(const http_config& http, const log_config& log) {
  net::server_config out;
  out.slow_request = log.slow;
  out.host = http.host;
  out.port = http.port;
  out.threads = threads_of(http.threads);
  out.tls_certificate = http.tls_certificate;
  out.tls_key = http.tls_key;
  out.cors.origins = http.cors_origins;
  out.limits.header_bytes_max = http.header_bytes_max;
  out.limits.body_bytes_max = http.body_bytes_max;
  out.limits.connections_max = http.connections_max;
  // An operator who lifts the rate limit expects many clients behind one address.
  if (http.requests_per_minute == 0)
    out.limits.connections_per_address = http.connections_max;
  out.limits.first_byte_timeout = http.first_byte;
  out.limits.request_timeout = 3 * http.first_byte;
  out.limits.idle_timeout = http.idle;
  out.limits.ping_period = http.idle / 3;
  return out;
}

net::api_limits api_limits_of(const http_config& http) {
  constexpr auto unlimited = std::uint32_t{1} << 30;
  auto or_unlimited = [](std::uint32_t x) { return x > 0 ? x : unlimited; };
  net::api_limits out;
  // Who watches without an account never takes the place of who runs.
  out.anonymous_max = std::max<std::size_t>(http.connections_max / 2, 1);
  out.per_user.burst = or_unlimited(http.requests_per_minute);
  out.per_address.burst = or_unlimited(http.requests_per_minute);
  out.auth_per_address.burst = or_unlimited(http.auth_requests_per_minute);
  return out;
}

} // namespace fief
