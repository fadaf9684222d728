#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace fief::fuzz {

using bytes = std::span<const std::uint8_t>;

inline std::string_view text_of(bytes x) {
  return {reinterpret_cast<const char*>(x.data()), x.size()};
}

/// What one `*.fuzz.cpp` holds any input against. It states properties with FIEF_ASSERT, which
/// ends the process: a finding, for libFuzzer as for the replay of the corpus.
struct target {
  std::string_view name;
  void (*run)(bytes input);
};

/// Those linked into this program.
const std::vector<target>& targets();

/// `const enlist json{"json", [](bytes input) { ... }};` in the file of a target.
struct enlist {
  enlist(std::string_view name, void (*run)(bytes input));
};

} // namespace fief::fuzz
