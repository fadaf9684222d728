#pragma once

#include "base/time.hpp"
#include "src/config.hpp"

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace fief {

/// Exit codes of the program.
enum class exit_code : int {
  done = 0,
  failed = 1, ///< Or the audit found something.
  usage = 2,  ///< Wrong usage or configuration.
};

/// The development clock of `serve --dev`.
struct dev_clock {
  std::optional<base::instant> start; ///< Nothing: the real time.
  double speed = 1;                   ///< Range: 0.001 to 100,000.
};

struct serve_command {
  loaded_config settings;
  std::optional<dev_clock> dev; ///< Nothing without `--dev`.
};

struct migrate_command {
  loaded_config settings;
};

struct audit_command {
  loaded_config settings;
  bool json = false;
};

struct rebuild_map_command {
  loaded_config settings;
  bool write = false; ///< Else compare only.
};

struct backup_command {
  loaded_config settings;
  std::string file;
  bool force = false; ///< Overwrites a file.
};

struct restore_command {
  loaded_config settings;
  std::string file;
  bool replace = false; ///< Also where there are accounts.
};

struct create_operator_command {
  loaded_config settings;
  std::string email;
  std::string username;
};

struct chain_status_command {
  loaded_config settings;
};

struct chain_rescan_command {
  loaded_config settings;
  std::uint64_t from = 0;  ///< The first block to be read again.
  std::uint64_t chain = 0; ///< 0: `chain.id`.
};

struct version_command {};

/// Only print this text: help, `--print-config` or `--print-example`.
struct print_command {
  std::string text;
};

/// What the person typed cannot be done; the text says what is wrong and is for standard error.
struct usage_error {
  std::string message;
};

using command =
  std::variant<serve_command, migrate_command, audit_command, rebuild_map_command, backup_command,
               restore_command, create_operator_command, chain_status_command, chain_rescan_command,
               version_command, print_command, usage_error>;

using environment = std::map<std::string, std::string, std::less<>>;

/// `environ` as a map.
environment read_environment(const char* const* variables);

/// Reads the command line, without the program's name, and with it the configuration. Pure but for
/// the files that the settings name.
command parse_command_line(std::vector<std::string> arguments, const environment& variables);

} // namespace fief
