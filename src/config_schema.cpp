#include "src/config_schema.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <concepts>

namespace fief {

namespace {

template <class T>
config_value to_value(const T& x) {
  if constexpr (std::integral<T>)
    return static_cast<std::int64_t>(x);
  else if constexpr (requires { x.count(); })
    return static_cast<std::int64_t>(x.count());
  else
    return x;
}

template <class T>
void from_value(T& to, config_value from) {
  if constexpr (std::integral<T>)
    to = static_cast<T>(std::get<std::int64_t>(from));
  else if constexpr (requires { to.count(); })
    to = T{static_cast<typename T::rep>(std::get<std::int64_t>(from))};
  else
    to = std::get<T>(std::move(from));
}

/// The accessors of one field; `Field` is relative to the section that `Section` names.
template <auto Section, auto Field>
setting at(std::string_view key) {
  return {key,
          [](const config& x) { return to_value((x.*Section).*Field); },
          [](config& x, config_value value) { from_value((x.*Section).*Field, std::move(value)); },
          {}};
}

template <auto Field>
setting top(std::string_view key) {
  return {key,
          [](const config& x) { return to_value(x.*Field); },
          [](config& x, config_value value) { from_value(x.*Field, std::move(value)); },
          {}};
}

setting number(setting x, std::int64_t min, std::int64_t max, std::string_view meaning) {
  x.min = min;
  x.max = max;
  x.meaning = meaning;
  return x;
}

setting text(setting x, std::string_view meaning) {
  x.meaning = meaning;
  return x;
}

setting choice(setting x, std::vector<std::string_view> choices, std::string_view meaning) {
  x.choices = std::move(choices);
  x.meaning = meaning;
  return x;
}

setting short_flag(setting x, std::string_view flag) {
  x.short_flag = flag;
  return x;
}

setting secret(setting x) {
  x.secret = true;
  return x;
}

constexpr std::int64_t ms_per_hour = 3'600'000;
constexpr std::int64_t ms_per_day = 24 * ms_per_hour;

void add_http(std::vector<setting>& to) {
  constexpr auto http = &config::http;
  using x = http_config;
  to.push_back(short_flag(
    text(at<http, &x::host>("http.host"), "Address to listen on; 0.0.0.0 for all."), "--host"));
  to.push_back(short_flag(
    number(at<http, &x::port>("http.port"), 0, 65'535, "Port to listen on; 0 takes a free one."),
    "--port"));
  to.push_back(number(at<http, &x::threads>("http.threads"), 0, 256,
                      "I/O threads; 0 chooses by the number of cores."));
  to.push_back(text(at<http, &x::tls_certificate>("http.tls_certificate"),
                    "PEM file with the certificate chain; empty for no TLS. Needs tls_key."));
  to.push_back(
    text(at<http, &x::tls_key>("http.tls_key"), "PEM file with the certificate's private key."));
  to.push_back(text(at<http, &x::cors_origins>("http.cors_origins"),
                    "Web origins that may call the API from a browser, or \"*\" for all."));
  to.push_back(number(at<http, &x::connections_max>("http.connections_max"), 1, 1'000'000,
                      "Open connections; more are closed at once."));
  to.push_back(number(at<http, &x::header_bytes_max>("http.header_bytes_max"), 1'024, 1'048'576,
                      "Size of a request's header."));
  to.push_back(number(at<http, &x::body_bytes_max>("http.body_bytes_max"), 65'536, 67'108'864,
                      "Size of a request's body."));
  to.push_back(number(at<http, &x::first_byte>("http.first_byte_ms"), 100, 600'000,
                      "A connection that sends nothing for so long at first is closed; for a whole "
                      "request it has three times that."));
  to.push_back(
    number(at<http, &x::idle>("http.idle_ms"), 1'000, 3'600'000,
           "A socket that is silent for so long is closed; it is pinged at a third of that."));
  to.push_back(number(at<http, &x::requests_per_minute>("http.requests_per_minute"), 0, 10'000'000,
                      "Requests of one user, or one address without a token; 0 for no limit."));
  to.push_back(number(at<http, &x::auth_requests_per_minute>("http.auth_requests_per_minute"), 0,
                      10'000'000, "Registrations and logins of one address; 0 for no limit."));
  to.push_back(number(at<http, &x::drain>("http.drain_ms"), 0, 600'000,
                      "Time for clients to leave when the server stops."));
}

void add_web(std::vector<setting>& to) {
  constexpr auto web = &config::web;
  using x = web_config;
  to.push_back(text(at<web, &x::dir>("web.dir"),
                    "Directory of the web application, which `/` serves; empty takes `web` beside"
                    " the program, if it is there."));
  to.push_back(text(at<web, &x::basemap_tiles>("web.basemap_tiles"),
                    "Map below the territory, as raster tiles: an address, or a path on this"
                    " server's origin, with {z}, {x} and {y}. Its host learns who looks where."));
  to.push_back(text(at<web, &x::basemap_pmtiles>("web.basemap_pmtiles"),
                    "The same as the address or path of a PMTiles archive; only one of the two."));
  to.push_back(text(at<web, &x::basemap_attribution>("web.basemap_attribution"),
                    "Whose map it is, as its licence wants it shown; plain text."));
}

void add_database(std::vector<setting>& to) {
  constexpr auto database = &config::database;
  using x = database_config;
  to.push_back(
    secret(text(at<database, &x::url>("database.url"),
                "Postgres connection URL or string; empty runs a private Postgres in data_dir.")));
  to.push_back(
    number(at<database, &x::pool_size>("database.pool_size"), 1, 100, "Connections for reading."));
  to.push_back(number(at<database, &x::lanes>("database.lanes"), 0, 64,
                      "Connections for writing fixes, beside the one for all else; one user always"
                      " uses the same one. Fewer make larger commits, which cost less. 0 takes one"
                      " for every two cores."));
  to.push_back(number(at<database, &x::statement_timeout>("database.statement_timeout_ms"), 100,
                      600'000, "A statement that takes longer is given up."));
  to.push_back(number(at<database, &x::queue_max>("database.queue_max"), 100, 10'000'000,
                      "Writes that may wait; more are refused with 503."));
}

void add_log(std::vector<setting>& to) {
  constexpr auto log = &config::log;
  using x = log_config;
  to.push_back(choice(at<log, &x::level>("log.level"),
                      {"trace", "debug", "info", "warn", "error", "off"},
                      "Least severe line to write."));
  to.push_back(choice(at<log, &x::format>("log.format"), {"text", "json"},
                      "For people, or for a log collector."));
  to.push_back(number(at<log, &x::slow>("log.slow_ms"), 1, 600'000,
                      "Operations that take longer are logged."));
}

void add_auth(std::vector<setting>& to) {
  constexpr auto auth = &config::auth;
  using x = auth_config;
  to.push_back(
    number(at<auth, &x::access_ttl>("auth.access_ttl_s"), 30, 86'400, "Life of an access token."));
  to.push_back(number(at<auth, &x::refresh_ttl>("auth.refresh_ttl_days"), 1, 3'650,
                      "Life of a refresh token."));
  to.push_back(text(
    at<auth, &x::jwt_key_file>("auth.jwt_key_file"),
    "File with the key that signs access tokens; empty makes one in data_dir at the first start."));
  to.push_back(
    number(at<auth, &x::argon2_memory_kib>("auth.argon2_memory_kib"), 8, 4'194'304,
           "Memory that hashing one password takes. Less than 19456 is for tests only."));
  to.push_back(
    number(at<auth, &x::argon2_passes>("auth.argon2_passes"), 1, 100, "Passes over that memory."));
  to.push_back(number(at<auth, &x::hash_threads>("auth.hash_threads"), 0, 256,
                      "Passwords hashed at once; 0 chooses by the number of cores."));
}

void add_game(std::vector<setting>& to) {
  constexpr auto game = &config::game;
  using x = game_config;
  to.push_back(number(at<game, &x::tile_level>("game.tile_level"), 15, 19,
                      "S2 level of a tile. Stored at the first start and fixed from then on."));
  to.push_back(number(at<game, &x::finish_hour>("game.finish_hour"), 0, 23,
                      "Local hour at which the events of a day finish."));
  to.push_back(number(at<game, &x::grace>("game.grace_ms"), 0, ms_per_day,
                      "Time after the finish for uploads of runs started before it."));
  to.push_back(number(at<game, &x::active_min>("game.active_min_ms"), 0, 12 * ms_per_hour,
                      "Least time between an event's start and its finish."));
  to.push_back(number(at<game, &x::hold_base>("game.hold_base_ms"), 60'000, 3'650 * ms_per_day,
                      "How long any claim holds a tile."));
  to.push_back(number(at<game, &x::bonus_scale>("game.bonus_scale_ms"), 0, 3'650 * ms_per_day,
                      "What a claim holds longer for each halving of the pace below 12:00 /km."));
  to.push_back(number(at<game, &x::soft_cap_tiles>("game.soft_cap_tiles"), 0, 100'000'000,
                      "Tiles above which a tile yields half; 0 for no cap."));
  to.push_back(number(at<game, &x::store_max>("game.store_max_ms"), 60'000, 365 * ms_per_day,
                      "Time after a claim at which the token store is full."));
  to.push_back(number(at<game, &x::house_fee_percent>("game.house_fee_percent"), 0, 100,
                      "Percent of the ticket prices that is not paid out."));
  to.push_back(number(
    at<game, &x::prize_shares>("game.prize_shares"), 1, 10'000,
    "Shares of the pool by rank, 1 to 100 of them; renormalised to the finishers there are."));
  to.push_back(number(at<game, &x::checkpoint_radius_m>("game.checkpoint_radius_m"), 5, 500,
                      "How near a race passes its checkpoints."));
  to.push_back(number(at<game, &x::welcome_coins_cents>("game.welcome_coins_cents"), 0, 100'000'000,
                      "Coins of a new account."));
}

void add_actors(std::vector<setting>& to) {
  constexpr auto actors = &config::actors;
  using x = actors_config;
  to.push_back(number(at<actors, &x::threads>("actors.threads"), 0, 256,
                      "Threads that run actors; 0 chooses by the number of cores."));
  to.push_back(number(at<actors, &x::throughput_max>("actors.throughput_max"), 1, 1'000'000,
                      "Messages an actor handles before the next one has its turn."));
  to.push_back(number(at<actors, &x::idle_passivate>("actors.idle_passivate_s"), 1, 86'400,
                      "A user, event or area that is idle for so long leaves memory."));
  to.push_back(number(at<actors, &x::tile_idle>("actors.tile_idle_s"), 1, 3'600,
                      "A tile that is quiet for so long folds back into its area."));
  to.push_back(number(at<actors, &x::area_tiles_running_max>("actors.area_tiles_running_max"), 1,
                      1'024, "Tiles of one area that run at once."));
  to.push_back(number(at<actors, &x::stash_max>("actors.stash_max"), 1, 1'000'000,
                      "Messages that wait for an entity while it loads."));
  to.push_back(number(at<actors, &x::loading_max>("actors.loading_max"), 1, 100'000,
                      "Users, events and areas that are loaded at once."));
  to.push_back(number(at<actors, &x::loading_queue_max>("actors.loading_queue_max"), 1, 10'000'000,
                      "Users, events and areas that wait to be loaded; more are refused."));
}

void add_strava(std::vector<setting>& to) {
  constexpr auto strava = &config::strava;
  using x = strava_config;
  to.push_back(text(at<strava, &x::client_id>("strava.client_id"),
                    "Number of your application at Strava; empty: no runs are fetched. Needs "
                    "client_secret_file and redirect_url."));
  to.push_back(text(at<strava, &x::client_secret_file>("strava.client_secret_file"),
                    "File with the application's secret, which only its owner may read."));
  to.push_back(
    text(at<strava, &x::token_key_file>("strava.token_key_file"),
         "File with the key that seals users' tokens; empty makes one in data_dir at the "
         "first start. Without it users have to connect again."));
  to.push_back(text(at<strava, &x::redirect_url>("strava.redirect_url"),
                    "Public address of this server's /v1/strava/callback."));
  to.push_back(text(at<strava, &x::return_url>("strava.return_url"),
                    "Where the browser goes after the callback; empty shows a line of text."));
  to.push_back(secret(text(at<strava, &x::webhook_secret>("strava.webhook_secret"),
                           "Last part of the webhook's path, at least 16 letters, digits, - or _; "
                           "empty: no webhooks. Needs verify_token.")));
  to.push_back(secret(text(at<strava, &x::verify_token>("strava.verify_token"),
                           "The token with which the webhook's subscription is made.")));
  to.push_back(number(at<strava, &x::subscription_id>("strava.subscription_id"), 0,
                      9'007'199'254'740'991,
                      "Number of the subscription, which Strava tells when it is made; events of "
                      "others are not looked at."));
  to.push_back(text(at<strava, &x::authorize_url>("strava.authorize_url"), "Where users agree."));
  to.push_back(text(at<strava, &x::token_url>("strava.token_url"), "Where tokens come from."));
  to.push_back(text(at<strava, &x::revoke_url>("strava.revoke_url"), "Where they end."));
  to.push_back(text(at<strava, &x::api_url>("strava.api_url"), "Where activities are."));
  to.push_back(choice(at<strava, &x::territory>("strava.territory"), {"on", "off"},
                      "Whether imported runs take tiles; off keeps their statistics for the user "
                      "alone. Read docs/STRAVA.md first."));
  to.push_back(number(at<strava, &x::catch_up>("strava.catch_up_days"), 0, 3'650,
                      "How far back a new connection fetches."));
  to.push_back(number(at<strava, &x::keep_fixes>("strava.keep_fixes_days"), 1, 7,
                      "After so many days fixes that came from Strava are erased."));
  to.push_back(number(at<strava, &x::reserve_percent>("strava.reserve_percent"), 0, 90,
                      "Part of Strava's rate limits that is kept for what webhooks announce."));
  to.push_back(number(at<strava, &x::retry_min>("strava.retry_min_ms"), 100, 3'600'000,
                      "Wait before the second attempt of an import; each further one waits twice "
                      "as long, up to 6 h."));
}

void add_chain(std::vector<setting>& to) {
  constexpr auto chain = &config::chain;
  using x = chain_settings;
  to.push_back(secret(text(at<chain, &x::rpc_urls>("chain.rpc_urls"),
                           "HTTP addresses of nodes of one EVM chain on which coins are bought;"
                           " another is asked when one fails. None: no coins from a chain.")));
  to.push_back(
    secret(text(at<chain, &x::ws_url>("chain.ws_url"),
                "WebSocket address of a node that tells of new blocks; empty only polls.")));
  to.push_back(number(at<chain, &x::id>("chain.id"), 1, 9'007'199'254'740'991,
                      "The chain's id (EIP-155). The nodes must say the same."));
  to.push_back(text(at<chain, &x::domain>("chain.domain"),
                    "Host, with a port if it has one, that wallets sign in to: that of the app or"
                    " page which asks for the signature. Needed with rpc_urls."));
  to.push_back(
    text(at<chain, &x::token>("chain.token"), "Address of the ERC-20 token that buys coins."));
  to.push_back(
    text(at<chain, &x::treasury>("chain.treasury"),
         "Address whose incoming tokens are deposits. Its key is never on this server."));
  to.push_back(
    text(at<chain, &x::shop>("chain.shop"),
         "Address of the shop contract, which says whom a purchase is for; empty: none."));
  to.push_back(number(at<chain, &x::token_decimals>("chain.token_decimals"), 0, 77,
                      "The token's decimals. The token must say the same."));
  to.push_back(number(at<chain, &x::cents_per_token>("chain.cents_per_token"), 1, 1'000'000'000'000,
                      "Cents of coins that one whole token buys."));
  to.push_back(choice(at<chain, &x::credit_at>("chain.credit_at"), {"depth", "finalized"},
                      "When a deposit is credited: at `confirmations`, or once its block is"
                      " finalized."));
  to.push_back(number(at<chain, &x::confirmations>("chain.confirmations"), 1, 1'000,
                      "Blocks from a deposit's own to the last that it takes to be credited."));
  to.push_back(number(at<chain, &x::reorg_depth>("chain.reorg_depth"), 1, 1'000,
                      "Blocks whose hashes are remembered, to find where a chain reorganised."
                      " Not below confirmations."));
  to.push_back(number(at<chain, &x::start_block>("chain.start_block"), 0, 9'007'199'254'740'991,
                      "First block to read when nothing was read yet: that of the token or shop."));
  to.push_back(number(at<chain, &x::range_max>("chain.range_max"), 1, 100'000,
                      "Blocks whose logs are asked for at once; fewer where a node refuses."));
  to.push_back(number(at<chain, &x::poll>("chain.poll_ms"), 50, 600'000,
                      "How often the nodes are asked for new blocks."));
  to.push_back(number(at<chain, &x::timeout>("chain.timeout_ms"), 100, 120'000,
                      "A node that takes longer for an answer has failed."));
  to.push_back(text(at<chain, &x::more>("chain.more"),
                    "Files with a table [chain] each, for further chains. Their domain must be the"
                    " same and their id another."));
}

std::vector<setting> make_settings() {
  std::vector<setting> result;
  result.push_back(
    short_flag(text(top<&config::data_dir>("data_dir"),
                    "Directory for the private Postgres, keys and locks; made if missing."),
               "--data-dir"));
  add_http(result);
  add_web(result);
  add_database(result);
  add_log(result);
  add_auth(result);
  add_game(result);
  add_actors(result);
  add_strava(result);
  add_chain(result);
  return result;
}

std::string replaced(std::string_view key, char by, int (*change)(int)) {
  std::string result;
  for (auto c : key)
    result += c == '.' || c == '_' ? by : static_cast<char>(change(c));
  return result;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t result = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return result;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    auto comma = std::min(text.find(','), text.size());
    auto part = text.substr(0, comma);
    while (!part.empty() && part.front() == ' ')
      part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ')
      part.remove_suffix(1);
    result.emplace_back(part);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return result;
}

std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result = "\"";
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (byte < 0x20 || byte == 0x7f)
      ((result += "\\u00") += digits[byte >> 4]) += digits[byte & 15];
    else
      result += c;
  }
  return result + '"';
}

template <class T>
std::string joined(const std::vector<T>& parts) {
  std::string result;
  for (const auto& part : parts)
    (result += result.empty() ? "" : ", ") += to_toml(config_value{part});
  return result;
}

} // namespace

std::span<const setting> settings() {
  static const auto all = make_settings();
  return all;
}

const setting* find_setting(std::string_view key) {
  auto found = std::ranges::find(settings(), key, &setting::key);
  return found == settings().end() ? nullptr : &*found;
}

std::string flag_of(const setting& x) {
  return "--" + replaced(x.key, '-', std::tolower);
}

std::string variable_of(const setting& x) {
  return "FIEF_" + replaced(x.key, '_', std::toupper);
}

std::string_view section_of(std::string_view key) {
  auto dot = key.find('.');
  return dot == key.npos ? std::string_view{} : key.substr(0, dot);
}

std::string allowed_of(const setting& x) {
  auto range = " from " + std::to_string(x.min) + " to " + std::to_string(x.max);
  auto type = x.get(config{});
  if (std::holds_alternative<std::int64_t>(type))
    return "a whole number" + range;
  if (std::holds_alternative<std::vector<std::int64_t>>(type))
    return "a list of 1 to 100 whole numbers" + range;
  if (std::holds_alternative<std::vector<std::string>>(type))
    return "a list of texts";
  if (x.choices.empty())
    return "a text";
  std::string result;
  for (auto choice : x.choices)
    (result += result.empty() ? "one of " : ", ") += choice;
  return result;
}

std::optional<config_value> parse_value(const setting& x, std::string_view text) {
  auto type = x.get(config{});
  if (std::holds_alternative<std::string>(type))
    return std::string{text};
  if (std::holds_alternative<std::vector<std::string>>(type))
    return split(text);
  if (std::holds_alternative<std::int64_t>(type)) {
    auto number = parse_number(text);
    return number ? std::optional<config_value>{*number} : std::nullopt;
  }
  std::vector<std::int64_t> numbers;
  for (const auto& part : split(text)) {
    auto number = parse_number(part);
    if (!number)
      return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

bool is_allowed(const setting& x, const config_value& value) {
  FIEF_ASSERT(value.index() == x.get(config{}).index());
  auto in_range = [&x](std::int64_t number) { return number >= x.min && number <= x.max; };
  if (auto number = std::get_if<std::int64_t>(&value))
    return in_range(*number);
  if (auto numbers = std::get_if<std::vector<std::int64_t>>(&value))
    return !numbers->empty() && numbers->size() <= 100 && std::ranges::all_of(*numbers, in_range);
  if (auto text = std::get_if<std::string>(&value))
    return x.choices.empty() || std::ranges::find(x.choices, *text) != x.choices.end();
  return true;
}

std::string to_toml(const config_value& value) {
  if (auto number = std::get_if<std::int64_t>(&value))
    return std::to_string(*number);
  if (auto text = std::get_if<std::string>(&value))
    return quoted(*text);
  if (auto numbers = std::get_if<std::vector<std::int64_t>>(&value))
    return "[" + joined(*numbers) + "]";
  return "[" + joined(std::get<std::vector<std::string>>(value)) + "]";
}

} // namespace fief
