#include "bench/load/options.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace fief::load {

namespace {

namespace fs = std::filesystem;

constexpr const char* about =
  "Plays runners, map watchers and buyers against a fief server through its public interface,\n"
  "and reports how it did. docs/LOAD.md explains scenarios and reports.";

constexpr const char* examples = R"(
Examples:
  fief-load smoke --check
  fief-load city --url https://fief.example --accounts load.jsonl --html report.html --metrics
  fief-load city --runners 500 --watchers 100 --duration 120 --pid $(pgrep -x fief)
  FIEF_LOAD_OPERATOR_PASSWORD=... fief-load rush --operator boss@example.com --check

A scenario is one of smoke, city, rush, or a TOML file. Options override it.

Exit status: 0 done; 1 the load could not be played to its end, or --check found something;
2 wrong usage or a wrong scenario.)";

/// Where CLI11 puts what changes a scenario.
struct overrides {
  std::optional<std::uint32_t> runners;
  std::optional<std::uint32_t> watchers;
  std::optional<std::uint32_t> buyers;
  std::optional<double> duration_s;
  std::optional<double> ramp_s;
  std::optional<double> speed;
  std::optional<std::uint64_t> seed;
  std::string city;
};

void add_target(CLI::App& app, load_command& to, std::string& operator_email) {
  app.add_option("--url", to.server.url, "The server: http://HOST[:PORT] or https://")
    ->type_name("URL")
    ->capture_default_str();
  app
    .add_option("--source", to.server.sources,
                "Addresses of this machine to come from; a server on the loopback is met from "
                "127.0.0.2 and up by itself")
    ->type_name("ADDRESS,...")
    ->delimiter(',');
  app.add_flag("--insecure", to.server.insecure, "Take any TLS certificate");
  app.add_option("--ca", to.server.ca_file, "PEM file with the certificates to trust")
    ->type_name("FILE");
  app
    .add_option("--accounts", to.preparation.accounts_file,
                "Keep the accounts in this file, and use those in it again: registering costs a "
                "password hash each")
    ->type_name("FILE");
  app
    .add_option("--operator", operator_email,
                "E-mail of an operator, who creates the events of the scenario and grants coins; "
                "the password is in FIEF_LOAD_OPERATOR_PASSWORD")
    ->type_name("E-MAIL");
  app
    .add_option_function<double>(
      "--clock-speed", [&to](double x) { to.preparation.clock_speed = x; },
      "How much faster than life the server's clock runs (`fief serve --dev --clock-speed`); "
      "measured if not given")
    ->type_name("X")
    ->check(CLI::Range(0.001, 100'000.0));
}

void add_scenario(CLI::App& app, overrides& to) {
  constexpr auto group = "What is played";
  app.add_option("--runners", to.runners, "How many run")->type_name("N")->group(group);
  app.add_option("--watchers", to.watchers, "How many look at the map")
    ->type_name("N")
    ->group(group);
  app.add_option("--buyers", to.buyers, "How many buy tickets")->type_name("N")->group(group);
  app.add_option("--duration", to.duration_s, "Length of the load")
    ->type_name("SECONDS")
    ->group(group);
  app.add_option("--ramp", to.ramp_s, "Everybody arrives within")
    ->type_name("SECONDS")
    ->group(group);
  app
    .add_option("--speed", to.speed,
                "How much faster than life runs are run; on a server with an ordinary clock they "
                "begin in the past")
    ->type_name("K")
    ->group(group);
  app.add_option("--city", to.city, "Where; a city that is known")->type_name("NAME")->group(group);
  app.add_option("--seed", to.seed, "Of all chance")->type_name("N")->group(group);
}

void add_reports(CLI::App& app, load_command& to) {
  constexpr auto group = "What is told";
  app
    .add_flag("--check", to.check,
              "Hold what the server answered against what it says afterwards; "
              "exit status 1 if it contradicts itself")
    ->group(group);
  app.add_option("--html", to.html_file, "Write a report with charts, one file")
    ->type_name("FILE")
    ->group(group);
  app.add_option("--json", to.json_file, "Write everything for machines")
    ->type_name("FILE")
    ->group(group);
  auto* pid = app.add_option("--pid", to.pids, "Measure CPU and memory of these processes")
                ->type_name("PID,...")
                ->delimiter(',')
                ->check(CLI::PositiveNumber)
                ->group(group);
  app.add_flag("--metrics", to.from_metrics, "Take CPU and memory from the server's /metrics")
    ->group(group)
    ->excludes(pid);
  app.add_flag("--quiet", to.quiet, "No line each second")->group(group);
  app
    .add_option("--processes", to.processes,
                "Processes that share the load; as many as 18,000 sockets each need if not given")
    ->type_name("N")
    ->check(CLI::Range(1, 64))
    ->group(group);
  app.add_option("--patience", to.patience_s, "How long to wait for answers after the end")
    ->type_name("SECONDS")
    ->check(CLI::Range(1.0, 3'600.0))
    ->capture_default_str()
    ->group(group);
}

void apply(const overrides& from, scenario& to) {
  to.runners.count = from.runners.value_or(to.runners.count);
  to.watchers.count = from.watchers.value_or(to.watchers.count);
  to.buyers.count = from.buyers.value_or(to.buyers.count);
  to.ramp_s =
    from.ramp_s.value_or(from.duration_s ? std::min(to.ramp_s, *from.duration_s / 4) : to.ramp_s);
  to.duration_s = from.duration_s.value_or(to.duration_s);
  to.speed = from.speed.value_or(to.speed);
  to.seed = from.seed.value_or(to.seed);
  if (from.city.empty())
    return;
  auto found = find_city(from.city);
  if (!found) {
    std::string allowed;
    for (const auto& each : known_cities())
      allowed += (allowed.empty() ? "" : ", ") + each.name;
    throw bad_scenario{"--city: \"" + from.city + "\" is not known; allowed: " + allowed};
  }
  to.where = *found;
}

void check_numbers(const overrides& x) {
  auto refuse = [](const char* option, const char* allowed) {
    throw bad_scenario{std::string{option} + " is out of range; allowed: " + allowed};
  };
  for (const auto& count : {x.runners, x.watchers, x.buyers})
    if (count && *count > 200'000)
      refuse("--runners, --watchers or --buyers", "at most 200000");
  if (x.duration_s && !(*x.duration_s >= 1 && *x.duration_s <= 86'400))
    refuse("--duration", "from 1 to 86400");
  if (x.ramp_s && !(*x.ramp_s >= 0 && *x.ramp_s <= 86'400))
    refuse("--ramp", "from 0 to 86400");
  if (x.speed && !(*x.speed >= 1 && *x.speed <= 1'000))
    refuse("--speed", "from 1 to 1000");
}

} // namespace

std::string scenario_file(const std::string& name) {
  if (name.find('/') != name.npos || name.ends_with(".toml"))
    return name;
  // Beside the program in an installation, and where the sources are in a build.
  std::error_code ec;
  auto program = fs::read_symlink("/proc/self/exe", ec).parent_path();
  for (const auto& folder : {program / "scenarios", fs::path{FIEF_LOAD_SCENARIOS}})
    if (fs::exists(folder / (name + ".toml"), ec))
      return (folder / (name + ".toml")).string();
  throw bad_scenario{"\"" + name + "\" is no scenario; allowed: smoke, city, rush, or a TOML file"};
}

std::variant<load_command, message_only> parse_options(int argc, const char* const* argv,
                                                       const char* environment_password) {
  CLI::App app{about, "fief-load"};
  app.footer(examples);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  load_command to;
  to.server.url = "http://127.0.0.1:8080";
  overrides changed;
  std::string name;
  std::string operator_email;
  app.add_option("scenario", name, "smoke, city, rush, or a TOML file")->required();
  add_target(app, to, operator_email);
  add_scenario(app, changed);
  add_reports(app, to);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return message_only{app.help(), 0};
  } catch (const CLI::ParseError& error) {
    return message_only{std::string{error.what()} + "\nfief-load --help lists all options.", 2};
  }
  try {
    auto file = scenario_file(name);
    check_numbers(changed);
    to.plan = read_scenario(file);
    apply(changed, to.plan);
    check_scenario(to.plan, file);
  } catch (const bad_scenario& error) {
    return message_only{error.what(), 2};
  }
  if (!operator_email.empty()) {
    if (environment_password == nullptr || *environment_password == '\0')
      return message_only{"--operator: the password has to be in FIEF_LOAD_OPERATOR_PASSWORD", 2};
    to.preparation.boss = operator_account{operator_email, environment_password};
  }
  return to;
}

} // namespace fief::load
