#include "src/metrics_text.hpp"

#include "src/logging.hpp"

namespace fief {

namespace {

void add(std::string& out, std::string_view name, std::string_view type, std::string_view help,
         std::uint64_t value, std::string_view labels = {}) {
  if (!help.empty()) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n");
    out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
  }
  out.append(name).append(labels).append(" ").append(std::to_string(value)).append("\n");
}

void add_queues(std::string& out, const actors::store_health& store, const server_gauges& g) {
  const auto all = read_queues(store, g);
  const auto family = [&](std::string_view name, std::string_view type, std::string_view help,
                          std::uint64_t queue_reading::*field) {
    for (const auto& each : all) {
      const auto labels = "{queue=\"" + std::string{each.name} + "\"}";
      add(out, name, type, help, each.*field, labels);
      help = {};
    }
  };
  family("fief_queue_waiting_count", "gauge", "What waits in a queue", &queue_reading::waiting);
  family("fief_queue_max_count", "gauge", "The bound of a queue", &queue_reading::max);
  family("fief_queue_refused_total", "counter", "Turned away at the bound of a queue",
         &queue_reading::refused);
  add(out, "fief_queue_expired_total", "counter", "Given up after waiting too long",
      g.reads->expired, R"({queue="reads"})");
}

void add_store(std::string& out, const actors::store_health& store, const server_gauges& g) {
  const auto silent = g.postgres->silent_for(persistence::pulse::clock::now());
  add(out, "fief_store_connected", "gauge", "1 while every lane is connected and Postgres answers",
      store.connected ? 1 : 0);
  add(out, "fief_store_silent_ms", "gauge", "How long Postgres has not answered an open question",
      static_cast<std::uint64_t>(silent.count()));
  add(out, "fief_store_commits_total", "counter", "Batches committed", store.commits);
  add(out, "fief_store_operations_total", "counter", "Operations committed", store.operations);
  add(out, "fief_store_retries_total", "counter", "Batches sent again after a fault",
      store.retries);
  add(out, "fief_store_commit_last_us", "gauge", "Duration of the last commit in microseconds",
      store.commit_us_last);
}

void add_actors(std::string& out, const actors::directory_status& live, const server_gauges& g) {
  add(out, "fief_actors_live_count", "gauge", "Live actors by kind", live.users,
      R"({kind="user"})");
  add(out, "fief_actors_live_count", {}, {}, live.events, R"({kind="event"})");
  add(out, "fief_actors_live_count", {}, {}, live.areas, R"({kind="area"})");
  add(out, "fief_actors_loading_count", "gauge", "Entities being loaded", live.loading);
  add(out, "fief_actors_activations_total", "counter", "Entities loaded", live.activations);
  add(out, "fief_actors_passivations_total", "counter", "Entities that left when idle",
      live.passivations);
  add(out, "fief_actors_refused_total", "counter",
      "Messages that DIRECTORY refused: no room, or their entity could not be loaded",
      live.refused);
  add(out, "fief_actors_sessions_refused_total", "counter",
      "Sessions refused to a user with too many", g.actors->sessions.refused);
}

/// All zero, and without a chain's id, where no chain is configured.
void add_chains(std::string& out, const server_gauges& gauges) {
  const actors::chain_gauge none;
  std::vector<std::pair<std::string, const actors::chain_gauge*>> all;
  for (const auto& [id, gauge] : gauges.chains)
    all.emplace_back("{chain=\"" + std::to_string(id) + "\"}", gauge);
  if (all.empty())
    all.emplace_back("", &none);
  const auto family = [&](std::string_view name, std::string_view type, std::string_view help,
                          auto value) {
    for (const auto& [labels, gauge] : all) {
      add(out, name, type, help, value(*gauge), labels);
      help = {};
    }
  };
  using gauge = actors::chain_gauge;
  family("fief_chain_head_count", "gauge", "The chain's last block, as a node says",
         [](const gauge& x) { return x.head.load(); });
  family("fief_chain_read_count", "gauge", "The last block that was read",
         [](const gauge& x) { return x.at.load(); });
  family("fief_chain_halted", "gauge", "1 while the chain is not read until an operator looks",
         [](const gauge& x) { return std::uint64_t{x.halted}; });
  family("fief_chain_credited_total", "counter", "Deposits credited",
         [](const gauge& x) { return x.credited.load(); });
  family("fief_chain_reorgs_total", "counter", "Reorganisations found",
         [](const gauge& x) { return x.reorgs.load(); });
  family("fief_chain_failures_total", "counter", "Rounds that came to nothing",
         [](const gauge& x) { return x.failures.load(); });
}

void add_process(std::string& out) {
  const auto used = read_process_usage();
  add(out, "fief_process_cpu_ms_total", "counter", "CPU time of all threads, user and kernel",
      static_cast<std::uint64_t>(used.cpu.count()));
  add(out, "fief_process_resident_bytes", "gauge", "Memory that the process has",
      used.resident_bytes);
}

} // namespace

std::string metrics_text(const net::metrics_registry& registry, const actors::store_health& store,
                         const actors::directory_status& live, const server_gauges& gauges) {
  auto out = registry.to_text();
  add_store(out, store, gauges);
  add_actors(out, live, gauges);
  add_chains(out, gauges);
  add_queues(out, store, gauges);
  add_process(out);
  add(out, "fief_log_lost_total", "counter", "Lines of the log that nobody took", log_lines_lost());
  return out;
}

} // namespace fief
