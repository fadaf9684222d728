// What a claim costs when N TILEs become runnable at one moment. STORE is a gate: it keeps all
// questions until N are there and answers them in one go, as a commit of a batch does. Whether the
// scheduler bears that is what this shows: a cliff would be a cost that grows with N. Prints one
// line of JSON, N to microseconds of CPU. `bench_runnable_tiles N...`.

#include "bench/micro/actors/tile_city.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace fief;
using namespace fief::actors;
using namespace fief::bench;

namespace {

constexpr std::size_t claims_per_area = 64; // So many TILEs of an AREA may run at once.
constexpr int rounds = 5;                   // The first one also spawns the TILEs.

std::atomic<std::size_t> gate{1}; // How many questions STORE answers together.

struct gate_state {
  std::vector<std::pair<caf::response_promise, claim_merged>> waiting;
};

caf::behavior gated_store(caf::stateful_actor<gate_state>* self) {
  return {
    [](const observe_commits&) {},
    [self](const merge_claim& x) {
      auto& waiting = self->state.waiting;
      auto asker = self->make_response_promise();
      waiting.emplace_back(asker, claim_merged{{x.claim, x.generation}, true, {}});
      if (waiting.size() >= gate) {
        for (auto& [promise, answer] : waiting)
          promise.deliver(std::move(answer));
        waiting.clear();
      }
      return asker;
    },
  };
}

/// One run after the other takes the same tiles of the first areas. Returns CPU per claim.
/// Units: microseconds.
double cpu_per_claim(game_under_test& game, std::size_t runnable) {
  caf::scoped_actor self{*game.system};
  auto areas = runnable / claims_per_area;
  FIEF_ASSERT(areas > 0 && areas <= game.areas.size());
  gate = areas * claims_per_area;
  double best = 0;
  static std::uint64_t run = 1'000'000;
  for (auto round = 0; round < rounds; ++round, ++run) {
    auto began = cpu_ms();
    for (std::size_t i = 0; i < areas; ++i) {
      merge_claims merge{game.areas[i], {{1, run}}, "newcomer", {}};
      auto tiles = tiles_of(game.areas[i]);
      for (std::size_t k = 0; k < claims_per_area; ++k)
        merge.claims.push_back({tiles[k * tiles.size() / claims_per_area], user_at(users + 1),
                                merge.run, base::from_ms(now_ms),
                                base::from_ms(now_ms + 172'800'000), false});
      self->send(game.directory,
                 deliver{key_of(game.areas[i]), caf::make_message(std::move(merge)), false});
    }
    for (std::size_t i = 0; i < areas; ++i)
      self->receive([](const claims_merged& merged) { FIEF_ASSERT(merged.taken > 0); });
    auto took = (cpu_ms() - began) * 1e3 / static_cast<double>(areas * claims_per_area);
    if (round == 1 || (round > 1 && took < best))
      best = took;
  }
  return best;
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> counts;
  for (auto i = 1; i < argc; ++i)
    counts.push_back(std::strtoul(argv[i], nullptr, 10));
  if (counts.empty())
    counts = {1'000, 10'000, 50'000};
  auto most = *std::ranges::max_element(counts);
  game_under_test game{most / claims_per_area * 1'024, gated_store};
  activate_all(game);
  std::printf("{");
  for (auto count : counts)
    std::printf("%s\"%zu\": %.2f", count == counts.front() ? "" : ", ", count,
                cpu_per_claim(game, count));
  std::printf("}\n");
  std::fflush(stdout);
  _exit(0); // 50,000 actors take their time to end, and nobody waits for it.
}
