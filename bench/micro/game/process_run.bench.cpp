// What one run costs when it is saved: 3,600 fixes over 10 km, beside the projection of the same
// fixes to S2 cells alone. `range` counts fixes, so the growth of the cost shows as well.

#include "game/live_track.hpp"
#include "game/run.hpp"
#include "game/same_run.hpp"
#include "tests/support/game/synthetic_run.hpp"

#include <benchmark/benchmark.h>
#include <numbers>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>

using namespace fief;
using namespace fief::game;

namespace {

/// About `count` fixes, one a second.
std::vector<fix> fixes_along(std::span<const test::point_m> path, double length_m,
                             std::int64_t count) {
  base::rng random{42};
  test::runner who;
  who.speed_mps = length_m / static_cast<double>(count);
  return run_along(path, who, random);
}

std::vector<fix> open_run(std::int64_t count) {
  auto length = 10'000.0 * static_cast<double>(count) / 3600;
  return fixes_along(std::vector<test::point_m>{{0, 0}, {length * 0.8, length * 0.6}}, length,
                     count);
}

std::vector<fix> loop_run(std::int64_t count) {
  auto length = 10'000.0 * static_cast<double>(count) / 3600;
  return fixes_along(test::circle(length / 2 / std::numbers::pi), length, count);
}

void report(benchmark::State& state, const std::vector<fix>& fixes, const run_result& result) {
  state.counters["fixes"] = static_cast<double>(fixes.size());
  state.counters["passed"] = static_cast<double>(result.passed.size());
  state.counters["enclosed"] = static_cast<double>(result.enclosed.size());
}

void process(benchmark::State& state, const std::vector<fix>& fixes) {
  run_input input;
  input.fixes = fixes;
  run_result result;
  for (auto _ : state) {
    result = process_run(input, run_rules{}, tiling{17});
    benchmark::DoNotOptimize(result.claims.data());
  }
  report(state, fixes, result);
}

void baseline_s2_projection(benchmark::State& state) {
  auto fixes = open_run(state.range(0));
  for (auto _ : state)
    for (const auto& f : fixes) {
      auto place = S2LatLng::FromDegrees(f.lat_e7 / 1e7, f.lon_e7 / 1e7);
      benchmark::DoNotOptimize(S2CellId(place).parent(17).id());
    }
}

void process_without_loop(benchmark::State& state) {
  process(state, open_run(state.range(0)));
}

void process_with_loop(benchmark::State& state) {
  process(state, loop_run(state.range(0)));
}

void live_in_batches_of_10(benchmark::State& state) {
  auto fixes = open_run(state.range(0));
  std::span<const fix> all{fixes};
  for (auto _ : state) {
    live_track live{run_rules{}, tiling{17}, milliseconds{0}, {}};
    for (std::size_t at = 0; at + 10 <= all.size(); at += 10)
      benchmark::DoNotOptimize(live.feed(all.subspan(at, 10)).size());
  }
}

void compare_two_recordings(benchmark::State& state) {
  auto fixes = open_run(state.range(0));
  auto others = fixes;
  for (auto& f : others)
    f.lat_e7 += 150;
  recording a{{}, milliseconds{0}, fixes};
  recording b{{}, milliseconds{0}, others};
  for (auto _ : state)
    benchmark::DoNotOptimize(compare(a, b));
}

} // namespace

BENCHMARK(baseline_s2_projection)->Arg(3600)->Unit(benchmark::kMicrosecond);
BENCHMARK(process_without_loop)->Arg(900)->Arg(3600)->Arg(14400)->Unit(benchmark::kMicrosecond);
BENCHMARK(process_with_loop)->Arg(900)->Arg(3600)->Unit(benchmark::kMicrosecond);
BENCHMARK(live_in_batches_of_10)->Arg(3600)->Unit(benchmark::kMicrosecond);
BENCHMARK(compare_two_recordings)->Arg(3600)->Unit(benchmark::kMicrosecond);

BENCHMARK_MAIN();
