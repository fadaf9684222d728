#include "security/key_file.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

using namespace fief;
namespace fs = std::filesystem;

namespace {

/// A directory of its own that leaves nothing behind.
struct temporary_directory {
  temporary_directory() {
    std::string name = (fs::temp_directory_path() / "fief-key-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~temporary_directory() { fs::remove_all(path); }
  fs::path path;
};

void write(const fs::path& path, const std::string& bytes, ::mode_t mode) {
  std::ofstream{path, std::ios::binary} << bytes;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::size_t files_in(const fs::path& path) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator{path}, {}));
}

} // namespace

TEST_CASE("a missing key file is made once, for its owner only", "[security]") {
  const temporary_directory directory;
  const auto path = directory.path / "key";
  const auto made = security::load_or_create_key(path);
  REQUIRE(made.has_value());
  CHECK_FALSE(made->is_zero());
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(status.st_size == 32);
  const auto read = security::load_or_create_key(path);
  REQUIRE(read.has_value());
  CHECK(*read == *made);
  CHECK(files_in(directory.path) == 1);
}

TEST_CASE("servers that start at once agree on one key", "[security]") {
  const temporary_directory directory;
  const auto path = directory.path / "key";
  std::vector<security::secret_key> keys(8);
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (auto& key : keys)
    threads.emplace_back([&] {
      if (auto made = security::load_or_create_key(path))
        key = *made;
      else
        ++failures;
    });
  for (auto& thread : threads)
    thread.join();
  CHECK(failures == 0);
  for (const auto& key : keys)
    CHECK(key == keys.front());
  CHECK_FALSE(keys.front().is_zero());
  CHECK(files_in(directory.path) == 1);
}

TEST_CASE("a key file that others may touch is refused, whatever bit it is", "[security]") {
  const temporary_directory directory;
  const auto path = directory.path / "key";
  const auto bytes = std::string(32, 'k');
  for (const ::mode_t bit : {0040, 0020, 0010, 0004, 0002, 0001}) {
    CAPTURE(bit);
    write(path, bytes, 0600 | bit);
    const auto read = security::load_or_create_key(path);
    REQUIRE(read.has_error());
    CHECK_THAT(read.error().text, Catch::Contains(path.string()) && Catch::Contains("chmod 600"));
    CHECK_THAT(read.error().text, !Catch::Contains("kkk"));
  }
  write(path, bytes, 0400);
  CHECK(security::load_or_create_key(path).has_value());
}

TEST_CASE("a key file of another size or kind is refused and left alone", "[security]") {
  const temporary_directory directory;
  for (const std::size_t size : {0, 1, 31, 33, 64}) {
    const auto path = directory.path / std::to_string(size);
    write(path, std::string(size, 'k'), 0600);
    const auto read = security::load_or_create_key(path);
    REQUIRE(read.has_error());
    CHECK_THAT(read.error().text, Catch::Contains("exactly 32 bytes"));
    CHECK(fs::file_size(path) == size);
  }
  write(directory.path / "zero", std::string(32, '\0'), 0600);
  CHECK(security::load_or_create_key(directory.path / "zero").has_error());
  CHECK(security::load_or_create_key(directory.path).has_error());
  const auto fifo = directory.path / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(security::load_or_create_key(fifo).has_error());
  CHECK(security::load_or_create_key(directory.path / "absent" / "key").has_error());
}

TEST_CASE("the keys derived from one secret are stable, distinct and not the secret",
          "[security]") {
  const auto secret = security::secret_key::random();
  const auto keys = security::derive_keys(secret);
  const auto again = security::derive_keys(secret);
  const auto other = security::derive_keys(security::secret_key::random());
  CHECK(keys.access_tokens == again.access_tokens);
  CHECK(keys.refresh_tokens == again.refresh_tokens);
  CHECK_FALSE(keys.access_tokens == keys.refresh_tokens);
  CHECK_FALSE(keys.access_tokens == secret);
  CHECK_FALSE(keys.refresh_tokens == secret);
  CHECK_FALSE(keys.access_tokens == other.access_tokens);
}

TEST_CASE("a wiped text is empty and its bytes are zero", "[security]") {
  for (const std::size_t size : {5, 100}) {
    std::string text(size, 's');
    const auto* bytes = text.data();
    const auto capacity = text.capacity();
    security::wipe(text);
    CHECK(text.empty());
    REQUIRE(text.data() == bytes);
    CHECK(std::all_of(bytes, bytes + capacity, [](char c) { return c == '\0'; }));
  }
}
