#pragma once

// A real DIRECTORY with real AREAs and TILEs that hold as many tiles as a bench wants, all of them
// owned. READER makes them up, and STORE is a fake of the bench; nothing keeps anything.

#include "actors/system.hpp"
#include "base/assert.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <ctime>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>

namespace fief::bench {

using namespace fief::actors; // NOLINT: every name here is an actor's or a message's.

inline constexpr std::int64_t now_ms = 1'778'407'200'000;
inline constexpr std::size_t owners_per_area = 24;
inline constexpr std::size_t users = 5'000;
/// Areas activated at once: as many as READER has connections, and a few that wait.
inline constexpr std::size_t activations_at_once = 16;

struct fixed_time final : time_source {
  [[nodiscard]] base::instant now() const override { return base::from_ms(now_ms); }
};

inline game::user_id user_at(std::uint64_t index) {
  return {{0x0196'0000'0000'7000, 0x8000'0000'0000'0000 + index}};
}

inline std::string name_at(std::uint64_t index) {
  return "runner_" + std::to_string(100'000 + index);
}

inline std::vector<game::tile_id> tiles_of(game::area_id area) {
  S2CellId cell{area.value};
  auto level = cell.level() + game::tiling::area_levels_up;
  std::vector<game::tile_id> out;
  for (auto id = cell.child_begin(level); id != cell.child_end(level); id = id.next())
    out.push_back({id.id()});
  return out;
}

/// Every tile of the area is held, by one of its owners in turn for a few tiles each.
inline area_loaded full_area(game::area_id area) {
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

inline caf::behavior fake_reader(caf::event_based_actor*) {
  return {[](const load_area& x) { return full_area(x.area); }};
}

struct game_under_test {
  caf::actor_system_config config;
  std::optional<caf::actor_system> system;
  caf::actor directory;
  std::vector<game::area_id> areas;

  /// `store` is spawned as STORE.
  template <class Store>
  game_under_test(std::size_t tiles, Store store) {
    configure(config);
    config.set("scheduler.max-throughput", 100);
    system.emplace(config);
    auto rules = std::make_shared<settings>();
    rules->tile_quiet = std::chrono::hours{1}; // So that all of them are in motion at once.
    rules->passivate_after = std::chrono::hours{1};
    directory_config made{caf::actor_cast<store_actor>(system->spawn(std::move(store))),
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
inline std::int64_t activate_all(game_under_test& x) {
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

/// CPU time of this process. Units: milliseconds.
inline double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

} // namespace fief::bench
