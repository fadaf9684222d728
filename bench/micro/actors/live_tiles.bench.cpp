// What the map costs in memory: AREAs that hold 1,000,000 tiles as records, and 50,000 TILEs in
// motion on top. A real DIRECTORY and real AREAs and TILEs; READER and STORE are fakes that keep
// nothing. Prints one line of JSON. `bench_live_tiles [TILES [MOVING]]`.

#include "actors/system.hpp"
#include "base/assert.hpp"

#include <caf/all.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>
#include <unistd.h>

using namespace fief;
using namespace fief::actors;

namespace {

constexpr std::int64_t now_ms = 1'778'407'200'000;
constexpr std::size_t owners_per_area = 24;
constexpr std::size_t users = 5'000;
/// Areas activated at once: as many as READER has connections, and a few that wait.
constexpr std::size_t activations_at_once = 16;

struct fixed_time final : time_source {
  [[nodiscard]] base::instant now() const override { return base::from_ms(now_ms); }
};

game::user_id user_at(std::uint64_t index) {
  return {{0x0196'0000'0000'7000, 0x8000'0000'0000'0000 + index}};
}

std::string name_at(std::uint64_t index) {
  return "runner_" + std::to_string(100'000 + index);
}

std::uint64_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  in >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

std::vector<game::tile_id> tiles_of(game::area_id area) {
  S2CellId cell{area.value};
  auto level = cell.level() + game::tiling::area_levels_up;
  std::vector<game::tile_id> out;
  for (auto id = cell.child_begin(level); id != cell.child_end(level); id = id.next())
    out.push_back({id.id()});
  return out;
}

/// Every tile of the area is held, by one of its owners in turn for a few tiles each.
area_loaded full_area(game::area_id area) {
  area_loaded out;
  auto first_owner = (area.value >> 40) % users;
  for (std::size_t i = 0; i < owners_per_area; ++i) {
    out.owners.push_back(user_at((first_owner + i) % users));
    out.usernames.push_back(name_at((first_owner + i) % users));
  }
  std::uint64_t index = 0;
  for (auto tile : tiles_of(area)) {
    game::claim top{tile,
                    out.owners[(index / 8) % owners_per_area],
                    {{0x0197'0000'0000'7000, index}},
                    base::from_ms(now_ms - 3'600'000),
                    base::from_ms(now_ms + 86'400'000),
                    false};
    out.tiles.push_back({top, 0});
    ++index;
  }
  return out;
}

caf::behavior fake_reader(caf::event_based_actor*) {
  return {[](const load_area& x) { return full_area(x.area); }};
}

caf::behavior fake_store(caf::event_based_actor*) {
  return {
    [](const observe_commits&) {},
    [](const merge_claim& x) {
      return claim_merged{{x.claim, x.generation}, true, {}};
    },
  };
}

struct game_under_test {
  caf::actor_system_config config;
  std::optional<caf::actor_system> system;
  caf::actor directory;
  std::vector<game::area_id> areas;

  explicit game_under_test(std::size_t tiles) {
    configure(config);
    config.set("scheduler.max-throughput", 100);
    system.emplace(config);
    auto rules = std::make_shared<settings>();
    rules->tile_quiet = std::chrono::hours{1}; // So that all of them are in motion at once.
    rules->passivate_after = std::chrono::hours{1};
    directory_config made{caf::actor_cast<store_actor>(system->spawn(fake_store)),
                          caf::actor_cast<reader_actor>(system->spawn(fake_reader)),
                          std::make_shared<fixed_time>(), rules, make_entities()};
    directory = caf::actor_cast<caf::actor>(system->spawn(actors::directory, std::move(made)));
    auto level = rules->tiling.area_level();
    auto area = S2CellId{S2LatLng::FromDegrees(45.8, 15.98)}.parent(level);
    for (std::size_t held = 0; held < tiles; held += 1'024, area = area.next())
      areas.push_back({area.id()});
  }
};

/// Every area is asked once, and counts its tiles. Returns how many there are in all.
std::int64_t activate_all(game_under_test& x) {
  caf::scoped_actor self{*x.system};
  std::int64_t tiles = 0;
  auto ask = [&](std::size_t i) {
    self->send(x.directory,
               deliver{key_of(x.areas[i]), caf::make_message(get_area_count{x.areas[i]}), false});
  };
  std::size_t asked = 0;
  for (; asked < std::min(activations_at_once, x.areas.size()); ++asked)
    ask(asked);
  for (std::size_t got = 0; got < x.areas.size(); ++got) {
    self->receive([&](const area_count& count) { tiles += count.tiles; });
    if (asked < x.areas.size())
      ask(asked++);
  }
  return tiles;
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
  game_under_test game{tiles};
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
