#pragma once

#include "bench/load/preparation.hpp"
#include "bench/load/scenario.hpp"
#include "bench/load/target.hpp"

#include <optional>
#include <string>
#include <sys/types.h>
#include <variant>
#include <vector>

namespace fief::load {

/// What the command line asks for.
struct load_command {
  scenario plan;
  target_options server;
  preparation_options preparation;
  bool check = false;
  bool quiet = false;
  std::string html_file;
  std::string json_file;
  std::vector<pid_t> pids;
  bool from_metrics = false;
  std::uint32_t processes = 0; ///< 0: as many as needed.
  double patience_s = 60;
};

/// Nothing to do: a text to print, and the exit status.
struct message_only {
  std::string text;
  int status = 0;
};

/// Reads the command line and the scenario that it names. `environment_password`: of the operator.
std::variant<load_command, message_only> parse_options(int argc, const char* const* argv,
                                                       const char* environment_password);

/// Where a scenario's file is: `name` itself when it is a path, else a file of the ones that ship.
std::string scenario_file(const std::string& name);

} // namespace fief::load
