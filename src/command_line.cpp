#include "src/command_line.hpp"

#include "src/config_schema.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

namespace fief {

namespace {

constexpr double speed_min = 0.001;
constexpr double speed_max = 100'000;

/// Where CLI11 puts what it reads.
struct raw_options {
  std::string config_file;
  std::map<std::string, std::string, std::less<>> flags;
  bool dev = false;
  std::string clock_start;
  double clock_speed = 1;
  bool print_config = false;
  bool print_example = false;
  bool json = false;
  bool check = false;
  bool write = false;
  std::string file;
  bool force = false;
  bool replace = false;
  std::string email;
  std::string username;
  std::uint64_t from_block = 0;
  std::uint64_t chain = 0; ///< 0: `chain.id`.
};

std::string help_of(const setting& x) {
  return std::string{x.meaning} + " [" + to_toml(x.get(config{})) + "]";
}

/// Every subcommand that touches data takes all settings.
void add_settings(CLI::App& app, raw_options& to) {
  app.add_option("--config", to.config_file, "TOML file with settings")->type_name("FILE");
  for (const auto& x : settings()) {
    auto names = flag_of(x);
    if (!x.short_flag.empty() && x.short_flag != names)
      names += "," + std::string{x.short_flag};
    auto store = [&to, key = std::string{x.key}](const std::string& text) { to.flags[key] = text; };
    app.add_option_function<std::string>(names, store, help_of(x))
      ->type_name("VALUE")
      ->group(x.short_flag.empty() ? "Settings" : "Options");
  }
}

void add_serve(CLI::App& app, raw_options& to) {
  auto* serve = app.add_subcommand("serve", "Run the server");
  add_settings(*serve, to);
  auto* dev = serve->add_flag("--dev", to.dev, "Allow the two clock options; never in production");
  serve->add_option("--clock-start", to.clock_start, "Instant at which the clock starts, RFC 3339")
    ->type_name("INSTANT")
    ->needs(dev);
  serve
    ->add_option("--clock-speed", to.clock_speed, "How much faster than real time the clock runs")
    ->type_name("X")
    ->check(CLI::Range(speed_min, speed_max))
    ->needs(dev);
  serve->add_flag("--print-config", to.print_config, "Print the effective settings and exit");
  serve->add_flag("--print-example", to.print_example, "Print a file of all settings and exit");
}

void add_tools(CLI::App& app, raw_options& to) {
  add_settings(*app.add_subcommand("migrate", "Bring the database to this version"), to);
  auto* audit = app.add_subcommand("audit", "Check the database against the rules");
  add_settings(*audit, to);
  audit->add_flag("--json", to.json, "Print the findings as JSON");
  auto* rebuild = app.add_subcommand("rebuild-map", "Compute the map again from the log of claims");
  add_settings(*rebuild, to);
  auto* modes = rebuild->add_option_group("mode");
  modes->add_flag("--check", to.check, "Compare only; exit code 1 when they differ");
  modes->add_flag("--write", to.write, "Put the computed map in place");
  modes->require_option(1);
}

void add_backups(CLI::App& app, raw_options& to) {
  auto* backup = app.add_subcommand(
    "backup", "Write the private database to a file, also beside a running server");
  add_settings(*backup, to);
  backup->add_option("file", to.file, "File to write")->type_name("FILE")->required();
  backup->add_flag("--force", to.force, "Overwrite the file");
  auto* restore =
    app.add_subcommand("restore", "Put a backup in the place of the private database");
  add_settings(*restore, to);
  restore->add_option("file", to.file, "File that `fief backup` wrote")
    ->type_name("FILE")
    ->required();
  restore->add_flag("--replace", to.replace,
                    "Also where there are accounts; the old database is kept until the next time");
}

void add_admin(CLI::App& app, raw_options& to) {
  auto* admin = app.add_subcommand("admin", "Manage accounts and the chain");
  admin->require_subcommand(1);
  auto* create = admin->add_subcommand(
    "create-operator", "Make an operator; the password is read from standard input");
  add_settings(*create, to);
  create->add_option("--email", to.email, "Address to log in with")->type_name("E")->required();
  create->add_option("--username", to.username, "Name to show")->type_name("U")->required();
  auto* chain = admin->add_subcommand("chain", "Look after the chain on which coins are bought");
  chain->require_subcommand(1);
  auto* status =
    chain->add_subcommand("status", "Print how far each chain was read, and what its deposits are");
  add_settings(*status, to);
  auto* rescan = chain->add_subcommand(
    "rescan", "Have the server read a chain again from a block, also if it is halted");
  add_settings(*rescan, to);
  rescan->add_option("--from", to.from_block, "First block to read again")
    ->type_name("BLOCK")
    ->required();
  rescan->add_option("--chain", to.chain, "Its id, where several are read; else chain.id")
    ->type_name("ID");
}

command make_serve(loaded_config loaded, const raw_options& from) {
  if (from.print_config)
    return print_command{print_config(loaded)};
  serve_command result{std::move(loaded), std::nullopt};
  if (!from.dev)
    return result;
  if (std::isnan(from.clock_speed)) // Which the range lets pass.
    return usage_error{"--clock-speed must be a number (it is nan)"};
  result.dev = dev_clock{std::nullopt, from.clock_speed};
  if (from.clock_start.empty())
    return result;
  result.dev->start = base::parse_rfc3339(from.clock_start);
  if (!result.dev->start)
    return usage_error{"--clock-start must be an RFC 3339 instant such as 2026-05-10T19:00:00Z "
                       "(it is "
                       + from.clock_start + ")"};
  return result;
}

command make_backup_command(bool is_backup, loaded_config loaded, const raw_options& from) {
  if (!loaded.values.database.url.empty())
    return usage_error{"backup and restore are for the private Postgres, and database.url names"
                       " another: docs/OPERATIONS.md says how to back that up"};
  if (from.file.empty())
    return usage_error{"the backup's file needs a name"};
  if (is_backup)
    return backup_command{std::move(loaded), from.file, from.force};
  return restore_command{std::move(loaded), from.file, from.replace};
}

command make_command(const CLI::App& app, const raw_options& from, const environment& variables) {
  if (app.got_subcommand("version"))
    return version_command{};
  if (from.print_example)
    return print_command{example_config()};
  auto loaded = load_config({from.flags, variables, from.config_file});
  if (!loaded)
    return usage_error{loaded.error().message};
  if (app.got_subcommand("serve"))
    return make_serve(*std::move(loaded), from);
  if (app.got_subcommand("migrate"))
    return migrate_command{*std::move(loaded)};
  if (app.got_subcommand("audit"))
    return audit_command{*std::move(loaded), from.json};
  if (app.got_subcommand("rebuild-map"))
    return rebuild_map_command{*std::move(loaded), from.write};
  if (app.got_subcommand("backup") || app.got_subcommand("restore"))
    return make_backup_command(app.got_subcommand("backup"), *std::move(loaded), from);
  const auto* admin = app.get_subcommand("admin");
  if (admin->got_subcommand("chain")) {
    if (admin->get_subcommand("chain")->got_subcommand("status"))
      return chain_status_command{*std::move(loaded)};
    return chain_rescan_command{*std::move(loaded), from.from_block, from.chain};
  }
  return create_operator_command{*std::move(loaded), from.email, from.username};
}

} // namespace

environment read_environment(const char* const* variables) {
  environment result;
  for (; *variables != nullptr; ++variables) {
    std::string_view entry{*variables};
    auto equals = entry.find('=');
    if (equals != entry.npos)
      result.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return result;
}

command parse_command_line(std::vector<std::string> arguments, const environment& variables) {
  raw_options options;
  CLI::App app{"The server of a game in which people run through their city and hold the ground "
               "they cover.",
               "fief"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Print the help of all subcommands");
  add_serve(app, options);
  add_tools(app, options);
  add_backups(app, options);
  add_admin(app, options);
  app.add_subcommand("version", "Print the version");
  try {
    std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them from the back.
    app.parse(std::move(arguments));
  } catch (const CLI::CallForAllHelp&) {
    return print_command{app.help("", CLI::AppFormatMode::All)};
  } catch (const CLI::CallForHelp&) {
    return print_command{app.help()};
  } catch (const CLI::ParseError& e) {
    return usage_error{std::string{e.what()} + "; see fief --help"};
  }
  return make_command(app, options, variables);
}

} // namespace fief
