#include "src/metrics_text.hpp"

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

} // namespace

std::string metrics_text(const net::metrics_registry& registry, const actors::store_health& store,
                         const actors::directory_status& live) {
  auto out = registry.to_text();
  add(out, "fief_store_connected", "gauge", "1 while every lane has a connection to Postgres",
      store.connected ? 1 : 0);
  add(out, "fief_store_queued_count", "gauge", "Operations waiting or in flight", store.queued);
  add(out, "fief_store_queued_max_count", "gauge", "The bound of the queue", store.queued_max);
  add(out, "fief_store_commits_total", "counter", "Batches committed", store.commits);
  add(out, "fief_store_operations_total", "counter", "Operations committed", store.operations);
  add(out, "fief_store_refused_total", "counter", "Operations refused: queue full or Postgres away",
      store.refused);
  add(out, "fief_store_retries_total", "counter", "Batches sent again after a fault",
      store.retries);
  add(out, "fief_store_commit_last_us", "gauge", "Duration of the last commit in microseconds",
      store.commit_us_last);
  add(out, "fief_actors_live_count", "gauge", "Live actors by kind", live.users,
      R"({kind="user"})");
  add(out, "fief_actors_live_count", {}, {}, live.events, R"({kind="event"})");
  add(out, "fief_actors_live_count", {}, {}, live.areas, R"({kind="area"})");
  add(out, "fief_actors_loading_count", "gauge", "Entities being loaded", live.loading);
  add(out, "fief_actors_stashed_count", "gauge", "Messages waiting for entities", live.stashed);
  add(out, "fief_actors_activations_total", "counter", "Entities loaded", live.activations);
  add(out, "fief_actors_passivations_total", "counter", "Entities that left when idle",
      live.passivations);
  add(out, "fief_actors_refused_total", "counter", "Messages refused by a full stash",
      live.refused);
  return out;
}

} // namespace fief
