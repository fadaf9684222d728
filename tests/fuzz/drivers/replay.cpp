// Holds files against a fuzz target: the corpus and every finding of old, in the ordinary tests.

#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& place) {
  if (!fs::is_directory(place))
    return {place};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator{place})
    if (entry.is_regular_file())
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::uint8_t> content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: %s TARGET FILE_OR_FOLDER...\n", arguments[0]);
    return 2;
  }
  const std::string name = arguments[1];
  const auto& all = fief::fuzz::targets();
  const auto at =
    std::find_if(all.begin(), all.end(), [&](const auto& x) { return x.name == name; });
  if (at == all.end()) {
    std::fprintf(stderr, "there is no target %s\n", name.c_str());
    return 2;
  }
  std::size_t done = 0;
  for (int i = 2; i < count; ++i)
    for (const auto& file : files_of(arguments[i])) {
      // Written before it is run: after an abort the last line names the culprit.
      std::printf("%s\n", file.c_str());
      std::fflush(stdout);
      at->run(content_of(file));
      ++done;
    }
  std::printf("%s: %zu inputs\n", name.c_str(), done);
  return done > 0 ? 0 : 1;
}
