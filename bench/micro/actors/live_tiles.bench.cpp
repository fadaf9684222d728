// What the map costs in memory: AREAs that hold 1,000,000 tiles as records, and 50,000 TILEs in
// motion on top. A real DIRECTORY and real AREAs and TILEs; READER and STORE are fakes that keep
// nothing. Prints one line of JSON. `bench_live_tiles [TILES [MOVING]]`.

#include "bench/micro/actors/tile_city.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace fief;
using namespace fief::actors;
using namespace fief::bench;

namespace {

std::uint64_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  in >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

caf::behavior fake_store(caf::event_based_actor*) {
  return {
    [](const observe_commits&) {},
    [](const merge_claim& x) {
      return claim_merged{{x.claim, x.generation}, true, {}};
    },
  };
}

/// A run in every area takes some of its tiles, each of which becomes a TILE. Returns how many.
std::int64_t move_tiles(game_under_test& x, std::size_t moving) {
  caf::scoped_actor self{*x.system};
  std::int64_t taken = 0;
  for (std::size_t i = 0; i < x.areas.size(); ++i) {
    merge_claims merge{x.areas[i], {{1, i + 1}}, "newcomer", {}};
    auto tiles = tiles_of(x.areas[i]);
    auto each = moving * (i + 1) / x.areas.size() - moving * i / x.areas.size();
    FIEF_ASSERT(each <= tiles.size());
    for (std::size_t k = 0; k < each; ++k)
      merge.claims.push_back({tiles[k * tiles.size() / each], user_at(users + 1), merge.run,
                              base::from_ms(now_ms), base::from_ms(now_ms + 172'800'000), false});
    self->send(x.directory,
               deliver{key_of(x.areas[i]), caf::make_message(std::move(merge)), false});
    self->receive([&](const claims_merged& merged) { taken += merged.taken; });
  }
  return taken;
}

} // namespace

int main(int argc, char** argv) {
  std::size_t tiles = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  std::size_t moving = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 50'000;
  game_under_test game{tiles, fake_store};
  auto actors_before = game.system->registry().running();
  auto empty = resident_bytes();
  auto cpu_began = cpu_ms();
  auto held = activate_all(game);
  auto cpu_activation = cpu_ms() - cpu_began;
  auto at_rest = resident_bytes();
  FIEF_ASSERT(held == static_cast<std::int64_t>(game.areas.size() * 1'024));
  FIEF_ASSERT(game.system->registry().running() == actors_before + game.areas.size());
  cpu_began = cpu_ms();
  auto moved = move_tiles(game, moving);
  auto cpu_moving = cpu_ms() - cpu_began;
  auto in_motion = resident_bytes();
  FIEF_ASSERT(moved == static_cast<std::int64_t>(moving));
  auto tile_actors = game.system->registry().running() - actors_before - game.areas.size();
  FIEF_ASSERT(tile_actors == moving);
  std::printf("{\"areas\": %zu, \"tiles\": %lld, \"rest_bytes\": %llu, \"bytes_per_tile\": %.1f, "
              "\"activation_cpu_ms_per_area\": %.3f, \"tile_actors\": %zu, \"motion_bytes\": %llu, "
              "\"bytes_per_tile_actor\": %.0f, \"cpu_us_per_claim\": %.1f}\n",
              game.areas.size(), static_cast<long long>(held),
              static_cast<unsigned long long>(at_rest - empty),
              static_cast<double>(at_rest - empty) / static_cast<double>(held),
              cpu_activation / static_cast<double>(game.areas.size()), tile_actors,
              static_cast<unsigned long long>(in_motion - at_rest),
              static_cast<double>(in_motion - at_rest) / static_cast<double>(tile_actors),
              cpu_moving * 1e3 / static_cast<double>(moved));
  std::fflush(stdout);
  _exit(0); // 50,000 actors take their time to end, and nobody waits for it.
}
