#pragma once

#include "actors/interfaces.hpp"
#include "game/event_time.hpp"
#include "game/mining.hpp"
#include "game/tiling.hpp"
#include "net/api/recent_rights.hpp"
#include "net/api/wallet_port.hpp"
#include "net/http_message.hpp"
#include "net/rate_limit.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace fief::net {

class web_files;

/// Issues and checks access tokens. A port, implemented by `security`.
class access_port {
public:
  virtual ~access_port() = default;
  /// Nothing for a token that is not ours, was changed, or has expired. `thread` is the index of
  /// the calling I/O thread, each of which has a cache of its own.
  virtual std::optional<caller> verify(unsigned thread, std::string_view token) = 0;
  [[nodiscard]] virtual std::string issue(const caller& who) const = 0;
  [[nodiscard]] virtual std::chrono::seconds ttl() const = 0;
};

/// How often one peer may ask.
struct api_limits {
  rate_limit_config per_user{.burst = 600};        ///< Requests with a token.
  rate_limit_config per_address{.burst = 600};     ///< Requests without one.
  rate_limit_config auth_per_address{.burst = 30}; ///< Of `/v1/auth/...`.
  std::size_t anonymous_max = 9'000;               ///< Sockets without a token, together.
  std::size_t subscriptions_max = 4;               ///< Per socket.
  std::size_t areas_max = 400;         ///< Per subscription, and per box of `/v1/territory`.
  std::size_t detailed_areas_max = 32; ///< Of these, with a feature per tile.
  double detailed_zoom_min = 13;
  std::size_t file_bytes_max = 25'000'000; ///< Of an uploaded track.
  std::size_t fixes_in_flight_max = 8;     ///< Batches of one socket that wait for their commit.
  std::chrono::milliseconds ask_deadline{20'000};   ///< A slow Postgres is given time.
  std::chrono::milliseconds finish_deadline{5'000}; ///< Then 202 with the run as processing.
};

/// What the edge knows of Strava. Without an actor there is none.
struct strava_edge {
  caf::strong_actor_ptr actor;
  std::string webhook_secret; ///< In the webhook's path. Empty: no webhooks.
  std::string verify_token;
  std::int64_t subscription_id = 0; ///< Events of others are not looked at.
  std::string return_url;           ///< Where the browser goes after the callback; empty: nowhere.
};

enum class basemap_kind : std::uint8_t { raster, pmtiles };

/// What lies under the territory on the map of the web application.
struct basemap_source {
  basemap_kind kind = basemap_kind::raster;
  std::string url; ///< With {z}, {x}, {y}, or of the archive; an address or a path of this origin.
  std::string attribution;
};

/// What an app is told of the server at its start.
struct server_facts {
  std::string version;
  double clock_speed = 1;
  bool simulated_runs = false;
  std::optional<basemap_source> basemap;
};

/// What the endpoints work through. One, immutable, for all I/O threads; outlives the server.
struct api_context {
  caf::strong_actor_ptr directory;
  caf::strong_actor_ptr store;
  caf::strong_actor_ptr reader;
  caf::strong_actor_ptr auth;
  caf::strong_actor_ptr decoder;
  caf::strong_actor_ptr renderer;
  caf::strong_actor_ptr monitor;
  strava_edge strava;
  std::function<game::instant()> now; ///< The game's clock.
  access_port* access = nullptr;
  recent_rights* rights = nullptr;      ///< May be null: then tokens count until they expire.
  const wallet_port* wallets = nullptr; ///< May be null: then no wallet can be linked.
  bool simulated_runs = false;          ///< For development: phones may be simulated.
  game::tiling tiling{17};
  game::mining_rules mining;
  game::event_rules events;
  api_limits limits;
  server_facts server;
  const web_files* web = nullptr; ///< May be null: then there is no web application here.
  /// The whole exposition, with what STORE and DIRECTORY say of themselves.
  std::function<std::string(const actors::store_health&, const actors::directory_status&)>
    metrics_text;
};

} // namespace fief::net
