#pragma once

#include "base/time.hpp"

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fief {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Where and how the server talks.
struct http_config {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::uint32_t threads = 0;
  std::string tls_certificate;
  std::string tls_key;
  std::vector<std::string> cors_origins;
  std::uint32_t connections_max = 18'000;
  std::uint32_t header_bytes_max = 16'384;
  std::uint32_t body_bytes_max = 1'048'576;
  milliseconds first_byte{10'000};
  milliseconds idle{90'000};
  std::uint32_t requests_per_minute = 600;
  std::uint32_t auth_requests_per_minute = 120;
  milliseconds drain{5'000};
};

/// Postgres, and how many ways lead to it.
struct database_config {
  std::string url;
  std::uint32_t pool_size = 4;
  std::uint32_t lanes = 0; ///< 0: one for every two cores.
  milliseconds statement_timeout{5'000};
  std::uint32_t queue_max = 20'000;
};

struct log_config {
  std::string level = "info";
  std::string format = "text";
  milliseconds slow{250};
};

/// Tokens and the cost of a password.
struct auth_config {
  seconds access_ttl{900};
  days refresh_ttl{30};
  std::string jwt_key_file;
  std::uint32_t argon2_memory_kib = 65'536;
  std::uint32_t argon2_passes = 2;
  std::uint32_t hash_threads = 0;
};

/// Every number of the rules that an operator may choose.
struct game_config {
  std::uint32_t tile_level = 17;
  std::uint32_t finish_hour = 22;
  milliseconds grace{std::chrono::minutes{30}};
  milliseconds active_min{std::chrono::minutes{30}};
  milliseconds hold_base{days{7}};
  milliseconds bonus_scale{days{14}};
  std::uint32_t soft_cap_tiles = 0;
  milliseconds store_max{std::chrono::hours{24}};
  std::uint32_t house_fee_percent = 0;
  std::vector<std::int64_t> prize_shares{70, 20, 10};
  std::uint32_t checkpoint_radius_m = 40;
  std::int64_t welcome_coins_cents = 0;
};

/// How much lives in memory, and for how long.
struct actors_config {
  std::uint32_t threads = 0;
  std::uint32_t throughput_max = 100;
  seconds idle_passivate{300};
  seconds tile_idle{30};
  std::uint32_t area_tiles_running_max = 64;
  std::uint32_t stash_max = 1'000;
  std::uint32_t loading_max = 256;
  std::uint32_t loading_queue_max = 20'000;
};

/// Strava. Off without a client id.
struct strava_config {
  std::string client_id;
  std::string client_secret_file;
  std::string token_key_file;
  std::string redirect_url;
  std::string return_url;
  std::string webhook_secret;
  std::string verify_token;
  std::int64_t subscription_id = 0;
  std::string authorize_url = "https://www.strava.com/oauth/authorize";
  std::string token_url = "https://www.strava.com/oauth/token";
  std::string revoke_url = "https://www.strava.com/oauth/revoke";
  std::string api_url = "https://www.strava.com/api/v3";
  std::string territory = "on";
  days catch_up{30};
  days keep_fixes{7};
  std::uint32_t reserve_percent = 20;
  milliseconds retry_min{30'000};
};

/// Coins bought on one EVM chain. Off without `rpc_urls`.
struct chain_settings {
  std::vector<std::string> rpc_urls;
  std::string ws_url;
  std::uint64_t id = 1;
  std::string domain;
  std::string token;
  std::string treasury;
  std::string shop;
  std::uint32_t token_decimals = 18;
  std::int64_t cents_per_token = 100;
  std::string credit_at = "depth";
  std::uint32_t confirmations = 12;
  std::uint32_t reorg_depth = 64;
  std::uint64_t start_block = 0;
  std::uint64_t range_max = 2'000;
  milliseconds poll{2'000};
  milliseconds timeout{10'000};
  std::vector<std::string> more; ///< Files, each with a table of its own for another chain.
};

/// The web application. `basemap_*`: at most one of tiles and archive.
struct web_config {
  std::string dir; ///< Empty: `web` beside the program.
  std::string basemap_tiles;
  std::string basemap_pmtiles;
  std::string basemap_attribution;
};

/// Everything an operator can choose. The values here are the defaults; `config_schema.hpp` holds
/// each one's name, range and meaning.
struct config {
  std::string data_dir = "var";
  http_config http;
  web_config web;
  database_config database;
  log_config log;
  auth_config auth;
  game_config game;
  actors_config actors;
  strava_config strava;
  chain_settings chain;
  std::vector<chain_settings> more_chains; ///< Read from `chain.more`.
};

/// Why the configuration cannot be used: a sentence naming the place, the key and what is allowed.
struct config_error {
  std::string message;
};

template <class T>
using config_outcome = boost::system::result<T, config_error>;

/// A configuration and where each of its values came from.
struct loaded_config {
  config values;
  /// Key of a setting to `flag --http-port`, `environment FIEF_HTTP_PORT` or `fief.toml:3`.
  /// A setting at its default is absent.
  std::map<std::string, std::string, std::less<>> sources;
};

/// What an operator wrote, in descending order of precedence.
struct config_input {
  /// Key of a setting to the text behind its flag.
  std::map<std::string, std::string, std::less<>> flags;
  /// All environment variables; those that begin with `FIEF_` and a section's name must be known.
  std::map<std::string, std::string, std::less<>> environment;
  /// Path of a TOML file; empty for none.
  std::string file;
};

/// Merges flag, environment, file and default for every setting and checks the result.
/// Errors: an unknown key, a value of the wrong type or outside its range, an unreadable file, or
/// settings that contradict each other.
config_outcome<loaded_config> load_config(const config_input& input);

/// The effective settings as TOML, each with its source as a comment; secrets are masked.
std::string print_config(const loaded_config& loaded);

/// A file to start from: every setting at its default with its meaning and range, as comments.
std::string example_config();

} // namespace fief
