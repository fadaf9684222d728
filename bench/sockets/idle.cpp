// Sockets that said hello and then nothing: what one of them costs the server in memory.

#include "bench/sockets/crowd.hpp"

#include <sstream>

namespace fief::bench {

std::string hold_idle(const crowd_options& options) {
  asio::io_context io{1};
  crowd all{io, options};
  const auto& load = options.load;
  if (load.processes.empty())
    fail("no process to watch");
  const auto who = load.processes.front().pid;
  for (std::size_t i = 0; i < load.connections; ++i) {
    const auto x = credential_of(load, i);
    all.add({hello_line(x.token, x.run, options.echo)});
  }
  const auto before = resident_bytes(who);
  std::uint64_t held = 0;
  double idle_cpu_ns = 0;
  all.gather([&] {
    after(io, load.warmup_s, [&] {
      const auto cpu = cpu_ns(load.processes.front());
      after(io, load.seconds, [&, cpu] {
        held = resident_bytes(who);
        idle_cpu_ns = static_cast<double>(cpu_ns(load.processes.front()) - cpu);
        io.stop();
      });
    });
  });
  io.run();
  const auto count = static_cast<double>(load.connections);
  std::ostringstream out;
  out << "{\"sockets\": " << load.connections << ", \"before_bytes\": " << before
      << ", \"held_bytes\": " << held << ", \"bytes_per_socket\": "
      << (static_cast<double>(held) - static_cast<double>(before)) / count
      << ", \"idle_cpu_percent\": " << idle_cpu_ns / 1e7 / load.seconds << '}';
  return out.str();
}

} // namespace fief::bench
