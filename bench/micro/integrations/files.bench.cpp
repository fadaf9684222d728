// What files cost: a large FIT beside a copy and a checksum of the same bytes, and a run of 10 km
// in each format from its bytes to its claims.

#include "game/run.hpp"
#include "integrations/files/fit_format.hpp"
#include "tests/support/files/fit_writer.hpp"
#include "tests/support/files/xml_writer.hpp"
#include "tests/support/game/synthetic_run.hpp"

#include <benchmark/benchmark.h>
#include <cstring>

using namespace fief;

namespace {

constexpr double run_m = 10'000;
constexpr std::size_t run_fixes = 3'600;

std::vector<game::fix> straight_run(std::size_t count) {
  base::rng random{42};
  test::runner who;
  who.speed_mps = run_m / static_cast<double>(run_fixes);
  const auto length = who.speed_mps * static_cast<double>(count);
  auto fixes =
    run_along(std::vector<test::point_m>{{0, 0}, {length * 0.8, length * 0.6}}, who, random);
  for (auto& x : fixes)
    x = test::as_in_fit(x);
  return fixes;
}

/// About 10 MB: records of 60 bytes, two of three without a position, as of a bicycle's sensors.
const std::string& large_fit() {
  static const auto bytes = [] {
    test::fit_shape shape;
    shape.developer_fields = true;
    shape.strange_fields = true;
    shape.placeless = 2;
    auto fixes = straight_run(49'000);
    fixes.resize(std::min<std::size_t>(fixes.size(), game::fix_limits::fixes_max));
    return test::fit_of(fixes, shape);
  }();
  return bytes;
}

void count_bytes(benchmark::State& state, const std::string& bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size()) * state.iterations());
  state.counters["MB"] = static_cast<double>(bytes.size()) / 1e6;
}

void decode(benchmark::State& state, const std::string& bytes) {
  for (auto _ : state) {
    auto file = integrations::decode_track_file(bytes, "");
    if (file.has_error())
      state.SkipWithError(file.error().detail.c_str());
    benchmark::DoNotOptimize(file);
  }
  count_bytes(state, bytes);
}

void to_claims(benchmark::State& state, const std::string& bytes) {
  std::size_t claims = 0;
  for (auto _ : state) {
    auto file = integrations::decode_track_file(bytes, "");
    if (file.has_error())
      state.SkipWithError(file.error().detail.c_str());
    game::run_input input;
    input.declared = file->sport;
    input.fixes = file->fixes;
    claims = process_run(input, game::run_rules{}, game::tiling{17}).claims.size();
  }
  count_bytes(state, bytes);
  state.counters["claims"] = static_cast<double>(claims);
}

void baseline_copy(benchmark::State& state) {
  const auto& bytes = large_fit();
  std::vector<char> to(bytes.size());
  for (auto _ : state) {
    std::memcpy(to.data(), bytes.data(), bytes.size());
    benchmark::ClobberMemory();
  }
  count_bytes(state, bytes);
}

void baseline_checksum(benchmark::State& state) {
  const auto& bytes = large_fit();
  for (auto _ : state)
    benchmark::DoNotOptimize(integrations::fit::crc16(
      {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
  count_bytes(state, bytes);
}

void fit_10_mb(benchmark::State& state) {
  decode(state, large_fit());
}

void gpx_run_10_km(benchmark::State& state) {
  to_claims(state, test::gpx_of(straight_run(run_fixes)));
}

void tcx_run_10_km(benchmark::State& state) {
  to_claims(state, test::tcx_of(straight_run(run_fixes)));
}

void fit_run_10_km(benchmark::State& state) {
  to_claims(state, test::fit_of(straight_run(run_fixes), {}));
}

} // namespace

BENCHMARK(baseline_copy)->Unit(benchmark::kMillisecond);
BENCHMARK(baseline_checksum)->Unit(benchmark::kMillisecond);
BENCHMARK(fit_10_mb)->Unit(benchmark::kMillisecond);
BENCHMARK(gpx_run_10_km)->Unit(benchmark::kMillisecond);
BENCHMARK(tcx_run_10_km)->Unit(benchmark::kMillisecond);
BENCHMARK(fit_run_10_km)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
