#include "src/server_gauges.hpp"

#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace fief {

queue_readings read_queues(const actors::store_health& store, const server_gauges& gauges) {
  const auto of = [](std::string_view name, const base::queue_gauge& x, std::uint64_t max) {
    return queue_reading{name, x.waiting, max, x.refused};
  };
  return {queue_reading{"writes", store.queued, store.queued_max, store.refused},
          of("reads", *gauges.reads, gauges.reads_max),
          of("passwords", *gauges.passwords, gauges.passwords_max),
          of("files", *gauges.files, gauges.files_max),
          of("tracks", *gauges.tracks, gauges.tracks_max),
          of("entities", gauges.actors->entities, gauges.entities_max),
          of("stash", gauges.actors->stash, gauges.stash_max),
          of("claims", gauges.actors->claims, gauges.claims_max)};
}

namespace {

std::uint64_t resident_bytes() {
  unsigned long long size = 0;
  unsigned long long resident = 0;
  auto* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr)
    return 0;
  auto is_read = std::fscanf(file, "%llu %llu", &size, &resident) == 2;
  std::fclose(file);
  return is_read ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

} // namespace

process_usage read_process_usage() {
  timespec cpu{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  return {base::milliseconds{std::int64_t{cpu.tv_sec} * 1'000 + cpu.tv_nsec / 1'000'000},
          resident_bytes()};
}

} // namespace fief
