// What Postgres, STORE, READER and the entities cost together: the real ones, in this process, on a
// private Postgres of its own. `bench_store WHAT [ARGUMENTS]` prints one line of JSON.

#include "bench/store/place.hpp"

#include <cstring>
#include <spdlog/spdlog.h>

int main(int argc, char** argv) {
  using namespace fief::bench;
  struct {
    const char* name;
    int (*run)(const std::vector<std::string>&);
  } const known[] = {
    {"write_batch", write_batch}, {"event", event_of}, {"claims", claims}, {"growth", growth}};
  spdlog::set_level(spdlog::level::warn);
  for (const auto& each : known)
    if (argc > 1 && std::strcmp(argv[1], each.name) == 0)
      return each.run({argv + 2, argv + argc});
  std::fprintf(stderr, "usage: bench_store WHAT [ARGUMENTS]; WHAT is one of");
  for (const auto& each : known)
    std::fprintf(stderr, " %s", each.name);
  std::fprintf(stderr, "\n");
  return 2;
}
