#include "bench/load/report_text.hpp"

#include <cstdio>

namespace fief::load {

namespace {

template <class... Values>
std::string formatted(const char* how, Values... values) {
  char text[512];
  auto size = std::snprintf(text, sizeof text, how, values...);
  return {text, std::min(static_cast<std::size_t>(size), sizeof text - 1)};
}

std::string row(std::string_view name, const histogram& x) {
  auto q = quantiles_of(x);
  return formatted("  %-32.*s %10s %9s %9s %9s %9s %9s\n", static_cast<int>(name.size()),
                   name.data(), shown_count(q.count).c_str(), shown_us(q.p50).c_str(),
                   shown_us(q.p90).c_str(), shown_us(q.p99).c_str(), shown_us(q.p999).c_str(),
                   shown_us(q.max).c_str());
}

std::string counts_text(const results& x) {
  const auto& all = x.all;
  auto of = [&](counter which) { return shown_count(all.of(which)); };
  auto rate = x.fixes_rate();
  std::string out;
  out += formatted("  fixes    %s sent, %s acknowledged (%.0f a second), %s sent again\n",
                   of(counter::fixes_sent).c_str(), of(counter::fixes_acked).c_str(), rate,
                   of(counter::repeats).c_str());
  out += formatted("  runs     %s started, %s with a result, %s of them accepted; %s tiles told\n",
                   of(counter::runs_started).c_str(), of(counter::runs_finished).c_str(),
                   of(counter::runs_accepted).c_str(), of(counter::tiles_told).c_str());
  out += formatted("  sockets  %s dropped on purpose, %s taken up again, %s closed by the server; "
                   "%s late uploads\n",
                   of(counter::drops).c_str(), of(counter::reconnects).c_str(),
                   of(counter::closed_by_server).c_str(), of(counter::late_uploads).c_str());
  out += formatted("  map      %s snapshots, %s deltas\n", of(counter::snapshots).c_str(),
                   of(counter::deltas).c_str());
  out += formatted("  tickets  %s bought, %s used\n", of(counter::tickets_bought).c_str(),
                   of(counter::tickets_used).c_str());
  out += formatted("  traffic  %.1f MB in, %.1f MB out\n",
                   static_cast<double>(all.of(counter::bytes_in)) / 1e6,
                   static_cast<double>(all.of(counter::bytes_out)) / 1e6);
  return out;
}

std::string server_text(const results& x) {
  double memory_mib = 0;
  for (const auto& each : x.moments)
    if (each.server)
      memory_mib = std::max(memory_mib, each.server->memory_mib);
  if (!x.server_cpu_s || memory_mib == 0)
    return {};
  return formatted("  server   %.2f s of CPU (%.2f cores on average), %.0f MiB of memory at most\n",
                   *x.server_cpu_s, *x.server_cpu_s / std::max(0.001, x.seconds), memory_mib);
}

std::string checks_text(const results& x) {
  const auto& all = x.all;
  std::string out;
  for (const auto& what : all.violations)
    out += "  VIOLATION " + what + "\n";
  if (all.violations_count > all.violations.size())
    out += formatted("  and %s more\n",
                     shown_count(all.violations_count - all.violations.size()).c_str());
  out += formatted(
    "  %s: %s checks, %s violations\n", x.was_checked ? "checked" : "seen on the way",
    shown_count(all.of(counter::checks_made)).c_str(), shown_count(all.violations_count).c_str());
  return out;
}

} // namespace

std::string shown_us(std::uint64_t us) {
  auto x = static_cast<double>(us);
  if (us < 1'000)
    return formatted("%.0f us", x);
  if (us < 1'000'000)
    return formatted("%.3g ms", x / 1e3);
  return formatted("%.3g s", x / 1e6);
}

std::string shown_count(std::uint64_t x) {
  auto text = std::to_string(x);
  for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string progress_line(const moment& x) {
  auto level_of = [&](level which) { return shown_count(x.now[static_cast<std::size_t>(which)]); };
  auto line = formatted(
    "%5.0f s  running %s  sockets %s  fixes/s %s  acks p50 %s p99 %s max %s  "
    "REST/s %s p99 %s",
    x.at_s, level_of(level::runners_out).c_str(), level_of(level::sockets_open).c_str(),
    shown_count(x.fixes_acked).c_str(), shown_us(x.ack.p50).c_str(), shown_us(x.ack.p99).c_str(),
    shown_us(x.ack.max).c_str(), shown_count(x.requests).c_str(), shown_us(x.rest.p99).c_str());
  if (x.map_delta.count > 0)
    line += "  map p99 " + shown_us(x.map_delta.p99);
  if (x.server)
    line += formatted("  server %.0f%% %.0f MiB", x.server->cpu_percent, x.server->memory_mib);
  if (x.errors > 0)
    line += "  errors " + shown_count(x.errors);
  return line;
}

std::string report_text(const results& x) {
  std::string out = formatted(
    "\n%s against %s: %u runners, %u watchers, %u buyers; %u process%s; %.1f s; seed %llu\n\n",
    x.scenario.c_str(), x.url.c_str(), x.runners, x.watchers, x.buyers, x.processes,
    x.processes == 1 ? "" : "es", x.seconds, static_cast<unsigned long long>(x.seed));
  out += formatted("  %-32s %10s %9s %9s %9s %9s %9s\n", "from when it was due", "count", "p50",
                   "p90", "p99", "p99.9", "max");
  for (std::size_t i = 0; i < op_count; ++i)
    if (x.all.latency[i].count() > 0)
      out += row(name_of(static_cast<op>(i)), x.all.latency[i]);
  out += "\n" + counts_text(x) + server_text(x);
  for (const auto& [verdict, times] : x.all.verdicts)
    out += formatted("  verdict  %s: %s\n", verdict.c_str(), shown_count(times).c_str());
  for (const auto& [code, times] : x.all.errors)
    out += formatted("  error    %s: %s\n", code.c_str(), shown_count(times).c_str());
  if (auto behind = x.all.of(counter::schedule_behind); behind > 0)
    out += formatted("  note     the harness itself was over 50 ms late %s times: it needs more of "
                     "this machine\n",
                     shown_count(behind).c_str());
  if (!x.is_complete)
    out += "  THE LOAD ENDED BEFORE ITS TIME\n";
  return out + checks_text(x);
}

} // namespace fief::load
