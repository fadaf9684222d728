#include "base/assert.hpp"
#include "tests/fuzz/target.hpp"

#include <cstddef>

/// What libFuzzer calls, in a program that has one target.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto& targets = fief::fuzz::targets();
  FIEF_ASSERT(targets.size() == 1);
  targets.front().run({data, size});
  return 0;
}
