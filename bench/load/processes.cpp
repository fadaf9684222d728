#include "bench/load/processes.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fief::load {

namespace {

constexpr std::chrono::milliseconds second{1'000};

volatile std::sig_atomic_t interrupts = 0;

/// One child and what it has written so far.
struct child {
  pid_t pid = 0;
  int pipe = -1;
  std::string text;
  std::array<std::uint64_t, level_count> now{};
  bool has_told_all = false;
};

/// Takes whole snapshots off the front of what was read.
bool next_snapshot(child& from, snapshot& out) {
  std::uint32_t size = 0;
  if (from.text.size() < sizeof size)
    return false;
  std::memcpy(&size, from.text.data(), sizeof size);
  if (from.text.size() < sizeof size + size)
    return false;
  out = from_wire(std::string_view{from.text}.substr(sizeof size, size));
  from.text.erase(0, sizeof size + size);
  return true;
}

child start(const target& to, const scenario& plan, const prepared& from, const share& mine,
            const worker_options& options, const std::vector<child>& others) {
  int ends[2];
  if (::pipe(ends) != 0)
    throw cannot_begin{std::string{"no pipe: "} + std::strerror(errno)};
  auto pid = ::fork();
  if (pid < 0)
    throw cannot_begin{std::string{"no process: "} + std::strerror(errno)};
  if (pid > 0) {
    ::close(ends[1]);
    child out;
    out.pid = pid;
    out.pipe = ends[0];
    return out;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::close(ends[0]);
  for (const auto& other : others)
    ::close(other.pipe);
  auto status = 0;
  try {
    work(to, plan, from, mine, options, ends[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fief-load: a process of the load ended: %s\n", error.what());
    status = 1;
  }
  std::fflush(stderr);
  ::_exit(status); // What a thousand coroutines hold need not be taken apart.
}

/// Reads what there is. False when the child will say no more.
bool read_some(child& from) {
  char buffer[65'536];
  auto size = ::read(from.pipe, buffer, sizeof buffer);
  if (size < 0 && errno == EINTR)
    return true;
  if (size <= 0) {
    ::close(from.pipe);
    from.pipe = -1;
    return false;
  }
  from.text.append(buffer, static_cast<std::size_t>(size));
  return true;
}

/// Waits for words of the children until `until`; merges them.
void gather(std::vector<child>& children, steady_time until, tally& into) {
  while (true) {
    std::vector<pollfd> polled;
    for (const auto& each : children)
      if (each.pipe >= 0)
        polled.push_back({each.pipe, POLLIN, 0});
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now()).count();
    if (polled.empty() || left <= 0)
      return;
    if (::poll(polled.data(), polled.size(), static_cast<int>(left)) <= 0)
      continue;
    for (const auto& ready : polled) {
      if (ready.revents == 0)
        continue;
      auto& from = *std::ranges::find(children, ready.fd, &child::pipe);
      read_some(from);
      for (snapshot x; next_snapshot(from, x);) {
        into.merge(x.since_last);
        from.now = x.now;
        from.has_told_all = x.is_last;
      }
    }
  }
}

bool all_done(const std::vector<child>& children) {
  return std::ranges::all_of(children, [](const child& x) { return x.pipe < 0; });
}

bool reap(std::vector<child>& children) {
  auto is_complete = true;
  for (auto& each : children) {
    int status = 0;
    while (::waitpid(each.pid, &status, 0) < 0 && errno == EINTR) {
    }
    is_complete = is_complete && each.has_told_all && status == 0;
  }
  return is_complete;
}

} // namespace

std::uint32_t processes_for(const scenario& plan) {
  auto sockets = plan.runners.count + plan.watchers.count;
  return std::max(1U, (sockets + sockets_per_process - 1) / sockets_per_process);
}

void conduct(const target& to, const scenario& plan, const prepared& from,
             const conduct_options& options, meter& server,
             const std::function<void(const moment&)>& each_second, results& into) {
  ::signal(SIGPIPE, SIG_IGN);
  std::fflush(nullptr);
  std::vector<child> children;
  for (std::uint32_t i = 0; i < options.processes; ++i)
    children.push_back(start(to, plan, from, {i, options.processes}, options.worker, children));
  interrupts = 0;
  auto old = ::signal(SIGINT, [](int) { interrupts = interrupts + 1; });
  auto began = steady::now();
  server.read();
  // Half a second later than the children tell, so that each second of theirs is in one of ours.
  for (auto due = began + second + second / 2; !all_done(children); due += second) {
    tally merged;
    gather(children, due, merged);
    if (interrupts > 0) // They tell what they have, and end.
      for (const auto& each : children)
        ::kill(each.pid, SIGINT);
    std::array<std::uint64_t, level_count> now{};
    for (const auto& each : children)
      for (std::size_t i = 0; i < level_count; ++i)
        now[i] += each.now[i];
    auto at_s = std::chrono::duration<double>(steady::now() - began).count();
    auto x = moment_of(at_s, merged, now, server.read());
    into.moments.push_back(x);
    into.all.merge(merged);
    each_second(x);
  }
  into.is_complete = reap(children) && interrupts == 0;
  into.seconds = std::chrono::duration<double>(steady::now() - began).count();
  if (server.is_used())
    into.server_cpu_s = server.cpu_s();
  ::signal(SIGINT, old);
}

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace fief::load
