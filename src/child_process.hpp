#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace fief {

/// Whom a child runs as, when we are root and it must not be.
struct user_identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

struct child_options {
  std::filesystem::path program;
  std::vector<std::string> arguments;  ///< Without the program itself.
  std::optional<user_identity> run_as; ///< Nothing: as we do.
  std::filesystem::path log;           ///< Takes its output, appended.
  int input = -1;       ///< A descriptor to read from, of ours; none: nothing to read.
  int output = -1;      ///< A descriptor to write to, of ours; none: the log, as for errors.
  int death_signal = 0; ///< Sent to it when the thread that started it ends; 0: none.
};

/// A program that runs beside us, started without a shell in a session of its own, so that Ctrl-C
/// in a terminal reaches us alone. It inherits no descriptor but those three, and a small, clean
/// environment.
class child_process {
public:
  /// Starts it. Errors: nothing if it could not be forked or its log not be opened; a program that
  /// cannot be executed exits with 127.
  static std::optional<child_process> start(const child_options& options);

  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&&) = delete;
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// Kills it if it still runs.
  ~child_process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Its exit code, or 128 + the signal that ended it; nothing while it runs.
  std::optional<int> poll();
  /// As `poll`, after at most `patience`.
  std::optional<int> wait(std::chrono::milliseconds patience);
  void send(int signal);

private:
  explicit child_process(pid_t pid) : pid_(pid) {}

  pid_t pid_;
  std::optional<int> status_;
};

} // namespace fief
