// What the text of a batch of fixes costs, apart from sockets, actors and Postgres.

#include "net/fixes_codec.hpp"
#include "bench/loops/fix_stream.hpp"

#include <benchmark/benchmark.h>

using namespace fief;

namespace {

void read_batch_of_10(benchmark::State& state) {
  bench::fix_stream fixes{"0196b0a0-0000-7000-8000-000000000001", 1'778'407'200'000, 42};
  auto text = fixes.next();
  net::json_document document;
  net::fixes_message message;
  for (auto _ : state) {
    net::json_errors errors;
    auto in = document.parse(text, errors);
    benchmark::DoNotOptimize(in.string("type"));
    if (!net::read_fixes(in, true, message))
      state.SkipWithError("the batch was refused");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

} // namespace

BENCHMARK(read_batch_of_10)->Unit(benchmark::kMicrosecond);

BENCHMARK_MAIN();
