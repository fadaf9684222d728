// fief_sim: lives simulated worlds, one per seed, and says what was wrong in which.

#include "tests/sim/day.hpp"

#define CATCH_CONFIG_RUNNER // For the checks in the fakes; no case of Catch2 runs here.
#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace fief::test;

struct choices {
  std::uint64_t from = 1;
  std::uint64_t seeds = 200;
  unsigned jobs = 1;
  bool expect_finding = false;
  bool verbose = false;
  bool trace = false;
};

std::string program;
volatile std::uint64_t living = 0; ///< The seed, for the one who finds us dead.

/// An assertion of ours ends the process: say how to see it again.
void on_abort(int) {
  char text[160];
  auto length =
    std::snprintf(text, sizeof text, "seed %llu: aborted. Replay: %s --from %llu --seeds 1\n",
                  static_cast<unsigned long long>(living), program.c_str(),
                  static_cast<unsigned long long>(living));
  if (length > 0 && write(STDERR_FILENO, text, std::min(sizeof text, std::size_t(length))) < 0)
    _exit(3);
}

/// Lives one world twice; true if nothing was wrong.
bool live(std::uint64_t seed, const choices& what) {
  living = seed;
  auto day = live_a_day(seed, what.trace ? &std::cout : nullptr);
  if (seed % 20 == 1) // The same seed gives the same history.
    day.found.expect(live_a_day(seed).history == day.history, "lived again it was another day");
  if (what.verbose)
    std::printf(
      "seed %llu: history %016llx, %llu asked, %llu promises, %llu faults, %llu tiles, %llu "
      "winners, %llu reviews, %lld micro-tokens\n",
      static_cast<unsigned long long>(seed), static_cast<unsigned long long>(day.history),
      static_cast<unsigned long long>(day.asked), static_cast<unsigned long long>(day.promises),
      static_cast<unsigned long long>(day.faults), static_cast<unsigned long long>(day.tiles),
      static_cast<unsigned long long>(day.winners), static_cast<unsigned long long>(day.reviews),
      static_cast<long long>(day.mined_micro));
  if (day.found.empty())
    return true;
  std::cout << "seed " << seed << ": " << day.found.count() << " findings\n";
  for (const auto& text : day.found.texts())
    std::cout << "  " << text << '\n';
  std::cout << "  Replay: " << program << " --from " << seed << " --seeds 1 --verbose --trace"
            << std::endl;
  return false;
}

/// The seeds `job`, `job` + `jobs`, ... of the range. Returns whether nothing was wrong.
bool live_all(const choices& what, unsigned job) {
  auto well = true;
  for (auto n = std::uint64_t{job}; n < what.seeds; n += what.jobs) {
    well = live(what.from + n, what) && well;
    if (!well && what.expect_finding)
      return false;
  }
  return well;
}

/// Each job in a process of its own: the worlds share nothing.
bool live_in_processes(const choices& what) {
  std::vector<pid_t> children;
  for (unsigned job = 0; job < what.jobs; ++job) {
    auto pid = fork();
    if (pid == 0) {
      auto well = live_all(what, job);
      std::cout.flush();
      _exit(well ? 0 : 1);
    }
    children.push_back(pid);
  }
  auto well = true;
  for (auto pid : children) {
    int status = 0;
    waitpid(pid, &status, 0);
    well = well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  return well;
}

} // namespace

int main(int argc, char** argv) {
  program = argv[0];
  choices what;
  CLI::App app{"Lives simulated worlds and checks every promise of the server in each."};
  app.add_option("--from", what.from, "The first seed")->capture_default_str();
  app.add_option("--seeds", what.seeds, "How many seeds")->capture_default_str();
  app.add_option("--jobs", what.jobs, "Processes at once")
    ->check(CLI::Range(1, 256))
    ->capture_default_str();
  app.add_flag("--expect-finding", what.expect_finding,
               "Succeed if a world is wrong: for a program with a planted bug");
  app.add_flag("--verbose", what.verbose, "What each world came to");
  app.add_flag("--trace", what.trace, "Every request, commit and fault, one line each");
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGABRT, on_abort);
  auto well = live_in_processes(what);
  if (what.expect_finding) {
    std::cout << (well ? "the planted bug was NOT found\n" : "the planted bug was found\n");
    return well ? 1 : 0;
  }
  std::cout << what.seeds << " worlds from seed " << what.from
            << (well ? ": nothing was wrong\n" : ": see above\n");
  return well ? 0 : 1;
}
