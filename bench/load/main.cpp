// fief-load: docs/LOAD.md.

#include "base/time.hpp"
#include "bench/load/options.hpp"
#include "bench/load/preparation.hpp"
#include "bench/load/processes.hpp"
#include "bench/load/report_html.hpp"
#include "bench/load/report_json.hpp"
#include "bench/load/report_text.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>

namespace {

using namespace fief::load;

constexpr int status_failed = 1;
constexpr int status_usage = 2;

bool write_file(const std::string& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary};
  out << text;
  out.flush();
  if (!out)
    std::cerr << "fief-load: " << file << " cannot be written\n";
  return bool{out};
}

results describe(const load_command& command, const prepared& from) {
  namespace chr = std::chrono;
  results out;
  out.scenario = command.plan.name;
  out.url = command.server.url;
  out.began = fief::base::to_rfc3339(chr::floor<chr::milliseconds>(chr::system_clock::now()));
  out.seed = command.plan.seed;
  out.runners = command.plan.runners.count;
  out.watchers = command.plan.watchers.count;
  out.buyers = command.plan.buyers.count;
  out.speed = std::max(command.plan.speed, from.clock.speed());
  out.was_checked = command.check;
  return out;
}

/// Not an error, but seldom meant.
void warn(const scenario& plan, const std::function<void(const std::string&)>& say) {
  auto run_s = plan.runners.run_s.from / plan.speed;
  auto last_s = std::max(0.0, plan.duration_s - run_s);
  if (plan.runners.count == 0 || plan.runners.finish_at_s || plan.ramp_s <= last_s)
    return;
  char text[200];
  std::snprintf(text, sizeof text,
                "the shortest run takes %.0f s at this speed, so nobody begins one after %.0f s: a "
                "part of the runners only arrives",
                run_s, last_s);
  say(text);
}

int play(const load_command& command) {
  raise_file_limit();
  auto to = find_target(command.server);
  auto say = [](const std::string& text) { std::cerr << "fief-load: " << text << std::endl; };
  warn(command.plan, say);
  auto from = prepare(to, command.plan, command.preparation, say);
  auto measured = describe(command, from);
  conduct_options how;
  how.worker.check = command.check;
  how.worker.patience_s = command.patience_s;
  how.processes = command.processes > 0 ? command.processes : processes_for(command.plan);
  measured.processes = how.processes;
  auto has_file = !command.preparation.accounts_file.empty();
  if (has_file) // Also if we are ended by force.
    keep_accounts(from, to, command.preparation);
  meter server{command.pids, command.from_metrics, to};
  auto each_second = [&](const moment& x) {
    if (!command.quiet)
      std::cout << progress_line(x) << std::endl;
  };
  conduct(to, command.plan, from, how, server, each_second, measured);
  if (has_file)
    keep_accounts(from, to, command.preparation);
  std::cout << report_text(measured) << std::flush;
  auto is_written =
    command.html_file.empty() || write_file(command.html_file, report_html(measured));
  is_written = (command.json_file.empty() || write_file(command.json_file, report_json(measured)))
               && is_written;
  auto is_contradicted = command.check && measured.all.violations_count > 0;
  return is_written && measured.is_complete && !is_contradicted ? 0 : status_failed;
}

} // namespace

int main(int argc, char** argv) {
  auto parsed = parse_options(argc, argv, std::getenv("FIEF_LOAD_OPERATOR_PASSWORD"));
  if (const auto* message = std::get_if<message_only>(&parsed)) {
    (message->status == 0 ? std::cout : std::cerr) << message->text << '\n';
    return message->status;
  }
  try {
    return play(std::get<load_command>(parsed));
  } catch (const bad_target& error) {
    std::cerr << "fief-load: " << error.what() << '\n';
    return status_usage;
  } catch (const std::exception& error) {
    std::cerr << "fief-load: " << error.what() << '\n';
    return status_failed;
  }
}
