#include "src/app.hpp"

#include "actors/auth.hpp"
#include "actors/clock.hpp"
#include "actors/system.hpp"
#include "actors/worker.hpp"
#include "integrations/files/decoder.hpp"
#include "net/api/api.hpp"
#include "net/api/gate.hpp"
#include "net/api/live_sockets.hpp"
#include "net/api/renderer.hpp"
#include "net/server.hpp"
#include "persistence/fence.hpp"
#include "persistence/migrate.hpp"
#include "persistence/reader.hpp"
#include "persistence/rights.hpp"
#include "persistence/store.hpp"
#include "security/key_file.hpp"
#include "security/vault.hpp"
#include "src/access.hpp"
#include "src/chain_parts.hpp"
#include "src/game_clock.hpp"
#include "src/logging.hpp"
#include "src/metrics_text.hpp"
#include "src/monitor.hpp"
#include "src/open_files.hpp"
#include "src/rules_of.hpp"
#include "src/server_reader.hpp"
#include "src/strava_parts.hpp"
#include "src/wallets.hpp"
#include "src/web_parts.hpp"

#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <future>
#include <optional>
#include <random>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <thread>

namespace fief {

namespace {

using stop_clock = std::chrono::steady_clock;

// After the drain (5 s unless configured) these keep a stop within 10 s, whatever hangs.
constexpr base::milliseconds actors_patience{1'500};
constexpr base::milliseconds postgres_patience{2'500}; ///< And what the others left.
constexpr base::milliseconds last_patience{500};

class clock_source final : public actors::time_source {
public:
  explicit clock_source(game_clock clock) : clock_(clock) {}
  [[nodiscard]] base::instant now() const override { return clock_.now(); }

private:
  game_clock clock_;
};

game_clock clock_of(const std::optional<dev_clock>& dev) {
  if (!dev || (!dev->start && dev->speed == 1))
    return game_clock{};
  auto start = dev->start.value_or(game_clock{}.now());
  return game_clock{start, dev->speed};
}

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

template <class T, class E>
T or_throw(boost::system::result<T, E> x, std::string E::*text) {
  if (!x)
    throw std::runtime_error(x.error().*text);
  return std::move(*x);
}

std::uint32_t connections_for(std::uint32_t wanted) {
  const auto files = raise_open_files();
  const auto most = connections_within(wanted, files);
  if (most < wanted)
    spdlog::warn("at most {} connections, since this process may have {} files open", most, files);
  return most;
}

security::server_keys load_keys(const config& values) {
  auto path = values.auth.jwt_key_file.empty()
                ? std::filesystem::path{values.data_dir} / "server.key"
                : std::filesystem::path{values.auth.jwt_key_file};
  return security::derive_keys(
    or_throw(security::load_or_create_key(path), &security::key_file_error::text));
}

} // namespace

/// In order of construction; destroyed the other way round.
struct app::parts {
  explicit parts(const serve_command& what)
    : values(what.settings.values), dev(what.dev.has_value()),
      time(std::make_shared<clock_source>(clock_of(what.dev))),
      linked(values.chain, values.more_chains) {
    context.server = server_facts_of(values.web, what.dev);
  }

  config values;
  bool dev;
  std::shared_ptr<const actors::time_source> time;
  wallets linked;
  std::optional<data_dir_lock> lock;
  std::optional<embedded_postgres> postgres;
  std::string database;
  std::string store_name; ///< Of STORE's connections, on a Postgres that is not ours.
  std::optional<access> tokens;
  std::optional<net::recent_rights> rights;
  std::shared_ptr<const actors::settings> rules;

  caf::actor_system_config actor_config;
  std::optional<caf::actor_system> system;
  actors::store_actor store;
  actors::reader_actor reader;
  actors::directory_actor directory;
  actors::vault_actor vault;
  actors::auth_actor auth;
  actors::decoder_actor decoder;
  actors::renderer_actor renderer;
  actors::clock_actor clock;
  actors::monitor_actor monitor;
  std::optional<strava_parts> strava;
  std::deque<chain_parts> chains;

  server_gauges gauges;
  net::metrics_registry metrics;
  std::optional<net::web_files> web;
  server_reader readings{metrics, gauges};
  net::api_context context;
  std::optional<net::api_gate> gate;
  std::optional<net::api> endpoints;
  net::router routes;
  std::optional<net::server> server;

  void open_database();
  void start_actors();
  void start_monitor();
  /// `place` begins what is wrong with it.
  void start_chain(const chain_settings& settings, const std::string& place);
  void start_server();
  void stop_actors();
};

void app::parts::open_database() {
  database = values.database.url;
  if (database.empty()) {
    auto started = embedded_postgres::start(values.data_dir);
    if (!started)
      throw std::runtime_error(started.error().message);
    postgres.emplace(std::move(*started));
    database = postgres->url();
    if (postgres->place().base != postgres->place().data_dir)
      spdlog::info("Postgres keeps its data in {}, since its user cannot reach {}",
                   postgres->place().base.string(), values.data_dir);
    auto migrated = persistence::migrate(database);
    if (!migrated.applied.empty())
      spdlog::info("the private database is now at version {}", migrated.to);
  } else {
    auto taken = data_dir_lock::take(values.data_dir);
    if (!taken)
      throw std::runtime_error(taken.error().message);
    lock.emplace(std::move(*taken));
    // A private Postgres was started anew; this one may hold what an earlier server left.
    store_name = "fief " + lock->name();
    if (auto ended = persistence::fence_off(database, store_name); ended > 0)
      spdlog::info("{} connections of the server before this one were ended", ended);
  }
  if (auto problem = persistence::check_schema(database))
    throw std::runtime_error(*problem);
  auto level = persistence::fix_tile_level(database, static_cast<int>(values.game.tile_level));
  rules = std::make_shared<const actors::settings>(rules_of(values, level));
}

void app::parts::start_actors() {
  auto keys = load_keys(values);
  tokens.emplace(keys.access_tokens, values.auth.access_ttl, threads_of(values.http.threads));
  actors::configure(actor_config);
  actor_config.set("scheduler.max-threads",
                   static_cast<std::size_t>(threads_of(values.actors.threads)));
  actor_config.set("scheduler.max-throughput",
                   static_cast<std::size_t>(values.actors.throughput_max));
  system.emplace(actor_config);

  persistence::store_config to_postgres;
  to_postgres.options = database;
  to_postgres.name = store_name;
  to_postgres.fix_lanes =
    values.database.lanes > 0 ? values.database.lanes : std::max(threads_of(0) / 2, 1U);
  to_postgres.queue_max = values.database.queue_max;
  to_postgres.mining = rules->mining;
  to_postgres.seed = random_seed();
  to_postgres.pulse = gauges.postgres;
  store = system->spawn(persistence::store, to_postgres);

  persistence::reader_config from_postgres;
  from_postgres.options = database;
  from_postgres.pool_size = values.database.pool_size;
  from_postgres.statement_timeout_ms = values.database.statement_timeout.count();
  from_postgres.store_max = rules->mining.store_max;
  from_postgres.tiling = rules->tiling;
  from_postgres.gauge = gauges.reads;
  from_postgres.pulse = gauges.postgres;
  gauges.reads_max = from_postgres.queue_max;
  reader = system->spawn(persistence::reader, from_postgres);

  actors::directory_config entities{store, reader, time, rules, actors::make_entities()};
  entities.gauges = gauges.actors;
  gauges.entities_max = rules->loading_queue_max;
  gauges.stash_max = rules->stashed_max;
  gauges.claims_max = rules->claims_waiting_max;
  directory = system->spawn(actors::directory, entities);

  security::vault_config passwords;
  passwords.threads = threads_of(values.auth.hash_threads);
  passwords.cost = {values.auth.argon2_memory_kib, values.auth.argon2_passes};
  passwords.refresh_key = keys.refresh_tokens;
  passwords.gauge = gauges.passwords;
  gauges.passwords_max = passwords.queue_max;
  vault = system->spawn(security::vault, passwords);

  actors::auth_config sign_in;
  sign_in.seed = random_seed();
  sign_in.welcome_cents = rules->welcome_cents;
  sign_in.session_life = values.auth.refresh_ttl;
  if (values.http.auth_requests_per_minute == 0) { // The operator lifted the limits.
    sign_in.logins_per_address.burst = 0;
    sign_in.registrations_per_address.burst = 0;
  }
  auth = system->spawn(actors::auth, actors::auth_ports{store, reader, vault, time}, sign_in);

  actors::worker_config files;
  files.gauge = gauges.files;
  gauges.files_max = files.queue_max;
  decoder = system->spawn(actors::worker<actors::decode_file, actors::file_decoded>, files,
                          integrations::decode);

  actors::worker_config tracks;
  tracks.gauge = gauges.tracks;
  gauges.tracks_max = tracks.queue_max;
  renderer = system->spawn(
    actors::worker<actors::render_track, actors::track_rendered>, tracks,
    [shared = rules](const actors::render_track& x) { return net::render(x, shared->runs); });

  auto shared = std::make_shared<actors::context>();
  shared->store = store;
  shared->reader = reader;
  shared->directory = caf::actor_cast<caf::actor>(directory);
  shared->time = time;
  shared->rules = rules;
  shared->gauges = gauges.actors;
  clock = system->spawn(actors::clock, actors::context_ptr{std::move(shared)});

  actors::strava_ports to_strava;
  to_strava.store = store;
  to_strava.reader = reader;
  to_strava.directory = caf::actor_cast<caf::actor>(directory);
  to_strava.time = time;
  start_monitor();
  strava = start_strava(*system, values, std::move(to_strava), random_seed());
  start_chain(values.chain, "");
  for (const auto& each : values.more_chains)
    start_chain(each, "chain " + std::to_string(each.id) + " of chain.more: ");
}

void app::parts::start_monitor() {
  monitor_ports sees;
  sees.store = store;
  sees.directory = directory;
  sees.version = FIEF_VERSION;
  sees.now = [wall = game_clock{}] { return wall.now(); };
  sees.read = [this](const actors::store_health& store_says,
                     const actors::directory_status& directory_says) {
    return readings.read(store_says, directory_says);
  };
  sees.silent = [postgres = gauges.postgres] {
    return postgres->silent_for(persistence::pulse::clock::now());
  };
  sees.errors = recent_log_lines;
  monitor = system->spawn(fief::monitor, std::move(sees), monitor_config{});
}

void app::parts::start_chain(const chain_settings& settings, const std::string& place) {
  auto& made = chains.emplace_back();
  try {
    made.start(*system, settings, {store, reader, {}, time});
  } catch (const std::runtime_error& wrong) {
    throw std::runtime_error(place + wrong.what());
  }
  if (made.gauge() != nullptr)
    gauges.chains.emplace_back(settings.id, made.gauge());
}

void app::parts::start_server() {
  context.directory = caf::actor_cast<caf::strong_actor_ptr>(directory);
  context.store = caf::actor_cast<caf::strong_actor_ptr>(store);
  context.reader = caf::actor_cast<caf::strong_actor_ptr>(reader);
  context.auth = caf::actor_cast<caf::strong_actor_ptr>(auth);
  context.decoder = caf::actor_cast<caf::strong_actor_ptr>(decoder);
  context.renderer = caf::actor_cast<caf::strong_actor_ptr>(renderer);
  context.monitor = caf::actor_cast<caf::strong_actor_ptr>(monitor);
  if (strava)
    context.strava = strava_edge_of(values, *strava);
  context.now = [source = time] { return source->now(); };
  context.access = &*tokens;
  rights.emplace(values.auth.access_ttl);
  rights->begin(persistence::special_rights(database));
  context.rights = &*rights;
  context.wallets = &linked;
  context.simulated_runs = dev;
  context.tiling = rules->tiling;
  context.mining = rules->mining;
  context.events = rules->events;
  context.metrics_text = [this](const actors::store_health& store_says,
                                const actors::directory_status& directory_says) {
    return metrics_text(metrics, store_says, directory_says, gauges);
  };
  web = load_web_files(values.web);
  context.web = web ? &*web : nullptr;
  values.http.connections_max = connections_for(values.http.connections_max);
  context.limits = api_limits_of(values.http);
  auto config = server_config_of(values.http, values.log);
  gate.emplace(context, metrics, random_seed());
  endpoints.emplace(context, config.threads);
  endpoints->add_routes(routes);
  net::server_parts serves{
    routes, metrics, &*system, net::make_live_sockets(context, metrics),
    [this](net::io_thread& thread, const net::route& to, net::http_request& request,
           net::responder& answer) { return gate->admit(thread, to, request, answer); }};
  server.emplace(config, serves);
  server->start();
}

void app::parts::stop_actors() {
  if (!system)
    return;
  // From the edge inwards: nobody asks STORE any more when it is told to end.
  auto end = [](auto& actor) {
    if (actor)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actor = nullptr;
  };
  end(clock);
  end(monitor);
  if (strava) {
    end(strava->strava);
    end(strava->api);
  }
  for (auto& each : chains)
    each.stop();
  end(auth);
  end(vault);
  end(decoder);
  end(renderer);
  context = {};
  end(directory);
  end(reader);
  end(store);
  system.reset(); // Waits for all of them.
}

app::app(const serve_command& what) : parts_(std::make_unique<parts>(what)) {
  parts_->open_database();
  try {
    parts_->start_actors();
    parts_->start_server();
  } catch (...) { // A port that is taken: actors would wait for their end for ever.
    parts_->server.reset();
    end_by(stop_clock::now());
    throw;
  }
}

app::~app() {
  if (parts_)
    stop();
}

std::string app::url() const {
  auto scheme = parts_->server->tls() ? "https://" : "http://";
  auto host = parts_->values.http.host;
  if (host.find(':') != std::string::npos)
    host = '[' + host + ']';
  return scheme + host + ':' + std::to_string(parts_->server->port());
}

void app::look_after_postgres() {
  if (!parts_->postgres)
    return;
  auto started = parts_->postgres->ensure_running();
  if (!started)
    spdlog::error("Postgres cannot be started: {}", started.error().message);
  else if (*started)
    spdlog::error("Postgres had ended and was started again; see {}",
                  parts_->postgres->place().log.string());
}

void app::stop() {
  auto deadline =
    stop_clock::now() + parts_->values.http.drain + actors_patience + postgres_patience;
  if (parts_->server) {
    auto cut =
      parts_->server->drain(parts_->values.http.drain, "draining", base::milliseconds{2'000});
    if (cut > 0)
      spdlog::warn("{} connections did not end in time and were cut", cut);
    parts_->server.reset();
  }
  end_by(deadline);
}

/// With a Postgres that hangs the actors that wait for it end only when it is gone.
void app::end_by(stop_clock::time_point deadline) {
  std::promise<void> ended;
  std::thread watch{[this, done = ended.get_future()] {
    if (done.wait_for(actors_patience) == std::future_status::ready)
      return;
    spdlog::warn("Postgres does not answer: what was not acknowledged is given up");
    if (parts_->postgres)
      parts_->postgres->stop(base::milliseconds{0});
    if (done.wait_for(last_patience) == std::future_status::ready)
      return;
    spdlog::error("something does not end; whatever was acknowledged is stored, so we leave");
    spdlog::shutdown();
    std::_Exit(0);
  }};
  parts_->stop_actors(); // Here: CAF's system ends only on the thread that made it.
  ended.set_value();
  watch.join();
  auto left = std::chrono::duration_cast<base::milliseconds>(deadline - stop_clock::now());
  if (parts_->postgres)
    parts_->postgres->stop(std::max(postgres_patience, left));
  parts_->postgres.reset();
}

} // namespace fief
