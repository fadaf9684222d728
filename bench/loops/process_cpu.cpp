#include "bench/loops/process_cpu.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace fief::bench {

namespace fs = std::filesystem;

namespace {

fs::path directory_of(pid_t pid) {
  return "/proc/" + std::to_string(pid);
}

std::uint64_t own_cpu_ns(pid_t pid) {
  std::uint64_t sum = 0;
  std::error_code ec;
  for (const auto& task : fs::directory_iterator{directory_of(pid) / "task", ec}) {
    std::ifstream in{task.path() / "schedstat"};
    std::uint64_t ran = 0;
    if (in >> ran)
      sum += ran;
  }
  return sum;
}

pid_t parent_of(const fs::path& process) {
  std::ifstream in{process / "stat"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  auto name_end = text.rfind(')'); // The name may hold anything, also spaces.
  char state = 0;
  int parent = 0;
  if (name_end == text.npos
      || std::sscanf(text.c_str() + name_end + 1, " %c %d", &state, &parent) != 2)
    return 0;
  return parent;
}

} // namespace

watched_process parse_watched(const std::string& text) {
  auto equals = text.find('=');
  watched_process out;
  if (equals != text.npos) {
    out.name = text.substr(0, equals);
    out.pid = std::atoi(text.c_str() + equals + 1);
    out.with_children = text.back() == '+';
  }
  if (out.name.empty() || out.pid <= 0) {
    std::fprintf(stderr, "not a process to watch: %s\n", text.c_str());
    std::exit(2);
  }
  return out;
}

std::uint64_t cpu_ns(const watched_process& who) {
  auto sum = own_cpu_ns(who.pid);
  if (!who.with_children)
    return sum;
  std::error_code ec;
  for (const auto& process : fs::directory_iterator{"/proc", ec}) {
    auto pid = std::atoi(process.path().filename().c_str());
    if (pid > 0 && parent_of(process.path()) == who.pid)
      sum += own_cpu_ns(pid);
  }
  return sum;
}

} // namespace fief::bench
