#include "src/child_process.hpp"

#include "base/assert.hpp"

#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace fief {

namespace {

constexpr int exit_not_executable = 127;

/// Everything the child needs, made before the fork: after it, a process of several threads may
/// only make system calls.
struct prepared {
  std::vector<char*> argv;
  const char* const* environment;
  std::optional<user_identity> run_as;
  int input;
  int output;
  int log;
  int death_signal;
  pid_t parent;
};

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number)
    ::sigaction(number, &standard, nullptr); // SIGKILL and SIGSTOP refuse, which is fine.
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool drop_to(const user_identity& user) {
  return ::setgroups(1, &user.gid) == 0 && ::setgid(user.gid) == 0 && ::setuid(user.uid) == 0;
}

[[noreturn]] void become(const prepared& what) {
  reset_signals();
  ::setsid();
  ::umask(077);
  auto input = what.input >= 0 ? what.input : ::open("/dev/null", O_RDONLY);
  auto output = what.output >= 0 ? what.output : what.log;
  if (::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(what.log, 2) < 0)
    ::_exit(exit_not_executable);
  ::close_range(3, ~0U, 0);
  if ((what.run_as && !drop_to(*what.run_as)) || ::chdir("/") != 0)
    ::_exit(exit_not_executable);
  if (what.death_signal != 0) { // After the change of user, which clears it.
    ::prctl(PR_SET_PDEATHSIG, what.death_signal);
    if (::getppid() != what.parent)
      ::_exit(exit_not_executable);
  }
  ::execve(what.argv[0], what.argv.data(), const_cast<char* const*>(what.environment));
  ::_exit(exit_not_executable);
}

} // namespace

std::optional<child_process> child_process::start(const child_options& options) {
  static constexpr const char* environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C",
                                                "TZ=UTC", nullptr};
  std::vector<std::string> words{options.program.string()};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  auto log =
    ::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (log < 0)
    return std::nullopt;
  prepared what{{},  environment,          options.run_as, options.input, options.output,
                log, options.death_signal, ::getpid()};
  for (auto& word : words)
    what.argv.push_back(word.data());
  what.argv.push_back(nullptr);
  auto pid = ::fork();
  if (pid == 0)
    become(what);
  ::close(log);
  if (pid < 0)
    return std::nullopt;
  return child_process{pid};
}

child_process::child_process(child_process&& other) noexcept
  : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

child_process::~child_process() {
  if (pid_ > 0 && !poll()) {
    send(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

std::optional<int> child_process::poll() {
  FIEF_ASSERT(pid_ > 0);
  int raw = 0;
  if (!status_ && ::waitpid(pid_, &raw, WNOHANG) == pid_)
    status_ = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
  return status_;
}

std::optional<int> child_process::wait(std::chrono::milliseconds patience) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (!poll() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  return status_;
}

void child_process::send(int signal) {
  if (!poll()) // Else the number may be another's by now.
    ::kill(pid_, signal);
}

} // namespace fief
