#include "bench/load/meter.hpp"

#include "bench/load/http_pool.hpp"
#include "bench/loops/process_cpu.hpp"

#include <boost/asio/co_spawn.hpp>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace fief::load {

namespace {

constexpr std::chrono::milliseconds patience{900};

double resident_bytes(pid_t pid) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/statm"};
  double size = 0;
  double resident = 0;
  in >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

} // namespace

meter::meter(std::vector<pid_t> pids, bool from_metrics, const target& to)
  : pids_(std::move(pids)), from_metrics_(from_metrics), to_(to) {}

std::optional<meter::reading> meter::read_processes() const {
  reading out;
  for (auto pid : pids_) {
    bench::watched_process who{"server", pid, false};
    auto ns = bench::cpu_ns(who);
    if (ns == 0)
      return std::nullopt; // It has ended.
    out.cpu_ms += static_cast<double>(ns) / 1e6;
    out.bytes += resident_bytes(pid);
  }
  return out;
}

std::optional<meter::reading> meter::read_metrics() const {
  asio::io_context io{1};
  tally counts;
  std::uint64_t open = 0;
  http_pool pool{io, to_, counts, open};
  answer got;
  request what{op::operate, "GET", "/metrics", steady::now()};
  asio::co_spawn(io, pool.ask(std::move(what)),
                 [&got](std::exception_ptr, answer x) { got = std::move(x); });
  io.run_for(patience);
  auto cpu_ms = sample_of(got.body, "fief_process_cpu_ms_total");
  auto bytes = sample_of(got.body, "fief_process_resident_bytes");
  if (!got.ok() || !cpu_ms || !bytes)
    return std::nullopt;
  return reading{*cpu_ms, *bytes};
}

std::optional<usage> meter::read() {
  auto now = steady::now();
  auto found = from_metrics_ ? read_metrics() : pids_.empty() ? std::nullopt : read_processes();
  if (!found)
    return std::nullopt;
  usage out;
  out.memory_mib = found->bytes / (1 << 20);
  if (has_first_) {
    auto passed_ms = std::chrono::duration<double, std::milli>(now - at_).count();
    out.cpu_percent = passed_ms > 0 ? 100 * (found->cpu_ms - cpu_ms_) / passed_ms : 0;
  } else {
    has_first_ = true;
    cpu_ms_first_ = found->cpu_ms;
  }
  cpu_ms_ = found->cpu_ms;
  at_ = now;
  return out;
}

std::optional<double> sample_of(std::string_view metrics, std::string_view name) {
  for (std::size_t at = 0; at < metrics.size();) {
    auto end = std::min(metrics.find('\n', at), metrics.size());
    auto line = metrics.substr(at, end - at);
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ' ')
      return std::strtod(std::string{line.substr(name.size() + 1)}.c_str(), nullptr);
    at = end + 1;
  }
  return std::nullopt;
}

} // namespace fief::load
