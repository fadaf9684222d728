#include "src/durable_file.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using fief::durable_file;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;

/// A directory that goes with the test.
class temporary_directory {
public:
  temporary_directory() {
    std::string pattern = "/tmp/fief-test-XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(
      std::distance(fs::directory_iterator{path_}, fs::directory_iterator{}));
  }

private:
  fs::path path_;
};

void put(durable_file& to, const std::string& text) {
  REQUIRE(::write(to.descriptor(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string content(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

durable_file start(const fs::path& name, bool force = false) {
  auto made = durable_file::start(name, force);
  if (!made)
    FAIL(made.error());
  return std::move(*made);
}

} // namespace

TEST_CASE("a durable file appears whole at the end, for its owner alone") {
  temporary_directory directory;
  auto file = start(directory / "kept");
  put(file, "all of it");
  CHECK_FALSE(fs::exists(directory / "kept"));
  auto size = file.finish();
  REQUIRE(size.has_value());
  CHECK(*size == 9);
  CHECK(content(directory / "kept") == "all of it");
  struct stat found {};
  REQUIRE(::stat((directory / "kept").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  CHECK(directory.size() == 1);
}

TEST_CASE("a durable file that is not finished leaves nothing, and what was there stays") {
  temporary_directory directory;
  std::ofstream{directory / "kept"} << "old";
  {
    auto file = start(directory / "kept", true);
    put(file, "new");
  }
  CHECK(content(directory / "kept") == "old");
  CHECK(directory.size() == 1);
}

TEST_CASE("a durable file overwrites only when told, also one that came meanwhile") {
  temporary_directory directory;
  {
    auto file = start(directory / "kept");
    put(file, "mine");
    std::ofstream{directory / "kept"} << "theirs";
    auto done = file.finish();
    REQUIRE_FALSE(done.has_value());
    CHECK_THAT(done.error(), Contains("exists") && Contains("--force"));
  }
  CHECK(content(directory / "kept") == "theirs");
  CHECK_FALSE(durable_file::start(directory / "kept", false).has_value());
  auto forced = start(directory / "kept", true);
  put(forced, "mine");
  REQUIRE(forced.finish().has_value());
  CHECK(content(directory / "kept") == "mine");
}

TEST_CASE(
  "what a killed process left of a durable file is used again, one that is written is not") {
  temporary_directory directory;
  std::ofstream{directory / "kept.part"} << "much more than will come";
  ::chmod((directory / "kept.part").c_str(), 0644);
  auto file = start(directory / "kept");
  auto second = durable_file::start(directory / "kept", false);
  REQUIRE_FALSE(second.has_value());
  CHECK_THAT(second.error(), Contains("another process"));
  put(file, "short");
  REQUIRE(file.finish().has_value());
  CHECK(content(directory / "kept") == "short");
  struct stat found {};
  REQUIRE(::stat((directory / "kept").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
}

TEST_CASE("a durable file is refused where it cannot be") {
  temporary_directory directory;
  fs::create_directory(directory / "folder");
  fs::create_symlink("/etc/passwd", directory / "link");
  fs::create_symlink("/tmp/elsewhere", directory / "sly.part");
  for (auto name : {"folder", "link", "sly", "none/such"}) {
    CAPTURE(name);
    CHECK_FALSE(durable_file::start(directory / name, true).has_value());
  }
}
